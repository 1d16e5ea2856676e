"""Where somebody is signed in, on pages and with programs, and ending it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import TokenFamily, User
from accounts.one_time_codes import services as one_time_codes
from accounts.security import audit, origin
from accounts.sessions import tokens
from hitouch.core.errors import Refusal


class NoSuchSession(Refusal):
    """No such browser or program, not any more, or not theirs; which of these is not told."""

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
    """Log the person out everywhere but where they are now; codes on their way open nothing."""
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
    """The person's own wish to be logged out everywhere else, which is noted."""
    why = TokenFamily.Why.LOGGED_OUT
    end_others(user=user, at=at, why=why, keep_session=keep_session, keep_family=keep_family)
    audit.record_event(by=user, action="account.sessions_ended", on=user, at=at)


@transaction.atomic
def end_one(*, user: User, sign_in: str, at: datetime) -> None:
    """Log the person out of one browser or one program of theirs."""
    ended = _end_browser(user, sign_in) if sign_in.isdecimal() else _end_program(user, sign_in, at)
    if not ended:
        raise NoSuchSession
    new = {"device": ended}
    audit.record_event(by=user, action="account.session_ended", on=user, at=at, new=new)


def _end_browser(user: User, sign_in: str) -> str:
    session = UserSession.objects.filter(user=user, pk=int(sign_in[:18])).first()
    if session is None:
        return ""
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
    return str(family)[:80]


def note_use(*, session_key: str, ip: str, user_agent: str, at: datetime) -> None:
    """When and from where a browser's session was used last."""
    longest = UserSession._meta.get_field("user_agent").max_length
    facts: dict[str, object] = {"last_seen_at": at, "user_agent": user_agent[:longest]}
    if ip:
        facts["ip"] = ip
    UserSession.objects.filter(session_key=session_key).update(**facts)


@dataclass(frozen=True)
class EndedCount:
    """How many log-ins were ended."""

    browsers: int
    programs: int


@transaction.atomic
def end_sessions_of(*, user: User, at: datetime, why: str) -> EndedCount:
    """Log one person out of every browser and every program."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    programs = tokens.revoke_all(user=user, why=TokenFamily.Why.ENDED, at=at)
    audit.record_event(by=None, action="account.sessions_ended", on=user, at=at, new={"why": why})
    return EndedCount(len(sessions), programs)


@transaction.atomic
def end_all_sessions(*, at: datetime, why: str) -> EndedCount:
    """Log everybody out, also who has not signed in yet and is on the way."""
    browsers, _ = Session.objects.all().delete()  # before what lists them, as a log-out does
    UserSession.objects.all().delete()
    families = TokenFamily.objects.filter(revoked_at=None)
    programs = families.update(revoked_at=at, revoked_why=TokenFamily.Why.ENDED, updated_at=at)
    new = {"why": why, "browsers": browsers, "programs": programs}
    everything = Session(session_key="all")
    audit.record_event(by=None, action="account.all_sessions_ended", on=everything, at=at, new=new)
    return EndedCount(browsers, programs)
