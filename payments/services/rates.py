"""A new rate is a new dated row; what was in force ends the day before."""

from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.models import FeeRule, TaxRule

AnyRule = TypeVar("AnyRule", TaxRule, FeeRule)


class RateStartsTooEarly(Refusal):
    """Payments may have been made by the rule in force."""

    code = "rule_too_early"
    message = "Choose tomorrow or a later date. Today's payments keep the current rate."
    field = "starts_on"


class LaterRateExists(Refusal):
    """A later rule is there already."""

    code = "rule_in_the_way"
    message = "There is already a rate starting on or after that day."
    field = "starts_on"


def add_tax_rule(*, rule: TaxRule, starts_on: date, by: User, at: datetime) -> TaxRule:
    """Put a new tax rule in force from a day on."""
    return _add(rule, starts_on, by, at)


def add_fee_rule(*, rule: FeeRule, starts_on: date, by: User, at: datetime) -> FeeRule:
    """Put a new fee rule in force from a day on."""
    return _add(rule, starts_on, by, at)


@transaction.atomic
def _add(rule: AnyRule, starts_on: date, by: User, at: datetime) -> AnyRule:
    if starts_on <= day_of(at):
        raise RateStartsTooEarly
    rules = type(rule)._default_manager.filter(kind=rule.kind)
    for current in rules.select_for_update().filter(valid__contains=starts_on):
        if current.starts_on == starts_on:
            raise LaterRateExists
        current.valid = Range(current.starts_on, starts_on)
        current.save(update_fields=["valid", "updated_at"])
    rule.valid = Range(starts_on, None)
    _save(rule)
    audit.record_event(by=by, action="rule.added", on=rule, at=at, new={"rule": str(rule)})
    return rule


def _save(rule: TaxRule | FeeRule) -> None:
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as fault:
        raise LaterRateExists from fault
