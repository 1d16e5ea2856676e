"""The bank's statements, and what does not agree between our books, the provider and the bank."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.db.triggers import NoTruncate

#: A difference that is open for longer stops all sending.
EXPLAINED_WITHIN = timedelta(days=3)


class BankStatement(BaseModel):
    """One imported statement of our account."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    first_day = models.DateField()
    last_day = models.DateField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    imported_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="statement_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            NoTruncate(name="statement_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"Statement {self.first_day:%d %b} to {self.last_day:%d %b %Y}"


class StatementLine(BaseModel):
    """One movement on our account, as the bank wrote it. Statements may overlap."""

    statement = models.ForeignKey(BankStatement, related_name="lines", on_delete=models.PROTECT)
    number = models.PositiveIntegerField(help_text="The line in the file.")
    day = models.DateField()
    amount_paise = models.BigIntegerField(help_text="Above zero for a credit.")
    narration = models.CharField(max_length=500)
    reference = models.CharField(max_length=60, blank=True)
    tokens = ArrayField(models.CharField(max_length=22), default=list)
    balance_paise = models.BigIntegerField(null=True)
    #: Hash of the content, and which of several equal lines this is, over all statements.
    fingerprint = models.CharField(max_length=64, unique=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="line_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            NoTruncate(name="line_no_truncate"),
        ]
        indexes = [models.Index(name="line_by_day", fields=["day"])]

    def __str__(self) -> str:
        return f"{self.day:%d %b %Y}, {self.narration[:40]}"


class ReconciliationRun(BaseModel):
    """One comparison of our books with the provider's list and the bank's statements."""

    started_at = models.DateTimeField()
    bank_until = models.DateField(null=True, help_text="The last day of the bank's statements.")
    provider_until = models.DateField(null=True)
    ours = models.PositiveIntegerField(default=0)
    matched_bank = models.PositiveIntegerField(default=0)
    matched_provider = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0, help_text="Differences that were new.")

    class Meta:
        triggers = [pgtrigger.Protect(name="run_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Reconciliation {self.started_at:%d %b %Y %H:%M} UTC"


class DifferenceState(models.TextChoices):
    """States of a difference."""

    OPEN = "OPEN", "Open"
    RESOLVED = "RESOLVED", "Resolved"
    EXPLAINED = "EXPLAINED", "Explained"


_machine = StateMachine(
    start=DifferenceState.OPEN,
    edges={
        DifferenceState.OPEN: [DifferenceState.RESOLVED, DifferenceState.EXPLAINED],
        # It was found again.
        DifferenceState.RESOLVED: [DifferenceState.OPEN],
    },
)


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Filters by state and age."""

    def open(self) -> Self:
        return self.filter(state=DifferenceState.OPEN)

    def overdue(self, now: datetime) -> Self:
        """Differences that stop all sending."""
        return self.open().filter(opened_at__lte=now - EXPLAINED_WITHIN)


class Difference(BaseModel):
    """What does not agree, until a later comparison finds it agrees, or two people explain it."""

    State = DifferenceState

    class Kind(models.TextChoices):
        """What does not agree."""

        MISSING_OURS = "MISSING_OURS", "Not in our books"
        MISSING_THEIRS = "MISSING_THEIRS", "Only in our books"
        AMOUNT = "AMOUNT", "Another amount"
        DUPLICATE = "DUPLICATE", "Twice"
        LATE_REVERSAL = "LATE_REVERSAL", "Came back"

    class Side(models.TextChoices):
        """Whom our books were compared with."""

        PROVIDER = "PROVIDER", "Payout provider"
        BANK = "BANK", "Bank"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    side = models.CharField(max_length=10, choices=Side.choices)
    #: Names the movements, so that the same difference is one row however often it is found.
    key = models.CharField(max_length=64, unique=True)
    ours = models.CharField(max_length=80, blank=True, help_text="Our ledger entry.")
    theirs = models.CharField(max_length=80, blank=True, help_text="Their movement.")
    ours_paise = models.BigIntegerField(default=0)
    theirs_paise = models.BigIntegerField(default=0)
    utr = models.CharField("UTR", max_length=22, blank=True)
    opened_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    explanation = models.CharField(max_length=500, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=DifferenceState.choices, default=DifferenceState.OPEN
    )
    machine = _machine
    objects = DifferenceQuerySet.as_manager()

    class Meta:
        triggers = [
            *_machine.triggers(),
            pgtrigger.Protect(name="difference_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="difference_is_frozen",
                fields=["kind", "side", "key", "ours", "theirs", "ours_paise", "theirs_paise"],
            ),
        ]
        indexes = [
            models.Index(name="difference_open", fields=["state", "opened_at"]),
            models.Index(name="difference_oldest", fields=["opened_at", "-id"]),
            models.Index(name="difference_utr", fields=["utr"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="difference_is_confirmed_by_another",
                condition=~Q(state="EXPLAINED")
                | (
                    Q(confirmed_by__isnull=False, explained_by__isnull=False)
                    & ~Q(confirmed_by=models.F("explained_by"))
                    & ~Q(explanation="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_side_display().lower()} {self.utr}".strip()


class DifferenceEvent(StateEvent):
    """One change of a difference's state."""

    subject = models.ForeignKey(Difference, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
