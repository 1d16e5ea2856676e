"""That somebody stopped an agent's payments, and how it ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.rows import Row
from onboarding.models.bank import BankAccount


class AccountFreeze(Row):
    """Somebody said “this was not me”: nothing is sent until a colleague has talked to them.

    Or the name changed that an account was compared with: then it has ended as it began.
    """

    class Outcome(models.TextChoices):
        KEPT = "KEPT", "The account is the agent's own"
        DROPPED = "DROPPED", "The account is no longer used"
        RENAMED = "RENAMED", "The agent's name has changed"

    account = models.ForeignKey(BankAccount, related_name="freezes", on_delete=models.CASCADE)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "payment hold", "payment holds"
        constraints = [
            models.UniqueConstraint(
                name="one_open_freeze", fields=["account"], condition=Q(outcome="")
            ),
            models.CheckConstraint(
                name="ended_freeze_has_an_end",
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & ~Q(ended_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"Stopped: {self.account}"
