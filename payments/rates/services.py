"""Add tax and fee rates; a new rate ends the current one the day before it starts."""

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
    """A rate cannot start today or earlier: payments may have used the current one."""

    code = "rule_too_early"
    message = "Choose tomorrow or a later date. Today's payments keep the current rate."
    field = "starts_on"


class LaterRateExists(Refusal):
    """A rate that starts on or after this date exists already."""

    code = "rule_in_the_way"
    message = "There is already a rate starting on or after that day."
    field = "starts_on"


def add_tax_rule(*, rule: TaxRule, starts_on: date, by: User, at: datetime) -> TaxRule:
    """Add a tax rate that is in force from `starts_on`."""
    return _add_rule(rule, starts_on, by, at)


def add_fee_rule(*, rule: FeeRule, starts_on: date, by: User, at: datetime) -> FeeRule:
    """Add a fee rate that is in force from `starts_on`."""
    return _add_rule(rule, starts_on, by, at)


@transaction.atomic
def _add_rule(rule: AnyRule, starts_on: date, by: User, at: datetime) -> AnyRule:
    if starts_on <= day_of(at):
        raise RateStartsTooEarly
    rules = type(rule)._default_manager.filter(kind=rule.kind)
    for current in rules.select_for_update().filter(valid__contains=starts_on):
        if current.starts_on == starts_on:
            raise LaterRateExists
        current.valid = Range(current.starts_on, starts_on)
        current.save(update_fields=["valid", "updated_at"])
    rule.valid = Range(starts_on, None)
    _insert_rule(rule)
    audit.record_event(by=by, action="rule.added", on=rule, at=at, new={"rule": str(rule)})
    return rule


def _insert_rule(rule: TaxRule | FeeRule) -> None:
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as fault:
        raise LaterRateExists from fault
