"""Where somebody is signed in, on pages and with programs, and ending it."""

from datetime import datetime

from allauth.usersessions.models import UserSession

from accounts import tokens
from accounts.models import TokenFamily, User


def end_others(
    *,
    user: User,
    at: datetime,
    why: str = TokenFamily.Why.SECURED,
    keep_session: str = "",
    keep_family: TokenFamily | None = None,
) -> None:
    """Log the person out everywhere but where they are now."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep_session):
        session.end()
    tokens.revoke_all(user=user, why=why, at=at, keep=keep_family)
