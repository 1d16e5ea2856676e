"""Bank accounts and UPI IDs of agents: versions, verification (penny drop), payment holds."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.daily_budget import DailyBudget
from hitouch.core.jobs.leases import LeasedQuerySet
from onboarding.reference import ifsc


class AccountTestState(models.TextChoices):
    DUE = "DUE", "Not sent yet"
    SENT = "SENT", "Sent, awaiting response"
    UNKNOWN = "UNKNOWN", "No response, being looked into"
    LOOK = "LOOK", "Needs review"
    PASSED = "PASSED", "Verified"
    FAILED = "FAILED", "Not verified"


_machine = StateMachine(
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


#: Accounts to decide on come first in lists; `account_test_undecided_first` has the same.
UNDECIDED_FIRST = models.Case(
    models.When(state=AccountTestState.LOOK, then=0), default=1, output_field=models.IntegerField()
)


class AccountTestQuerySet(LeasedQuerySet["AccountTest"]):
    """Filters and order of account verifications."""

    def under_way(self) -> AccountTestQuerySet:
        """Still processed automatically."""
        return self.filter(state__in=AccountTest.UNDER_WAY)

    def unfinished(self) -> AccountTestQuerySet:
        """Rows that a worker may lease."""
        return self.under_way()

    def waiting(self) -> AccountTestQuerySet:
        """Waiting for a decision by staff."""
        return self.filter(state=AccountTestState.LOOK)

    def undecided_first(self) -> AccountTestQuerySet:
        """Waiting for a decision first, the longest waiting on top."""
        return self.order_by(UNDECIDED_FIRST, "asked_at", "id")

    def with_people(self) -> AccountTestQuerySet:
        return self.select_related("account__agent__user", "decided_by")


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    """Filters for versions that can receive payments."""

    def newest_first(self) -> BankAccountQuerySet:
        return self.order_by("-version")

    def verified(self) -> BankAccountQuerySet:
        """Verified as the agent's own, without an open or dropped payment hold."""
        return self.filter(tests__state="PASSED").exclude(
            freezes__outcome__in=["", "DROPPED", "RENAMED"]
        )

    def usable_at(self, now: datetime) -> BankAccountQuerySet:
        """Verified, past its waiting time, and of an agent without an open payment hold."""
        waited = Q(usable_from=None) | Q(usable_from__lte=now)
        return self.verified().filter(waited).exclude(agent__bank_accounts__freezes__outcome="")


class BankAccount(BaseModel):
    """One version of an agent's bank account or UPI ID.

    Append-only, because payments refer to it. The verification is in `AccountTest`.
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
        indexes = [
            models.Index(name="bank_newest", fields=["-added_at", "-id"]),
            models.Index(
                name="bank_ifsc_beginning", fields=["ifsc"], opclasses=["varchar_pattern_ops"]
            ),
        ]
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
        """The masked account number or UPI ID for display."""
        if self.kind == self.Kind.UPI:
            return f"{masking.last_four(self.last_four) or masking.DOT * 4}@{self.handle}"
        return masking.last_four(self.last_four)

    @property
    def bank_name(self) -> str:
        """The bank's name, or an empty text if unknown."""
        return (ifsc.bank_of(self.ifsc) or "") if self.ifsc else ""


class AccountTest(BaseModel):
    """Verification by a ₹1 deposit (penny drop). Its key is committed before it is sent."""

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
            ),
            models.Index(UNDECIDED_FIRST, "asked_at", "id", name="account_test_undecided_first"),
            models.Index(
                name="account_test_waiting", fields=["asked_at"], condition=Q(state="LOOK")
            ),
            models.Index(name="account_test_utr", fields=["utr"], condition=~Q(utr="")),
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


class AccountFreeze(BaseModel):
    """A payment hold: the agent reported an unknown change, so nothing is paid until staff decide.

    Also records that the agent's name changed (RENAMED); such a row is closed from the start.
    """

    class Outcome(models.TextChoices):
        KEPT = "KEPT", "The account is the agent's own"
        DROPPED = "DROPPED", "The account is no longer used"
        RENAMED = "RENAMED", "The agent's name has changed"

    #: Outcomes of a hold that staff ended.
    ENDED_BY_STAFF: ClassVar = [Outcome.KEPT, Outcome.DROPPED]

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
        indexes = [models.Index(name="freeze_open_first", fields=["outcome", "at", "id"])]
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


class RupeeDay(DailyBudget):
    """Daily budget of verification deposits, per Indian day."""

    def __str__(self) -> str:
        return f"Tests of {self.day}"


class RailEvent(BaseModel):
    """A webhook event of the payout provider, stored once. Evidence only; it decides nothing."""

    event_id = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
