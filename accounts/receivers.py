"""Receivers of allauth's and Django's signals: second factors and log-ins."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.bridge.verification import mark_session_verified
from accounts.mfa import queries as mfa_queries
from accounts.mfa import services as mfa
from accounts.models import LogInEvent, User
from accounts.security import login_history
from accounts.security.notifications import record_factor_change
from accounts.security.origin import origin_of

Outcome, Way = LogInEvent.Outcome, LogInEvent.Way
#: allauth's names of the first step of a log-in; "mfa" first means a passkey alone.
METHODS = {
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
    """Mark the session as verified; during a log-in keep the factor until the session begins."""
    if request.user.is_authenticated:
        mark_session_verified(request, authenticator)
    else:
        request.used_factor = authenticator  # type: ignore[attr-defined]


@receiver(user_logged_in)
def verify_session_at_login(request: HttpRequest, user: User, **_: Any) -> None:
    """Mark the new session as verified if a second factor was used during the log-in."""
    factor = getattr(request, "used_factor", None)
    if factor is not None and factor.user_id == user.pk:
        mark_session_verified(request, factor)


@receiver(user_logged_in)
def on_login(request: HttpRequest, user: User, **_: Any) -> None:
    """Record the log-in, and have the browser marked as known to the user."""
    records = get_authentication_records(request, user)
    method = METHODS.get(records[0]["method"], Way.PASSKEY) if records else Way.PASSWORD
    origin, now = origin_of(request), timezone.now()
    login_history.record_login(user=user, outcome=Outcome.IN, method=method, origin=origin, at=now)
    request.new_login_user = user  # type: ignore[attr-defined]
    if user.is_staff:
        request.session.set_expiry(settings.HITOUCH_STAFF_SESSION_SECONDS)


@receiver(authenticator_added)
def on_factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Record it. Setting up an app or a passkey also verifies the session."""
    kind = authenticator.type
    record_factor_change(user=user, kind=kind, change="added", at=timezone.now())
    if (step := getattr(user, "used_totp_step", None)) is not None:
        mfa.consume_totp_step(factor=authenticator, step=step)
    if kind in mfa_queries.SECOND_FACTOR_TYPES:
        mark_session_verified(request, authenticator)


@receiver(authenticator_removed)
def on_factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Record it.

    Deleting the factor has deleted its device, so its sessions are not verified any more.
    """
    kind = authenticator.type
    record_factor_change(user=user, kind=kind, change="removed", at=timezone.now())
