"""Tax withheld: one row a payment, the year's sums it was worked out from, and certificates."""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from hitouch.core import money
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.triggers import NoTruncate
from payments.models.payments import Payment
from payments.models.rates import TaxRule, WelfareFeeRule

_append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class WithholdingYear(models.Model):
    """What one payee was paid and taxed in a financial year under one kind of rule.

    The row is locked while the tax of a payment is worked out, so that thresholds hold for
    payments approved at the same time. It is the sum of the year's `Withholding` rows, and of the
    years merged into it: an agent who gives a PAN during the year does not start at zero.
    """

    payer = models.CharField(max_length=10, help_text="The payer's TAN; empty while not set.")
    #: The index of the PAN, or "agent:" and the agent's id while there is no PAN.
    payee = models.CharField(max_length=64)
    kind = models.CharField(max_length=32, choices=TaxRule.Kind.choices)
    financial_year = models.PositiveSmallIntegerField(
        help_text="2026 for April 2026 to March 2027."
    )
    base_paise = models.BigIntegerField(default=0)
    taxed_paise = models.BigIntegerField(default=0)
    withheld_paise = models.BigIntegerField(default=0)
    owed_paise = models.BigIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, related_name="merged", on_delete=models.PROTECT
    )
    #: The newest withholding at that time; the ones after it begin with the sums of both.
    merged_after = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="withholding_newest", fields=["-financial_year", "id"])]
        triggers = [
            pgtrigger.Protect(name="withholding_year_stays", operation=pgtrigger.Delete),
            NoTruncate(name="withholding_year_no_truncate"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_withholding_year",
                fields=["payee", "kind", "financial_year", "payer"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.financial_year}"


class CertificateQuerySet(models.QuerySet["LowerDeductionCertificate"]):
    """Filters by date and approval."""

    def in_force(self, day: date) -> Self:
        """Approved certificates that are valid on the day."""
        return self.filter(valid__contains=day, approved_by__isnull=False)


class LowerDeductionCertificate(BaseModel):
    """An assessing officer's certificate: tax at a lower rate, for sums up to a limit."""

    agent = models.ForeignKey(Agent, related_name="+", on_delete=models.PROTECT)
    kind = models.CharField(max_length=32, choices=TaxRule.Kind.choices)
    number = models.CharField(max_length=20)
    valid = DateRangeField(help_text="From the first day up to, but not including, the end date.")
    rate_bp = models.PositiveIntegerField("rate in basis points")
    limit_paise = models.BigIntegerField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    objects = CertificateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="certificate_newest", fields=["-created_at", "-id"])]
        triggers = [
            pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="certificate_is_frozen",
                fields=["agent", "kind", "number", "valid", "rate_bp", "limit_paise", "entered_by"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="certificate_number_once",
                fields=["agent", "number"],
                condition=Q(rejected_at=None),
            ),
            ExclusionConstraint(
                name="certificates_never_overlap",
                expressions=[
                    ("agent", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="certificate_is_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="certificate_has_rate_and_limit",
                condition=Q(rate_bp__lte=10_000, limit_paise__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.number}"


class Withholding(models.Model):
    """The tax withheld from one payment, and what it was worked out from. Append-only."""

    class Reason(models.TextChoices):
        """Why the payment was taxed, or not."""

        BELOW_THRESHOLDS = "BELOW_THRESHOLDS", "Below the thresholds"
        NO_THRESHOLD = "NO_THRESHOLD", "No threshold applies"
        SINGLE_THRESHOLD = "SINGLE_THRESHOLD", "Payment above the threshold"
        YEARLY_THRESHOLD = "YEARLY_THRESHOLD", "Year's payments above the threshold"
        REVERSED = "REVERSED", "Payment reversed"

    payment = models.OneToOneField(Payment, related_name="withholding", on_delete=models.PROTECT)
    year = models.ForeignKey(WithholdingYear, related_name="rows", on_delete=models.PROTECT)
    rule = models.ForeignKey(TaxRule, related_name="+", on_delete=models.PROTECT)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    has_pan = models.BooleanField()
    rate_bp = models.PositiveIntegerField()
    certificate = models.ForeignKey(
        LowerDeductionCertificate,
        null=True,
        blank=True,
        related_name="withholdings",
        on_delete=models.PROTECT,
    )
    certified_paise = models.BigIntegerField(default=0)
    base_paise = models.BigIntegerField()
    taxed_paise = models.BigIntegerField()
    due_paise = models.BigIntegerField()
    withheld_paise = models.BigIntegerField()
    # The year's sums before this payment.
    base_before_paise = models.BigIntegerField()
    taxed_before_paise = models.BigIntegerField()
    withheld_before_paise = models.BigIntegerField()
    owed_before_paise = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(name="withholding_pan", fields=["has_pan", "-id"])]
        triggers = [_append_only, NoTruncate(name="withholding_no_truncate")]

    def __str__(self) -> str:
        return f"{money.rupees(self.withheld_paise)} of {self.payment_id}"

    @property
    def owed_paise(self) -> int:
        """Tax due that goes to the next payment."""
        return self.due_paise - self.withheld_paise


class WelfareFee(models.Model):
    """The welfare fee of one payment, which the platform owes to the agent's state."""

    payment = models.OneToOneField(Payment, related_name="welfare_fee", on_delete=models.PROTECT)
    rule = models.ForeignKey(WelfareFeeRule, related_name="+", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()

    class Meta:
        triggers = [_append_only, NoTruncate(name="welfare_fee_no_truncate")]

    def __str__(self) -> str:
        return f"{money.rupees(self.amount_paise)}, {self.rule.state}"


class EngagedDay(models.Model):
    """A day on which an agent earned something, for the duties towards gig workers."""

    agent = models.ForeignKey(Agent, related_name="+", on_delete=models.PROTECT)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_engaged_day", fields=["agent", "day"])]

    def __str__(self) -> str:
        return f"{self.day:%d %b %Y}"
