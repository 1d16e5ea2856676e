"""Who opened a WebSocket, and whether they are still logged in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from accounts.models import TokenFamily, User
from accounts.sessions import tokens
from accounts.sessions.store import SessionStore, hashed_session_key


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


def staff_in_role(scope: dict[str, Any], *roles: str, at: datetime) -> User | None:
    """The user as they are now, if they are logged in, staff in a role, and verified twice.

    The rules are those of `accounts.permissions.for_staff`. A socket may be open for hours, so the
    session, the role and the second factor are read anew at each call.
    """
    user = _user_of_family(scope, at) if scope.get("family") else _user_of_session(scope)
    return user if user is not None and user.has_role(*roles) else None


def _user_of_family(scope: dict[str, Any], at: datetime) -> User | None:
    alive = TokenFamily.objects.alive(at).filter(
        pk=scope["family"].pk, second_factor_at__isnull=False, user__status=User.Status.ACTIVE
    )
    family = alive.select_related("user").first()
    return family.user if family else None


def _user_of_session(scope: dict[str, Any]) -> User | None:
    session = SessionStore(scope["session"].session_key)
    active = User.objects.filter(status=User.Status.ACTIVE)
    found = session.get(SESSION_KEY)
    user = active.filter(pk=str(found)).first() if found else None
    if user is None:
        return None
    known = str(session.get(HASH_SESSION_KEY, ""))
    device = Device.from_persistent_id(session.get(DEVICE_ID_SESSION_KEY, ""))
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    is_same = any(constant_time_compare(known, each) for each in hashes)
    return user if is_same and device is not None and device.user_id == user.pk else None


def still_authenticated(scopes: Sequence[dict[str, Any]], *, at: datetime) -> list[bool]:
    """For many sockets at once what `is_still_authenticated` says, in three queries."""
    families = {scope["family"].pk for scope in scopes if scope.get("family")}
    by_session = [scope for scope in scopes if not scope.get("family")]
    people = {scope["user"].pk for scope in by_session}
    keys = {str(hashed_session_key(scope["session"].session_key or "")) for scope in by_session}
    alive: set[Any] = set()
    if families:
        rows = TokenFamily.objects.alive(at).filter(pk__in=families)
        alive.update(rows.filter(user__status=User.Status.ACTIVE).values_list("pk", flat=True))
    active: set[Any] = set()
    sessions: set[str] = set()
    if by_session:
        users = User.objects.filter(pk__in=people, status=User.Status.ACTIVE)
        active.update(users.values_list("pk", flat=True))
        rows_of_sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
        sessions.update(str(key) for key in rows_of_sessions.values_list("session_key", flat=True))
    return [
        scope["family"].pk in alive
        if scope.get("family")
        else scope["user"].pk in active
        and str(hashed_session_key(scope["session"].session_key or "")) in sessions
        for scope in scopes
    ]
