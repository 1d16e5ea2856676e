"""Opening django-otp's gate for a session whose second factor allauth has checked."""

import django_otp
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.bridge.models import FactorDevice


def open_gate(request: HttpRequest, factor: Authenticator) -> None:
    """From now on this session counts as opened with a second factor."""
    device, _ = FactorDevice.objects.get_or_create(
        authenticator=factor, defaults={"user_id": factor.user_id, "name": factor.type}
    )
    django_otp.login(request, device)
