"""Change tax and fee rates: one person in finance proposes a rate, another approves it.

A new rate ends the current one the day before it starts.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from psycopg.types.range import Range

from accounts.models import User
from accounts.security import audit
from hitouch.core import money
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.models import ClientGstRule, FeeRule, RateProposal, TaxRule, WelfareFeeRule
from payments.rates import impact

type_of: dict[str, type[models.Model]] = {
    RateProposal.Rate.TAX: TaxRule,
    RateProposal.Rate.FEE: FeeRule,
    RateProposal.Rate.WELFARE_FEE: WelfareFeeRule,
    RateProposal.Rate.CLIENT_GST: ClientGstRule,
}
#: The column by which rates of one table are told apart.
GROUPED_BY = {
    TaxRule: "kind",
    FeeRule: "kind",
    WelfareFeeRule: "state",
    ClientGstRule: "legal_model",
}
AnyRule = TaxRule | FeeRule | WelfareFeeRule | ClientGstRule


class NoRateInForce(Refusal):
    """No tax, fee or GST rate is in force."""

    code = "no_money_rule"
    message = "No tax or fee rate is set for today. Ask finance to add one, then try again."


class RateStartsTooEarly(Refusal):
    """A rate cannot start today or earlier: payments may have used the current one."""

    code = "rule_too_early"
    message = "Choose tomorrow or a later date. Today's payments keep the current rate."
    field = "starts_on"


class LaterRateExists(Refusal):
    """A rate that starts on or after this date exists already."""

    code = "rule_in_the_way"
    message = "There is already a rate starting on or after that day."
    field = "starts_on"


class RatesAboveWhole(Refusal):
    """Tax, fee and GST together would be more than the payment."""

    code = "rates_above_whole"
    message = "With this rate, tax, fee and GST would be more than the whole payment."


class OwnRate(Refusal):
    """The person who proposed a rate cannot approve it (four-eyes principle)."""

    code = "own_rate"
    message = "You proposed this rate, so someone else in finance must approve it."


@transaction.atomic
def propose_rate(*, rule: AnyRule, starts_on: date, by: User, at: datetime) -> RateProposal:
    """Propose the unsaved `rule` from `starts_on`, with what it would have changed."""
    _require_allowed(rule, starts_on, at)
    effect = impact.effect_of(rule, now=at)
    proposal = RateProposal.objects.create(
        rate=next(name for name, model in type_of.items() if isinstance(rule, model)),
        terms=terms_of(rule),
        starts_on=starts_on,
        payments_affected=effect.payments,
        difference_paise=effect.difference_paise,
        proposed_by=by,
        proposed_at=at,
    )
    new = {"rule": str(rule), "starts_on": str(starts_on)}
    audit.record_event(by=by, action="rate.proposed", on=proposal, at=at, new=new)
    return proposal


@transaction.atomic
def approve_rate(*, proposal: RateProposal, by: User, at: datetime) -> AnyRule:
    """Add the proposed rate, which is in force from its start on."""
    proposal = RateProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.proposed_by_id == by.pk:
        raise OwnRate
    rule = rule_of(proposal)
    _require_allowed(rule, proposal.starts_on, at)
    transition(proposal, to=RateProposal.State.APPROVED, by=by, at=at, decided_by=by, decided_at=at)
    return _add_rule(rule, proposal.starts_on, by, at)


@transaction.atomic
def reject_rate(*, proposal: RateProposal, by: User, at: datetime) -> RateProposal:
    """Reject a proposed rate, or withdraw one's own."""
    proposal = RateProposal.objects.select_for_update().get(pk=proposal.pk)
    transition(proposal, to=RateProposal.State.REJECTED, by=by, at=at, decided_by=by, decided_at=at)
    audit.record_event(by=by, action="rate.rejected", on=proposal, at=at)
    return proposal


def terms_of(rule: AnyRule) -> dict[str, Any]:
    """The columns of a rate but for its id and dates."""
    left_out = {"id", "created_at", "updated_at", "valid"}
    names = [field.attname for field in rule._meta.concrete_fields]
    return {name: getattr(rule, name) for name in names if name not in left_out}


def current_rule(rule: AnyRule, day: date) -> AnyRule | None:
    """The rate of the same kind that is in force on the day."""
    return _group_of(rule).filter(valid__contains=day).first()


def rule_of(proposal: RateProposal) -> Any:
    """The unsaved rate of a proposal."""
    return type_of[proposal.rate](**proposal.terms)


def _require_allowed(rule: AnyRule, starts_on: date, at: datetime) -> None:
    if starts_on <= day_of(at):
        raise RateStartsTooEarly
    later = _group_of(rule).filter(valid__startswith__gte=starts_on)
    if later.exists():
        raise LaterRateExists
    _require_something_left(rule, starts_on)


def _require_something_left(rule: AnyRule, starts_on: date) -> None:
    """Refuse a rate that leaves less than nothing with any other rate that will be in force."""
    meets = Range(starts_on, None)
    taxes = [rule] if isinstance(rule, TaxRule) else TaxRule.objects.filter(valid__overlap=meets)
    fees = [rule] if isinstance(rule, FeeRule) else FeeRule.objects.filter(valid__overlap=meets)
    tax = max((max(row.rate_bp, row.no_pan_bp) for row in taxes), default=0)
    fee = max((row.fee_bp + money.share(row.fee_bp, row.gst_bp) for row in fees), default=0)
    if tax + fee > money.BASIS_POINTS:
        raise RatesAboveWhole


def _group_of(rule: AnyRule) -> Any:
    column = GROUPED_BY[type(rule)]
    return type(rule)._default_manager.filter(**{column: getattr(rule, column)})


def _add_rule(rule: AnyRule, starts_on: date, by: User, at: datetime) -> AnyRule:
    for current in _group_of(rule).select_for_update().filter(valid__contains=starts_on):
        current.valid = Range(current.starts_on, starts_on)
        current.save(update_fields=["valid", "updated_at"])
    rule.valid = Range(starts_on, None)
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as fault:
        raise LaterRateExists from fault
    audit.record_event(by=by, action="rule.added", on=rule, at=at, new={"rule": str(rule)})
    return rule
