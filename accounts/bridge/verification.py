"""Marking a session as verified for django-otp, after the second factor was checked."""

import django_otp
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.bridge.models import BreakGlass, FactorDevice


def mark_session_verified(request: HttpRequest, factor: Authenticator | BreakGlass) -> None:
    """From now on this session counts as verified with a second factor."""
    device = factor if isinstance(factor, BreakGlass) else _device_of(factor)
    django_otp.login(request, device)


def session_used_break_glass(request: HttpRequest) -> bool:
    """Whether a break-glass token verified the session; a new factor has to be set up."""
    return isinstance(getattr(request.user, "otp_device", None), BreakGlass)


def _device_of(factor: Authenticator) -> FactorDevice:
    facts = {"user_id": factor.user_id, "name": factor.type}
    return FactorDevice.objects.get_or_create(authenticator=factor, defaults=facts)[0]
