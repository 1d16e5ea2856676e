"""Who opened a WebSocket, and whether they are still logged in."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import TokenFamily, User
from accounts.sessions import tokens


def authenticated_user(scope: dict[str, Any], *, at: datetime) -> User | AnonymousUser | None:
    """The user of the session, or of the bearer token of an API client."""
    headers = dict(scope["headers"])
    scheme, _, credentials = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        token = tokens.user_for_access_token(access_token=credentials.strip(), at=at)
        scope["family"] = token.family if token else None
        return token.family.user if token else None
    return scope.get("user")


def is_still_authenticated(scope: dict[str, Any], *, at: datetime) -> bool:
    """Whether the user is still active and logged in; checked with each frame.

    An access token may have expired by now, since an assessment takes longer than its lifetime,
    so its token family is checked instead.
    """
    if family := scope.get("family"):
        alive = TokenFamily.objects.alive(at)
        return alive.filter(pk=family.pk, user__status=User.Status.ACTIVE).exists()
    session, person = scope["session"], scope["user"]
    active = User.objects.filter(pk=person.pk, status=User.Status.ACTIVE)
    return session.exists(session.session_key) and active.exists()
