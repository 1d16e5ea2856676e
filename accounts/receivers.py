"""What allauth announces about second factors, and what follows from it here."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.bridge import verification as bridge_verification
from accounts.mfa import queries as mfa_queries
from accounts.mfa import services as mfa
from accounts.models import LogInEvent, User
from accounts.security import login_history
from accounts.security import notifications as security_notifications
from accounts.security import origin as security_origin

Outcome, Way = LogInEvent.Outcome, LogInEvent.Way
#: allauth's words for how a log-in began; "mfa" first means a passkey alone.
WAYS = {
    "password": Way.PASSWORD,
    "code": Way.CODE,
    "socialaccount": Way.GOOGLE,
    "sign_up": Way.SIGN_UP,
    "mfa": Way.PASSKEY,
}


@receiver(authenticator_used)
def on_factor_used(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """During a log-in keep it for the moment of signing in; later open the gate at once."""
    if request.user.is_authenticated:
        bridge_verification.mark_session_verified(request, authenticator)
    else:
        request.given_factor = authenticator  # type: ignore[attr-defined]


@receiver(user_logged_in)
def verify_session_at_login(request: HttpRequest, user: User, **_: Any) -> None:
    """The session begins with the factor that was given on the way to it."""
    factor = getattr(request, "given_factor", None)
    if factor is not None and factor.user_id == user.pk:
        bridge_verification.mark_session_verified(request, factor)


@receiver(user_logged_in)
def on_login(request: HttpRequest, user: User, **_: Any) -> None:
    """Note the log-in, and have its browser marked as one the person knows."""
    given = get_authentication_records(request, user)
    way = WAYS.get(given[0]["method"], Way.PASSKEY) if given else Way.PASSWORD
    origin, now = security_origin.origin_of(request), timezone.now()
    login_history.record_login(user=user, outcome=Outcome.IN, way=way, origin=origin, at=now)
    request.came_in = user  # type: ignore[attr-defined]
    if user.is_staff:
        request.session.set_expiry(settings.HITOUCH_STAFF_SESSION_SECONDS)


@receiver(authenticator_added)
def on_factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Setting up an app or a passkey proves that one has it."""
    kind = authenticator.type
    security_notifications.record_factor_change(
        user=user, kind=kind, happened="added", at=timezone.now()
    )
    if (step := getattr(user, "used_step", None)) is not None:
        mfa.consume_totp_step(factor=authenticator, step=step)
    if kind in mfa_queries.PASSING:
        bridge_verification.mark_session_verified(request, authenticator)


@receiver(authenticator_removed)
def note_removed_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Its bridge row, and with it the gate, is gone already."""
    kind = authenticator.type
    security_notifications.record_factor_change(
        user=user, kind=kind, happened="removed", at=timezone.now()
    )
