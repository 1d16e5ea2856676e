"""What is known about an account: the tests of it, what they cost a day, and who stopped it."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.fields import EncryptedTextField
from hitouch.core.leases import LeasedQuerySet
from hitouch.core.rows import Row
from hitouch.core.states import Machine, StateEvent
from onboarding.models.bank import BankAccount


class AccountTestState(models.TextChoices):
    DUE = "DUE", "Not sent yet"
    SENT = "SENT", "Sent, awaiting response"
    UNKNOWN = "UNKNOWN", "No response, being looked into"
    LOOK = "LOOK", "Needs review"
    PASSED = "PASSED", "Verified"
    FAILED = "FAILED", "Not verified"


_machine = Machine(
    start=AccountTestState.DUE,
    edges={
        AccountTestState.DUE: [
            AccountTestState.SENT,
            AccountTestState.UNKNOWN,
            AccountTestState.LOOK,
            AccountTestState.FAILED,
        ],
        AccountTestState.SENT: [
            AccountTestState.PASSED,
            AccountTestState.FAILED,
            AccountTestState.LOOK,
        ],
        AccountTestState.UNKNOWN: [
            AccountTestState.SENT,
            AccountTestState.LOOK,
            AccountTestState.FAILED,
        ],
        AccountTestState.LOOK: [AccountTestState.PASSED, AccountTestState.FAILED],
    },
)


class AccountTestQuerySet(LeasedQuerySet["AccountTest"]):
    """Tests as sentences."""

    def under_way(self) -> AccountTestQuerySet:
        """Those that a machine still works on."""
        return self.filter(state__in=AccountTest.UNDER_WAY)

    def unfinished(self) -> AccountTestQuerySet:
        """What a worker has to take further: the tests under way."""
        return self.under_way()

    def waiting(self) -> AccountTestQuerySet:
        """Those that a person decides."""
        return self.filter(state=AccountTestState.LOOK)

    def undecided_first(self) -> AccountTestQuerySet:
        """What waits for a person on top, the longest waiting first."""
        waits = models.Case(models.When(state=AccountTestState.LOOK, then=0), default=1)
        return self.order_by(waits, "asked_at")

    def with_people(self) -> AccountTestQuerySet:
        return self.select_related("account__agent__user", "decided_by")


class AccountTest(Row):
    """One rupee sent to see whose account it is. Its key is committed before it is sent."""

    State = AccountTestState
    UNDER_WAY: ClassVar = [AccountTestState.DUE, AccountTestState.SENT, AccountTestState.UNKNOWN]
    OVER: ClassVar = [AccountTestState.PASSED, AccountTestState.FAILED]

    class Reason(models.TextChoices):
        AGREES = "AGREES", "Names match"
        INVALID = "INVALID", "Account not found at the bank"
        BANK_DOWN = "BANK_DOWN", "Bank did not respond"
        NAMES = "NAMES", "Names need to be compared"
        SHARED = "SHARED", "Another agent has the same account"
        NO_NAME = "NO_NAME", "Bank did not return a name"
        NO_RAIL = "NO_RAIL", "Test deposit could not be sent"
        REFUSED = "REFUSED", "Provider declined the test"
        REPLACED = "REPLACED", "Replaced by a newer account"
        PERSON = "PERSON", "Decided by staff"

    account = models.ForeignKey(BankAccount, related_name="tests", on_delete=models.CASCADE)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    rail = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=60, blank=True, db_index=True)
    utr = models.CharField("UTR", max_length=30, blank=True)
    registered_name = EncryptedTextField()
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="Message shown to the agent.")
    tries = models.PositiveSmallIntegerField(default=0)
    paid_for = models.BooleanField(default=False)
    next_try_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    state = models.CharField(
        max_length=8, choices=AccountTestState.choices, default=AccountTestState.DUE
    )
    machine = _machine

    objects = AccountTestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "account verification", "account verifications"
        constraints = [
            models.UniqueConstraint(
                name="one_live_test", fields=["account"], condition=~Q(state="FAILED")
            )
        ]
        indexes = [
            models.Index(
                name="account_test_due",
                fields=["next_try_at"],
                condition=Q(state__in=["DUE", "SENT", "UNKNOWN"]),
            )
        ]
        triggers = [
            *_machine.triggers(),
            pgtrigger.ReadOnly(name="test_is_kept", fields=["account", "key", "asked_at"]),
            pgtrigger.Protect(
                name="over_is_over",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["PASSED", "FAILED"]),
            ),
        ]

    def __str__(self) -> str:
        return f"Test of {self.account}"


class AccountTestEvent(StateEvent):
    subject = models.ForeignKey(AccountTest, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
