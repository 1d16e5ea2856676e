"""Payments: the amounts owed to an agent for what they earned, and their state."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from gigs.models import Gig, Work
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from payments.models.rates import ClientGstRule, FeeRule, TaxRule


class PaymentState(models.TextChoices):
    """States of a payment."""

    PENDING = "PENDING", "Pending"
    PROCESSING = "PROCESSING", "Processing"
    COMPLETED = "COMPLETED", "Paid"
    FAILED = "FAILED", "Failed"


class PaymentKind(models.TextChoices):
    """What was earned."""

    HOURS = "HOURS", "Hours"
    FIXED = "FIXED", "Fixed price"
    MILESTONE = "MILESTONE", "Milestone"
    BONUS = "BONUS", "Bonus"
    LATE_CANCEL = "LATE_CANCEL", "Late cancellation"
    RESOLUTION = "RESOLUTION", "Dispute resolution"
    CORRECTION = "CORRECTION", "Correction"


_machine = StateMachine(
    start=PaymentState.PENDING,
    edges={
        # A payment of nothing, all of which was deducted, is completed at once.
        PaymentState.PENDING: [PaymentState.PROCESSING, PaymentState.COMPLETED],
        # Back to pending: a part was paid, and the rest is not on its way.
        PaymentState.PROCESSING: [
            PaymentState.COMPLETED,
            PaymentState.FAILED,
            PaymentState.PENDING,
        ],
        PaymentState.FAILED: [PaymentState.PENDING],
        # The bank returned a transfer that had been completed.
        PaymentState.COMPLETED: [PaymentState.FAILED],
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
    """The pay for one thing earned. Its amounts and the rates applied never change.

    `source_type` and `source_id` name what was earned: for hours and fixed prices the approved
    work. A correction has the amounts of the payment that it takes back, below zero.
    """

    State = PaymentState
    Kind = PaymentKind

    kind = models.CharField(max_length=12, choices=PaymentKind.choices)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    gig = models.ForeignKey(Gig, related_name="payments", on_delete=models.PROTECT)
    work = models.OneToOneField(
        Work, null=True, blank=True, related_name="payment", on_delete=models.PROTECT
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, related_name="correction", on_delete=models.PROTECT
    )
    agent = models.ForeignKey(Agent, related_name="payments", on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    gross_paise = models.BigIntegerField()
    tds_paise = models.BigIntegerField()
    fee_paise = models.BigIntegerField()
    gst_paise = models.BigIntegerField()
    net_paise = models.BigIntegerField()
    client_gst_paise = models.BigIntegerField(
        default=0, help_text="GST on the gross amount, paid by the client on top of it."
    )
    agent_state = models.CharField(
        max_length=60, blank=True, help_text="The state where the agent lived at the time."
    )
    tax_rule = models.ForeignKey(TaxRule, related_name="+", on_delete=models.PROTECT)
    fee_rule = models.ForeignKey(FeeRule, related_name="+", on_delete=models.PROTECT)
    tds_bp = models.PositiveIntegerField()
    fee_bp = models.PositiveIntegerField()
    gst_bp = models.PositiveIntegerField()
    # Payments of before clients were charged GST have none.
    client_gst_rule = models.ForeignKey(
        ClientGstRule, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    client_gst_bp = models.PositiveIntegerField(default=0)
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
                    "kind", "source_type", "source_id", "gig", "work", "corrects", "agent",
                    "opened_at", "gross_paise", "tds_paise", "fee_paise", "gst_paise", "net_paise",
                    "client_gst_paise", "agent_state", "tax_rule", "fee_rule", "tds_bp", "fee_bp",
                    "gst_bp", "client_gst_rule", "client_gst_bp",
                ],
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(name="payment_of_agent", fields=["agent", "-opened_at"]),
            models.Index(name="payment_newest", fields=["-opened_at", "-id"]),
            models.Index(name="payment_by_state", fields=["state", "-opened_at", "-id"]),
        ]
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
                    corrects=None,
                    gross_paise__gt=0,
                    net_paise__gte=0,
                    tds_paise__gte=0,
                    fee_paise__gte=0,
                    gst_paise__gte=0,
                    client_gst_paise__gte=0,
                )
                | Q(
                    corrects__isnull=False,
                    gross_paise__lt=0,
                    net_paise__lte=0,
                    tds_paise__lte=0,
                    fee_paise__lte=0,
                    gst_paise__lte=0,
                    client_gst_paise__lte=0,
                ),
            ),
            models.UniqueConstraint(
                name="one_payment_a_source", fields=["source_id", "source_type", "kind"]
            ),
            models.CheckConstraint(
                name="correction_names_its_payment",
                condition=Q(kind="CORRECTION", corrects__isnull=False, work=None)
                | (~Q(kind="CORRECTION") & Q(corrects=None)),
            ),
            models.CheckConstraint(
                name="payment_paid_when_completed",
                condition=Q(state="COMPLETED", paid_at__isnull=False)
                | (~Q(state="COMPLETED") & Q(paid_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"Payment for {self.gig.title}"

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
