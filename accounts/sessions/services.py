"""Ending sessions: in browsers, of apps, one, all others, or everybody's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from accounts.models import TokenFamily, User
from accounts.one_time_codes import services as one_time_codes
from accounts.security import audit, locks, origin
from accounts.sessions import tokens
from hitouch.core.errors import Refusal


class NoSuchSession(Refusal):
    """Unknown, already ended, or another user's; the response does not tell which."""

    code = "not_signed_in_there"
    status = 404
    message = "That session has already ended."


def end_others(
    *,
    user: User,
    at: datetime,
    why: str = TokenFamily.Why.SECURED,
    keep_session: str = "",
    keep_family: TokenFamily | None = None,
) -> None:
    """End all sessions but the given one, log-ins in progress, and codes that were sent.

    In the caller's transaction. The lock comes first: a log-in either has its session by then,
    which is ended here, or waits for the lock and is refused.
    """
    _outdate_logins(user)
    one_time_codes.invalidate_all(user=user, at=at)
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep_session):
        session.end()
    tokens.revoke_all(user=user, why=why, at=at, keep=keep_family)


@transaction.atomic
def end_all_others(
    *,
    user: User,
    at: datetime,
    keep_session: str = "",
    keep_family: TokenFamily | None = None,
) -> None:
    """End all other sessions at the user's request, with an audit event."""
    why = TokenFamily.Why.LOGGED_OUT
    end_others(user=user, at=at, why=why, keep_session=keep_session, keep_family=keep_family)
    audit.record_event(by=user, action="account.sessions_ended", on=user, at=at)


@transaction.atomic
def end_session(*, user: User, sign_in: str, at: datetime) -> None:
    """End one browser session or token family of the user."""
    end = _end_browser if sign_in.isdecimal() else _end_program
    ended = end(user, sign_in, at)
    if not ended:
        raise NoSuchSession
    new = {"device": ended}
    audit.record_event(by=user, action="account.session_ended", on=user, at=at, new=new)


def _outdate_logins(user: User) -> None:
    owner = locks.lock_account(user.pk)
    owner.login_epoch += 1
    owner.save(update_fields=["login_epoch"])
    user.login_epoch = owner.login_epoch


def _end_browser(user: User, sign_in: str, at: datetime) -> str:
    session = UserSession.objects.filter(user=user, pk=int(sign_in[:18])).first()
    if session is None:
        return ""
    tokens.revoke_of_session(session_key=session.session_key, at=at)
    session.end()
    return origin.describe_user_agent(session.user_agent)


def _end_program(user: User, sign_in: str, at: datetime) -> str:
    try:
        families = TokenFamily.objects.filter(user=user, pk=UUID(sign_in)).alive(at)
    except ValueError:
        return ""
    family = families.first()
    if family is None:
        return ""
    families.update(revoked_at=at, revoked_why=TokenFamily.Why.LOGGED_OUT, updated_at=at)
    tokens.end_session_of(family)
    return str(family)[:80]


def record_use(*, session_key: str, ip: str, user_agent: str, at: datetime) -> None:
    """Save when and from which address a browser session was used last."""
    longest = UserSession._meta.get_field("user_agent").max_length
    facts: dict[str, object] = {"last_seen_at": at, "user_agent": user_agent[:longest]}
    if ip:
        facts["ip"] = ip
    UserSession.objects.filter(session_key=session_key).update(**facts)


@dataclass(frozen=True)
class EndedCount:
    """How many sessions were ended."""

    browsers: int
    programs: int


@transaction.atomic
def end_sessions_of(*, user: User, at: datetime, why: str) -> EndedCount:
    """End every session of one user."""
    _outdate_logins(user)
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    programs = tokens.revoke_all(user=user, why=TokenFamily.Why.ENDED, at=at)
    audit.record_event(by=None, action="account.sessions_ended", on=user, at=at, new={"why": why})
    return EndedCount(len(sessions), programs)


@transaction.atomic
def end_all_sessions(*, at: datetime, why: str) -> EndedCount:
    """End the sessions of all users, including log-ins that are not complete."""
    User.objects.update(login_epoch=F("login_epoch") + 1)
    browsers, _ = Session.objects.all().delete()
    # in the order of a log-out
    UserSession.objects.all().delete()
    families = TokenFamily.objects.filter(revoked_at=None)
    programs = families.update(revoked_at=at, revoked_why=TokenFamily.Why.ENDED, updated_at=at)
    new = {"why": why, "browsers": browsers, "programs": programs}
    everything = Session(session_key="all")
    audit.record_event(by=None, action="account.all_sessions_ended", on=everything, at=at, new=new)
    return EndedCount(browsers, programs)
