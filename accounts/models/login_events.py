"""Log-in attempts, kept for ninety days and never changed."""

from datetime import datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class LogInEventQuerySet(models.QuerySet["LogInEvent"]):
    """Filters by outcome and time."""

    def successful(self) -> "LogInEventQuerySet":
        """Attempts that logged somebody in."""
        return self.filter(outcome=LogInEvent.Outcome.IN)

    def since(self, moment: datetime) -> "LogInEventQuerySet":
        """After the moment."""
        return self.filter(at__gt=moment)


class LogInEvent(models.Model):
    """One log-in attempt (OWASP ASVS 5.0, 16.3.1). Without a user when no account matched.

    The network address is kept as a keyed hash (`place`), to recognise it, and masked, to show it.
    """

    class Outcome(models.TextChoices):
        IN = "IN", "Logged in"
        WRONG = "WRONG", "Wrong password or code"
        WRONG_FACTOR = "WRONG_FACTOR", "Wrong second factor"
        NOT_ACTIVE = "NOT_ACTIVE", "Account not active"

    class Way(models.TextChoices):
        PASSWORD = "PASSWORD", "Password"
        CODE = "CODE", "One-time code"
        PASSKEY = "PASSKEY", "Passkey"
        GOOGLE = "GOOGLE", "Google"
        SIGN_UP = "SIGN_UP", "Sign-up"

    KEPT: ClassVar = timedelta(days=90)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="log_ins"
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    way = models.CharField(max_length=8, choices=Way.choices)
    place = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the network.")
    network = models.CharField(max_length=64, blank=True, help_text="Network address, masked.")
    country = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=80, blank=True, help_text="Browser or app, in words.")
    request_id = models.CharField(max_length=64, blank=True)

    objects = LogInEventQuerySet.as_manager()

    class Meta:
        verbose_name = "login"
        indexes = [
            models.Index(name="log_ins_of_user", fields=["user", "-at"]),
            models.Index(name="log_in_places", fields=["user", "place"], condition=Q(outcome="IN")),
            models.Index(name="log_ins_by_age", fields=["at"]),
        ]
        triggers = [pgtrigger.Protect(name="log_in_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} by {self.get_way_display().lower()}"
