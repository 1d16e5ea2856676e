"""What django-otp's gate sees of a factor that allauth enrolled and checked."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models
from django_otp.models import Device


class FactorDevice(Device):
    """Stands for one factor; goes when the factor goes, and every session with it is closed."""

    user: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    authenticator: "models.OneToOneField[Any, Any]" = models.OneToOneField(
        Authenticator, on_delete=models.CASCADE, related_name="device"
    )

    def __str__(self) -> str:
        return str(self.name)

    def verify_token(self, token: str) -> bool:
        """Codes are checked by `accounts.services.check_second_factor` alone."""
        return False
