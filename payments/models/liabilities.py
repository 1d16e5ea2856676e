"""Payments of tax and fees to the government."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core import money
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent
from payments.models.proposals import ProposalState, proposal_machine
from payments.utr import UTR_PATTERN


class LiabilityKind(models.TextChoices):
    """What is owed to the government."""

    TDS = "TDS", "TDS"
    GST = "GST", "GST"
    WELFARE_FEE = "WELFARE_FEE", "Welfare fee"


class LiabilityAccrual(BaseModel):
    """What came to be owed in one period, as it was counted last; the ledger itself decides."""

    kind = models.CharField(max_length=12, choices=LiabilityKind.choices)
    period_from = models.DateField()
    region = models.CharField(max_length=60, blank=True)
    amount_paise = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_accrual_a_period", fields=["kind", "period_from", "region"]
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} {self.period_from:%B %Y}: {money.rupees(self.amount_paise)}"
        )


class LiabilityPayment(BaseModel):
    """Tax or fees of one period, deposited with the government, with the challan's numbers.

    One person records it, another confirms; it is booked then. It is never changed.
    """

    Kind = LiabilityKind
    State = ProposalState

    kind = models.CharField(max_length=12, choices=LiabilityKind.choices)
    period_from = models.DateField(
        help_text="First day of the month; of the quarter for welfare fees."
    )
    region = models.CharField(max_length=60, blank=True, help_text="The state of a welfare fee.")
    amount_paise = models.BigIntegerField()
    paid_on = models.DateField()
    bsr_code = models.CharField("BSR code", max_length=7, blank=True)
    challan = models.CharField("challan number", max_length=30)
    utr = models.CharField("UTR", max_length=22, help_text="As on the bank statement.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )
    machine = proposal_machine

    class Meta:
        triggers = [
            *proposal_machine.triggers(),
            pgtrigger.Protect(name="liability_payment_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="liability_payment_is_frozen",
                fields=[
                    "kind", "period_from", "region", "amount_paise", "paid_on", "bsr_code",
                    "challan", "utr", "proposed_by",
                ],
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(name="liability_payment_newest", fields=["-created_at", "-id"]),
            models.Index(name="liability_payment_by_state", fields=["state", "-created_at", "-id"]),
            models.Index(name="liability_payment_by_kind", fields=["kind", "-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="liability_payment_positive", condition=Q(amount_paise__gt=0)
            ),
            models.CheckConstraint(
                name="liability_payment_by_two_people",
                condition=~Q(state="APPROVED")
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(
                name="welfare_fee_has_its_state",
                condition=(Q(kind="WELFARE_FEE") & ~Q(region=""))
                | (~Q(kind="WELFARE_FEE") & Q(region="")),
            ),
            models.CheckConstraint(
                name="challan_of_tds_has_a_bsr_code",
                condition=Q(kind="TDS", bsr_code__regex=r"^\d{7}$")
                | (~Q(kind="TDS") & Q(bsr_code="")),
            ),
            models.CheckConstraint(
                name="liability_payment_has_its_utr", condition=Q(utr__regex=UTR_PATTERN)
            ),
            models.UniqueConstraint(
                name="liability_utr_once", fields=["utr"], condition=~Q(state="REJECTED")
            ),
            models.UniqueConstraint(
                name="challan_once",
                fields=["kind", "bsr_code", "challan", "paid_on"],
                condition=~Q(state="REJECTED"),
            ),
        ]

    def __str__(self) -> str:
        region = f", {self.region}" if self.region else ""
        return f"{self.get_kind_display()}{region}, {self.period_from:%B %Y}"


class LiabilityPaymentEvent(StateEvent):
    """One change of such a payment's state."""

    subject = models.ForeignKey(LiabilityPayment, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
