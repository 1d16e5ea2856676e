"""Opening django-otp's gate for a session whose second factor was checked."""

import django_otp
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.bridge.models import BreakGlass, FactorDevice


def mark_session_verified(request: HttpRequest, given: Authenticator | BreakGlass) -> None:
    """From now on this session counts as opened with a second factor."""
    device = given if isinstance(given, BreakGlass) else _device_of(given)
    django_otp.login(request, device)


def session_used_break_glass(request: HttpRequest) -> bool:
    """Whether the session was opened with a break-glass token: a new factor has to be set up."""
    return isinstance(getattr(request.user, "otp_device", None), BreakGlass)


def _device_of(factor: Authenticator) -> FactorDevice:
    facts = {"user_id": factor.user_id, "name": factor.type}
    return FactorDevice.objects.get_or_create(authenticator=factor, defaults=facts)[0]
