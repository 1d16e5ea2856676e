"""Tax and fee rates as dated rows: a change is a new row; a payment keeps the rows it used."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel


class RuleQuerySet(models.QuerySet[Any]):
    """Filters by date."""

    def in_force_on(self, day: date) -> Self:
        """Rates in force on the day."""
        return self.filter(valid__contains=day)


class Rule(BaseModel):
    """Base of dated rates: the date range, the legal source, and a note for staff."""

    valid = DateRangeField(help_text="From the first day up to, but not including, the end date.")
    source = models.TextField()
    caution = models.TextField("note for staff", blank=True, help_text="Not shown to agents.")
    objects = RuleQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def starts_on(self) -> date:
        return self.valid.lower


def _immutability_triggers(*fields: str) -> list[pgtrigger.Trigger]:
    """Rates cannot be deleted; only the end of `valid` may change."""
    return [
        pgtrigger.Protect(name="rule_stays", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="rule_is_kept", fields=["source", "caution", *fields]),
    ]


class TaxRule(Rule):
    """A rate of tax deducted at source (TDS)."""

    class Kind(models.TextChoices):
        """Whose earnings are taxed."""

        CONTRACTOR_INDIVIDUAL = "CONTRACTOR_INDIVIDUAL", "Individual contractor"

    kind = models.CharField(max_length=32, choices=Kind.choices)
    rate_bp = models.PositiveIntegerField("rate in basis points")
    free_up_to_paise = models.BigIntegerField(
        default=0, help_text="No TDS on payments up to this amount."
    )

    class Meta:
        verbose_name = "tax rate"
        triggers = _immutability_triggers("kind", "rate_bp", "free_up_to_paise")
        constraints = [
            ExclusionConstraint(
                name="tax_rules_never_overlap",
                expressions=[("kind", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="tax_rate_is_a_share",
                condition=Q(rate_bp__lte=10_000, free_up_to_paise__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.rate_bp / 100:g}%"


class FeeRule(Rule):
    """A rate of the platform fee, with the GST on it."""

    class Kind(models.TextChoices):
        """Kinds of fees."""

        STANDARD = "STANDARD", "Platform fee"

    kind = models.CharField(max_length=32, choices=Kind.choices, default=Kind.STANDARD)
    fee_bp = models.PositiveIntegerField("fee in basis points")
    gst_bp = models.PositiveIntegerField("GST on the fee in basis points")

    class Meta:
        verbose_name = "fee rate"
        triggers = _immutability_triggers("kind", "fee_bp", "gst_bp")
        constraints = [
            ExclusionConstraint(
                name="fee_rules_never_overlap",
                expressions=[("kind", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="fee_rates_are_shares",
                condition=Q(fee_bp__lte=10_000, gst_bp__lte=10_000),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_bp / 100:g}% plus {self.gst_bp / 100:g}% GST"
