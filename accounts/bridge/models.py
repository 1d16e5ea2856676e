"""django-otp devices: one per authenticator of allauth, and break-glass tokens."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models
from django_otp.models import Device, DeviceManager


class FactorDevice(Device):
    """The device of one authenticator.

    Deleted with it, which un-verifies every session using it.
    """

    user: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    authenticator: "models.OneToOneField[Any, Any]" = models.OneToOneField(
        Authenticator, on_delete=models.CASCADE, related_name="device"
    )

    def __str__(self) -> str:
        return str(self.name)

    def verify_token(self, token: str) -> bool:
        """Codes are checked by `accounts.mfa.services.check_second_factor` only."""
        return False


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    """Filters by validity."""

    def live(self, at: datetime) -> "BreakGlassQuerySet":
        """Neither used nor expired."""
        return self.filter(used_at=None, expires_at__gt=at)


class BreakGlass(Device):
    """A one-time token for staff who lost their second factor, stored as a hash.

    The row is deleted after an hour, which un-verifies the session that used it.
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
        """Tokens are checked by `accounts.mfa.break_glass.use_break_glass` only."""
        return False
