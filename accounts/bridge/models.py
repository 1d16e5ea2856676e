"""What django-otp's gate sees: a factor that allauth enrolled, or a broken glass."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models
from django_otp.models import Device, DeviceManager


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


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    """Break-glass tokens as sentences."""

    def live(self, at: datetime) -> "BreakGlassQuerySet":
        """Neither used nor over."""
        return self.filter(used_at=None, expires_at__gt=at)


class BreakGlass(Device):
    """The way in for staff who lost their factor: a token, kept as a hash, good once.

    The row goes when its hour is over, and with it the gate it opened.
    """

    LIFETIME: ClassVar = timedelta(hours=1)

    user: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    token_hash: "models.CharField[Any, Any]" = models.CharField(max_length=64, unique=True)
    expires_at: "models.DateTimeField[Any, Any]" = models.DateTimeField()
    used_at: "models.DateTimeField[Any, Any]" = models.DateTimeField(null=True)

    objects = DeviceManager.from_queryset(BreakGlassQuerySet)()

    def __str__(self) -> str:
        return f"Break-glass until {self.expires_at:%H:%M}"

    def verify_token(self, token: str) -> bool:
        """Tokens are checked by `accounts.services.use_break_glass` alone."""
        return False
