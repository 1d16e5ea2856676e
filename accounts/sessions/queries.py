"""Where somebody is signed in: in browsers and with programs, told in words."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import TokenFamily, User
from accounts.security import origin


@dataclass(frozen=True)
class ActiveSession:
    """One browser or one program in which a person is signed in."""

    id: str
    kind: str
    device: str
    place: str
    network: str
    since: datetime
    last_used_at: datetime
    is_here: bool

    @property
    def is_browser(self) -> bool:
        """Whether it is a browser; a program otherwise."""
        return self.kind == "browser"


def active_sessions(
    user: User, *, at: datetime, session_key: str = "", family: TokenFamily | None = None
) -> list[ActiveSession]:
    """The one that asks first, then by last use. Two queries, however many there are."""
    here = family.pk if family else None
    found = [_browser(row, session_key) for row in _open_sessions(user, at)]
    found += [_program(row, row.pk == here) for row in _open_families(user, at)]
    return sorted(found, key=lambda one: (one.is_here, one.last_used_at), reverse=True)


def _open_sessions(user: User, at: datetime) -> list[UserSession]:
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return list(UserSession.objects.filter(user=user, session_key__in=alive))


def _open_families(user: User, at: datetime) -> list[TokenFamily]:
    return list(TokenFamily.objects.filter(user=user).alive(at))


def _browser(row: UserSession, session_key: str) -> ActiveSession:
    return ActiveSession(
        id=str(row.pk),
        kind="browser",
        device=origin.describe_user_agent(row.user_agent),
        place=origin.country_of(row.ip),
        network=origin.masked_contact(row.ip),
        since=row.created_at,
        last_used_at=row.last_seen_at,
        is_here=bool(session_key) and row.session_key == session_key,
    )


def _program(row: TokenFamily, is_here: bool) -> ActiveSession:
    return ActiveSession(
        id=str(row.pk),
        kind="program",
        device=str(row)[:80],
        place="",
        network="",
        since=row.created_at,
        last_used_at=row.last_used_at,
        is_here=is_here,
    )
