"""Withhold tax from a payment: lock the year's sums, work the tax out, record it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, Sum

from accounts.models import Agent
from hitouch.core.india_time import midnight
from onboarding.kyc import queries as kyc_queries
from payments.deductions import due_dates
from payments.deductions.withholding import (
    Certificate,
    Withheld,
    YearToDate,
    withhold,
)
from payments.models import (
    LowerDeductionCertificate,
    Payment,
    TaxRule,
    Withholding,
    WithholdingYear,
)
from payments.rates import queries as rates_queries

#: The columns of a year that add up.
SUMS = ["base_paise", "taxed_paise", "withheld_paise", "owed_paise"]


@dataclass(frozen=True)
class TaxOfPayment:
    """The tax of a payment that is about to be opened, and what it was worked out from."""

    year: WithholdingYear
    rule: TaxRule
    has_pan: bool
    base_paise: int
    certificate: LowerDeductionCertificate | None
    withheld: Withheld


def work_out(*, agent: Agent, base_paise: int, rule: TaxRule, day: date) -> TaxOfPayment:
    """Work out the tax of a payment. Locks the year's sums until the transaction ends."""
    pan = kyc_queries.pan_index_of(agent)
    year = lock_year(agent=agent, pan_index=pan, kind=rule.kind, day=day)
    certificate = _certificate_of(agent, rule.kind, day) if pan else None
    withheld = withhold(
        base_paise,
        rates_queries.terms_of(rule),
        year=year_to_date(year),
        has_pan=bool(pan),
        certificate=_left_of(certificate, year),
    )
    return TaxOfPayment(
        year,
        rule,
        bool(pan),
        base_paise,
        certificate if withheld.certified_paise else None,
        withheld,
    )


def lock_year(*, agent: Agent, pan_index: str, kind: str, day: date) -> WithholdingYear:
    """The locked sums of the financial year, by PAN, so that they outlive an account.

    Sums that the agent has under another key, from before the PAN or the payer's TAN was known,
    are merged: thresholds are for a person's whole year.
    """
    key = {
        "payer": settings.HITOUCH_TAN,
        "payee": pan_index or f"agent:{agent.pk}",
        "kind": kind,
        "financial_year": due_dates.financial_year(day),
    }
    years = _lock_years(agent, key)
    if not pan_index and years:
        # A PAN that is not on file any more: the year goes on.
        return years[-1]
    year = next((year for year in years if _is_of(year, key)), None)
    if year is None:
        WithholdingYear.objects.bulk_create([WithholdingYear(**key)], ignore_conflicts=True)
        year = WithholdingYear.objects.select_for_update().get(**key)
    for other in years:
        if other.pk != year.pk and _is_only_of(other, agent):
            _merge(other, into=year)
    return year


def _lock_years(agent: Agent, key: dict[str, Any]) -> list[WithholdingYear]:
    """The year of the key and those with payments of the agent, locked, oldest first."""
    same = {name: key[name] for name in ("kind", "financial_year")}
    paid = Withholding.objects.filter(
        payment__agent=agent, year__payer__in={key["payer"], ""},
        **{f"year__{name}": value for name, value in same.items()},
    )  # fmt: skip
    found = WithholdingYear.objects.filter(**key).values("pk").union(paid.values("year"))
    years = WithholdingYear.objects.filter(pk__in=found).select_for_update().order_by("pk")
    return [year for year in years if year.merged_into_id is None]


def _is_of(year: WithholdingYear, key: dict[str, Any]) -> bool:
    return all(getattr(year, name) == value for name, value in key.items())


def _is_only_of(year: WithholdingYear, agent: Agent) -> bool:
    return not year.rows.exclude(payment__agent=agent).exists()


def _merge(year: WithholdingYear, *, into: WithholdingYear) -> None:
    """Count the sums of one year in another. Both are locked."""
    for name in SUMS:
        setattr(into, name, getattr(into, name) + getattr(year, name))
    into.save(update_fields=SUMS)
    rows = Withholding.objects.filter(year__in=[year, into])
    year.merged_into = into
    year.merged_after = rows.order_by("-pk").values_list("pk", flat=True).first()
    year.owed_paise = 0
    year.save(update_fields=["merged_into", "merged_after", "owed_paise"])


def _root_of(year_id: int) -> WithholdingYear:
    """The locked year, or the one that it was merged into."""
    year = WithholdingYear.objects.select_for_update().get(pk=year_id)
    return _root_of(year.merged_into_id) if year.merged_into_id else year


def year_to_date(year: WithholdingYear) -> YearToDate:
    """The sums of the year, for the calculation."""
    return YearToDate(year.base_paise, year.taxed_paise, year.withheld_paise, year.owed_paise)


def record(tax: TaxOfPayment, payment: Payment) -> Withholding:
    """Record the tax of a payment, and add it to the year's sums."""
    year, withheld = tax.year, tax.withheld
    row = Withholding.objects.create(
        payment=payment,
        year=year,
        rule=tax.rule,
        reason=withheld.reason,
        has_pan=tax.has_pan,
        rate_bp=withheld.rate_bp,
        certificate=tax.certificate,
        certified_paise=withheld.certified_paise,
        base_paise=tax.base_paise,
        taxed_paise=withheld.taxed_paise,
        due_paise=withheld.due_paise,
        withheld_paise=withheld.withheld_paise,
        base_before_paise=year.base_paise,
        taxed_before_paise=year.taxed_paise,
        withheld_before_paise=year.withheld_paise,
        owed_before_paise=year.owed_paise,
    )
    _add_to_year(row)
    return row


def take_back(original: Withholding, correction: Payment) -> Withholding:
    """Record that the tax of a payment was taken back, in the year in which it was withheld."""
    year = _root_of(original.year_id)
    row = Withholding.objects.create(
        payment=correction,
        year=year,
        rule_id=original.rule_id,
        reason=Withholding.Reason.REVERSED,
        has_pan=original.has_pan,
        rate_bp=original.rate_bp,
        certificate_id=original.certificate_id,
        certified_paise=-original.certified_paise,
        base_paise=-original.base_paise,
        taxed_paise=-original.taxed_paise,
        # What the original added to the tax owed is taken off again.
        due_paise=year.owed_paise + original.owed_before_paise - original.due_paise,
        withheld_paise=-original.withheld_paise,
        base_before_paise=year.base_paise,
        taxed_before_paise=year.taxed_paise,
        withheld_before_paise=year.withheld_paise,
        owed_before_paise=year.owed_paise,
    )
    _add_to_year(row)
    return row


def _add_to_year(row: Withholding) -> None:
    year = row.year
    year.base_paise += row.base_paise
    year.taxed_paise += row.taxed_paise
    year.withheld_paise += row.withheld_paise
    year.owed_paise = row.due_paise - row.withheld_paise
    year.save(update_fields=SUMS)


def _certificate_of(agent: Agent, kind: str, day: date) -> LowerDeductionCertificate | None:
    return (
        LowerDeductionCertificate.objects.in_force(day)
        .filter(agent=agent, kind=kind)
        .annotate(used_paise=Sum("withholdings__certified_paise", default=0))
        .first()
    )


def _left_of(
    certificate: LowerDeductionCertificate | None, year: WithholdingYear
) -> Certificate | None:
    """What is left of a certificate, and the untaxed sums of the year that it covers."""
    if certificate is None:
        return None
    used: int = certificate.used_paise  # type: ignore[attr-defined]
    credited = Withholding.objects.filter(
        payment__agent=certificate.agent_id,
        payment__opened_at__gte=midnight(certificate.valid.lower),
        year__kind=year.kind,
        year__financial_year=year.financial_year,
    )
    sums = credited.aggregate(untaxed=Sum(F("base_paise") - F("taxed_paise"), default=0))
    return Certificate(certificate.rate_bp, certificate.limit_paise - used, max(sums["untaxed"], 0))
