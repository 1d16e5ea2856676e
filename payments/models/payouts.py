"""Payouts: bank transfers of payments, and each attempt to send one."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core import masking
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from onboarding.models import BankAccount
from payments.models.payments import Payment
from payments.utr import UTR_PATTERN


class PayoutState(models.TextChoices):
    """States of a payout."""

    READY = "READY", "Ready"
    PROCESSING = "PROCESSING", "Processing"
    COMPLETED = "COMPLETED", "Paid"
    FAILED = "FAILED", "Failed"


_machine = StateMachine(
    start=PayoutState.READY,
    edges={
        PayoutState.READY: [PayoutState.PROCESSING],
        PayoutState.PROCESSING: [PayoutState.COMPLETED, PayoutState.FAILED],
    },
)


class PayoutQuerySet(models.QuerySet["Payout"]):
    """Filters by state."""

    def ready(self) -> PayoutQuerySet:
        return self.filter(state=PayoutState.READY)

    def processing(self) -> PayoutQuerySet:
        return self.filter(state=PayoutState.PROCESSING)

    def live(self) -> PayoutQuerySet:
        """All but failed ones: a payment has at most one live payout."""
        return self.exclude(state=PayoutState.FAILED)


class Payout(BaseModel):
    """One transfer of a payment's net amount to one version of a bank account."""

    State = PayoutState

    payment = models.ForeignKey(Payment, related_name="payouts", on_delete=models.PROTECT)
    bank_account = models.ForeignKey(BankAccount, related_name="+", on_delete=models.PROTECT)
    holder_name = models.CharField(max_length=120)
    ifsc = models.CharField(max_length=11)
    last_four = models.CharField(max_length=4)
    amount_paise = models.BigIntegerField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    started_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    utr = models.CharField("UTR", max_length=22, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=PayoutState.choices, default=PayoutState.READY)
    machine = _machine
    objects = PayoutQuerySet.as_manager()

    class Meta:
        triggers = [
            *_machine.triggers(),
            pgtrigger.Protect(name="payout_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="payout_is_frozen", fields=["payment", "amount_paise"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_live_payout", fields=["payment"], condition=~Q(state="FAILED")
            ),
            models.UniqueConstraint(name="utr_once", fields=["utr"], condition=~Q(utr="")),
            models.CheckConstraint(
                name="utr_has_its_shape", condition=Q(utr="") | Q(utr__regex=UTR_PATTERN)
            ),
            models.CheckConstraint(
                name="maker_is_not_checker",
                condition=Q(settled_by=None) | ~Q(settled_by=F("started_by")),
            ),
            models.CheckConstraint(
                name="started_payout_has_a_maker",
                condition=Q(state="READY", started_by=None)
                | (~Q(state="READY") & Q(started_by__isnull=False, started_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="settled_payout_has_utr_and_checker",
                condition=(
                    Q(state="COMPLETED", settled_by__isnull=False, settled_at__isnull=False)
                    & ~Q(utr="")
                )
                | (~Q(state="COMPLETED") & Q(settled_by=None, settled_at=None, utr="")),
            ),
            models.CheckConstraint(
                name="failed_payout_has_a_reason",
                condition=(Q(state="FAILED") & ~Q(failure=""))
                | (~Q(state="FAILED") & Q(failure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Payout to {self.holder_name}, {self.masked}"

    @property
    def masked(self) -> str:
        """The account number with all but its last four digits hidden."""
        return masking.last_four(self.last_four)


class PayoutEvent(StateEvent):
    """One change of a payout's state."""

    subject = models.ForeignKey(Payout, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class PayoutAttempt(BaseModel):
    """One order to a payout provider. Its idempotency key is committed before money moves."""

    payout = models.ForeignKey(Payout, related_name="attempts", on_delete=models.PROTECT)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    rail = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="attempt_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="attempt_is_kept", fields=["payout", "key", "rail", "by", "at"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_attempt", fields=["payout"], condition=Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.rail} {self.key}"
