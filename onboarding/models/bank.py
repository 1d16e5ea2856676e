"""Where an agent's money goes. A change is a new version; the newest one that holds counts."""

from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.fields import EncryptedTextField
from hitouch.core.rows import Row
from onboarding import branches


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    """Versions as sentences."""

    def newest_first(self) -> BankAccountQuerySet:
        return self.order_by("-version")

    def verified(self) -> BankAccountQuerySet:
        """A test found it to be the agent's own, and nobody took it back."""
        return self.filter(tests__state="PASSED").exclude(
            freezes__outcome__in=["", "DROPPED", "RENAMED"]
        )

    def usable_at(self, now: datetime) -> BankAccountQuerySet:
        """Verified, past its wait, and of an agent whose money nobody stopped."""
        waited = Q(usable_from=None) | Q(usable_from__lte=now)
        return self.verified().filter(waited).exclude(agent__bank_accounts__freezes__outcome="")


class BankAccount(Row):
    """One version of an agent's account, at a bank or behind a UPI address.

    Never changed: payments point at it. What a test said of it stands in `AccountTest`.
    """

    class Kind(models.TextChoices):
        BANK = "BANK", "Bank account"
        UPI = "UPI", "UPI ID"

    agent = models.ForeignKey(Agent, related_name="bank_accounts", on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.BANK)
    holder_name = models.CharField(max_length=120)
    ifsc = models.CharField(max_length=11, blank=True)
    account_number = EncryptedTextField()
    vpa = EncryptedTextField()
    handle = models.CharField(
        max_length=60, blank=True, help_text="The part of a UPI ID after the @."
    )
    last_four = models.CharField(max_length=4, blank=True)
    number_index = models.CharField(max_length=64, db_index=True)
    added_at = models.DateTimeField()
    usable_from = models.DateTimeField(
        null=True, help_text="Payments go there from then on. Empty if saved before this rule."
    )

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_version_once", fields=["agent", "version"]),
            models.CheckConstraint(
                name="bank_has_ifsc_upi_has_handle",
                condition=(Q(kind="BANK", handle="") & ~Q(ifsc=""))
                | (Q(kind="UPI", ifsc="") & ~Q(handle="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.ifsc} {self.masked}".strip()

    @property
    def masked(self) -> str:
        """The account number or the UPI address as it is shown."""
        if self.kind == self.Kind.UPI:
            return f"{masking.last_four(self.last_four) or masking.DOT * 4}@{self.handle}"
        return masking.last_four(self.last_four)

    @property
    def bank_name(self) -> str:
        """The bank's name, when the account is at one that we know."""
        return (branches.bank_of(self.ifsc) or "") if self.ifsc else ""
