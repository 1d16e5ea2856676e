"""Active sessions of a user, in browsers and apps."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import TokenFamily, User
from accounts.security import origin


@dataclass(frozen=True)
class ActiveSession:
    """One browser or app in which the user is logged in."""

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
        """Whether it is a browser; otherwise an app."""
        return self.kind == "browser"


def active_sessions(
    user: User, *, at: datetime, session_key: str = "", family: TokenFamily | None = None
) -> list[ActiveSession]:
    """The current session first, then by last use. Two queries in total."""
    current = family.pk if family else None
    sessions = [_browser_session(row, session_key) for row in _open_sessions(user, at)]
    sessions += [_app_session(row, row.pk == current) for row in _open_families(user, at)]
    return sorted(
        sessions, key=lambda session: (session.is_here, session.last_used_at), reverse=True
    )


def _open_sessions(user: User, at: datetime) -> list[UserSession]:
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return list(UserSession.objects.filter(user=user, session_key__in=alive))


def _open_families(user: User, at: datetime) -> list[TokenFamily]:
    return list(TokenFamily.objects.filter(user=user).alive(at))


def _browser_session(row: UserSession, session_key: str) -> ActiveSession:
    return ActiveSession(
        id=str(row.pk),
        kind="browser",
        device=origin.describe_user_agent(row.user_agent),
        place=origin.country_of(row.ip),
        network=origin.mask_ip(row.ip),
        since=row.created_at,
        last_used_at=row.last_seen_at,
        is_here=bool(session_key) and row.session_key == session_key,
    )


def _app_session(row: TokenFamily, is_here: bool) -> ActiveSession:
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
