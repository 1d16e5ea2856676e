"""Tax and fee rates as dated rows: a change is a new row; a payment keeps the rows it used."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from gigs.models import Project
from hitouch.core import money
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent
from payments.models.proposals import ProposalState, proposal_machine


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
        PARTICIPANT = "PARTICIPANT", "E-commerce participant"

    class Rounding(models.TextChoices):
        """How the tax of one payment is rounded, half up."""

        PAISA = "PAISA", "To a paisa"
        RUPEE = "RUPEE", "To a rupee"

    kind = models.CharField(max_length=32, choices=Kind.choices)
    rate_bp = models.PositiveIntegerField("rate in basis points")
    no_pan_bp = models.PositiveIntegerField(
        "rate without a PAN in basis points",
        default=0,
        help_text="Applies if it is the higher one.",
    )
    free_up_to_paise = models.BigIntegerField(
        default=0, help_text="No TDS on payments up to this amount. 0 for no such threshold."
    )
    yearly_free_up_to_paise = models.BigIntegerField(
        default=0,
        help_text="No TDS while a year's payments are up to this amount. 0 for no such limit.",
    )
    catches_up = models.BooleanField(
        default=True,
        help_text="When the yearly threshold is crossed, TDS is due on earlier payments too.",
    )
    thresholds_need_pan = models.BooleanField(
        default=False, help_text="The thresholds apply only to agents with a PAN."
    )
    rounding = models.CharField(max_length=5, choices=Rounding.choices, default=Rounding.PAISA)

    class Meta:
        verbose_name = "tax rate"
        triggers = _immutability_triggers(
            "kind", "rate_bp", "no_pan_bp", "free_up_to_paise", "yearly_free_up_to_paise",
            "catches_up", "thresholds_need_pan", "rounding",
        )  # fmt: skip
        constraints = [
            ExclusionConstraint(
                name="tax_rules_never_overlap",
                expressions=[("kind", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="tax_rate_is_a_share",
                condition=Q(
                    rate_bp__lte=10_000,
                    no_pan_bp__lte=10_000,
                    free_up_to_paise__gte=0,
                    yearly_free_up_to_paise__gte=0,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {money.percent(self.rate_bp)}"


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
        return f"{money.percent(self.fee_bp)} plus {money.percent(self.gst_bp)} GST"


class WelfareFeeRule(Rule):
    """A welfare fee that a state takes on each payment to a gig worker. The platform pays it."""

    state = models.CharField(max_length=60, help_text="The agent's state, as in addresses.")
    fee_bp = models.PositiveIntegerField("fee in basis points")
    cap_paise = models.BigIntegerField(
        default=0, help_text="The most for one payment. 0 for no limit."
    )

    class Meta:
        verbose_name = "welfare fee rate"
        triggers = _immutability_triggers("state", "fee_bp", "cap_paise")
        constraints = [
            ExclusionConstraint(
                name="welfare_fee_rules_never_overlap",
                expressions=[("state", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="welfare_fee_rate_is_a_share",
                condition=Q(fee_bp__lte=10_000, cap_paise__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}, {money.percent(self.fee_bp)}"


class ClientGstRule(Rule):
    """GST that a client pays on top of what agents earn, and the code of the service it is for.

    An operator's fee has its GST in the fee rate, so on top there is none.
    """

    legal_model = models.CharField(max_length=10, choices=Project.LegalModel.choices)
    gst_bp = models.PositiveIntegerField("GST in basis points")
    sac = models.CharField(
        "service code (SAC)", max_length=6, help_text="Six digits, as on bills to clients."
    )

    class Meta:
        verbose_name = "client GST rate"
        triggers = _immutability_triggers("legal_model", "gst_bp", "sac")
        constraints = [
            ExclusionConstraint(
                name="client_gst_rules_never_overlap",
                expressions=[
                    ("legal_model", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="client_gst_rate_is_a_share", condition=Q(gst_bp__lte=10_000)
            ),
            models.CheckConstraint(
                name="client_gst_names_a_service", condition=Q(sac__regex=r"^99[0-9]{4}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_legal_model_display()}, {money.percent(self.gst_bp)}"


class RateProposal(BaseModel):
    """A new rate that one person in finance proposes and another approves."""

    State = ProposalState

    class Rate(models.TextChoices):
        """Which table the rate is for."""

        TAX = "TAX", "Tax rate"
        FEE = "FEE", "Fee rate"
        WELFARE_FEE = "WELFARE_FEE", "Welfare fee rate"
        CLIENT_GST = "CLIENT_GST", "Client GST rate"

    rate = models.CharField(max_length=12, choices=Rate.choices)
    #: The columns of the new row, but for its dates.
    terms = models.JSONField()
    starts_on = models.DateField()
    payments_affected = models.PositiveIntegerField(
        help_text="Payments of the last 90 days that would have been different."
    )
    difference_paise = models.BigIntegerField(help_text="By how much their net would differ.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    proposed_at = models.DateTimeField()
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
            pgtrigger.Protect(name="rate_proposal_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="rate_proposal_is_frozen",
                fields=[
                    "rate", "terms", "starts_on", "payments_affected", "difference_paise",
                    "proposed_by", "proposed_at",
                ],
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="rate_is_approved_by_another",
                condition=~Q(state="APPROVED")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rate_display()} from {self.starts_on:%d %b %Y}"


class RateProposalEvent(StateEvent):
    """One change of a proposal's state."""

    subject = models.ForeignKey(RateProposal, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
