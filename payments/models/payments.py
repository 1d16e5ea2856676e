"""Payments: the amounts owed to an agent for approved work, and their state."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from gigs.models import Work
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from payments.models.rates import FeeRule, TaxRule


class PaymentState(models.TextChoices):
    """States of a payment."""

    PENDING = "PENDING", "Pending"
    PROCESSING = "PROCESSING", "Processing"
    COMPLETED = "COMPLETED", "Paid"
    FAILED = "FAILED", "Failed"


_machine = StateMachine(
    start=PaymentState.PENDING,
    edges={
        PaymentState.PENDING: [PaymentState.PROCESSING],
        PaymentState.PROCESSING: [PaymentState.COMPLETED, PaymentState.FAILED],
        PaymentState.FAILED: [PaymentState.PENDING],
    },
)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Filters by state."""

    def paid(self) -> PaymentQuerySet:
        return self.filter(state=PaymentState.COMPLETED)

    def outstanding(self) -> PaymentQuerySet:
        return self.exclude(state=PaymentState.COMPLETED)

    def awaiting_payout(self) -> PaymentQuerySet:
        """Payments that no payout is carrying at the moment."""
        return self.filter(state__in=[PaymentState.PENDING, PaymentState.FAILED])


class Payment(BaseModel):
    """The pay for one approved work. Its amounts and the rates applied never change."""

    State = PaymentState

    work = models.OneToOneField(Work, related_name="payment", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="payments", on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    gross_paise = models.BigIntegerField()
    tds_paise = models.BigIntegerField()
    fee_paise = models.BigIntegerField()
    gst_paise = models.BigIntegerField()
    net_paise = models.BigIntegerField()
    tax_rule = models.ForeignKey(TaxRule, related_name="+", on_delete=models.PROTECT)
    fee_rule = models.ForeignKey(FeeRule, related_name="+", on_delete=models.PROTECT)
    tds_bp = models.PositiveIntegerField()
    fee_bp = models.PositiveIntegerField()
    gst_bp = models.PositiveIntegerField()
    paid_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=PaymentState.choices, default=PaymentState.PENDING
    )
    machine = _machine
    objects = PaymentQuerySet.as_manager()

    class Meta:
        triggers = [
            *_machine.triggers(),
            pgtrigger.Protect(name="payment_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="payment_is_frozen",
                fields=[
                    "work", "agent", "opened_at", "gross_paise", "tds_paise", "fee_paise",
                    "gst_paise", "net_paise", "tax_rule", "fee_rule", "tds_bp", "fee_bp", "gst_bp",
                ],
            ),
        ]  # fmt: skip
        indexes = [models.Index(name="payment_of_agent", fields=["agent", "-opened_at"])]
        constraints = [
            models.CheckConstraint(
                name="payment_adds_up",
                condition=Q(
                    gross_paise=F("net_paise") + F("tds_paise") + F("fee_paise") + F("gst_paise")
                ),
            ),
            models.CheckConstraint(
                name="payment_amounts_not_negative",
                condition=Q(
                    gross_paise__gt=0,
                    net_paise__gt=0,
                    tds_paise__gte=0,
                    fee_paise__gte=0,
                    gst_paise__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="payment_paid_when_completed",
                condition=Q(state="COMPLETED", paid_at__isnull=False)
                | (~Q(state="COMPLETED") & Q(paid_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"Payment for {self.work.gig.title}"

    @property
    def reference(self) -> str:
        """Short reference for people to quote."""
        return str(self.pk)[:8].upper()

    @property
    def is_paid(self) -> bool:
        return self.state == self.State.COMPLETED


class PaymentEvent(StateEvent):
    """One change of a payment's state."""

    subject = models.ForeignKey(Payment, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
