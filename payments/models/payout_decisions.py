"""What two people say about a payout, and amounts of payments that are on hold."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from payments.models.payments import Payment
from payments.models.payouts import Payout
from payments.utr import UTR_PATTERN


class PayoutVerb(models.TextChoices):
    """What is said about a payout."""

    FAIL = "FAIL", "The transfer failed"
    REVERSE = "REVERSE", "The bank returned the transfer"
    RESEND = "RESEND", "The transfer was not made; send it again"
    SETTLE = "SETTLE", "The transfer was made"


class DecisionOutcome(models.TextChoices):
    """How a decision ended."""

    ACCEPTED = "ACCEPTED", "Confirmed"
    DECLINED = "DECLINED", "Declined"
    OVERTAKEN = "OVERTAKEN", "Overtaken by news from the bank"


class PayoutDecision(BaseModel):
    """A statement about a payout: one person proposes it, another confirms or declines it."""

    Verb = PayoutVerb
    Outcome = DecisionOutcome

    payout = models.ForeignKey(Payout, related_name="decisions", on_delete=models.PROTECT)
    verb = models.CharField(max_length=10, choices=PayoutVerb.choices)
    reason = models.CharField(max_length=300)
    utr = models.CharField("UTR", max_length=22, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=DecisionOutcome.choices, blank=True)

    class Meta:
        indexes = [models.Index(name="payout_decision_newest", fields=["-proposed_at", "-id"])]
        triggers = [
            pgtrigger.Protect(name="decision_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="decision_is_frozen",
                fields=["payout", "verb", "reason", "utr", "proposed_by", "proposed_at"],
            ),
            pgtrigger.Protect(
                name="decision_is_final",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_decision", fields=["payout"], condition=Q(outcome="")
            ),
            models.CheckConstraint(
                name="decision_is_by_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="decision_has_its_second_person",
                condition=Q(outcome__in=["", "OVERTAKEN"], decided_by=None)
                | (
                    ~Q(outcome__in=["", "OVERTAKEN"])
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="settling_decision_has_a_utr",
                condition=Q(verb="SETTLE", utr__regex=UTR_PATTERN)
                | (~Q(verb="SETTLE") & Q(utr="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.payout}"


class HoldCause(models.TextChoices):
    """Why an amount is not paid for now."""

    DISPUTE = "DISPUTE", "Dispute"
    STOP = "STOP", "Stopped"
    FRESH_ACCOUNT = "FRESH_ACCOUNT", "New bank account"
    CHECK = "CHECK", "Being checked"
    CORRECTION = "CORRECTION", "Correction proposed"


class PaymentHold(BaseModel):
    """An amount of a payment, or all of it, that no payout may carry until it is released."""

    Cause = HoldCause

    payment = models.ForeignKey(Payment, related_name="holds", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField(null=True, blank=True, help_text="Empty: all of it.")
    cause = models.CharField(max_length=20, choices=HoldCause.choices)
    note = models.CharField(max_length=300)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    placed_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="payment_hold_newest", fields=["-placed_at", "-id"])]
        triggers = [
            pgtrigger.Protect(name="hold_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="hold_is_frozen",
                fields=["payment", "amount_paise", "cause", "note", "placed_by", "placed_at"],
            ),
            pgtrigger.Protect(
                name="released_hold_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="hold_is_of_an_amount",
                condition=Q(amount_paise=None) | Q(amount_paise__gt=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.payment_id}"
