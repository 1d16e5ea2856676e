"""The weekly batch: made and submitted by the site itself, so that a person always approves it.

It is made once for each week's moment, also when two workers come at the same time, when the site
was down then, or when it was not allowed then: while sending is stopped, or while a difference with
the bank or the provider is open for too long.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from accounts.security import audit
from hitouch.core.india_time import INDIA, day_of
from hitouch.core.monitoring import alarms
from hitouch.core.payout_provider.providers import transfer_provider
from payments.models import Difference, Rail, WeeklyBatch
from payments.models.reconciliation import EXPLAINED_WITHIN
from payments.payouts import batches, queries

ALARM = "payments.weekly_batch"
NEVER = "NEVER"
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
WEEK = timedelta(days=7)
NOTHING_READY = "No payout was ready."


def last_due(now: datetime, *, weekday: str, hour: int) -> datetime:
    """The last moment of the schedule that is not after `now`; days and hours are India's."""
    days = (day_of(now).weekday() - WEEKDAYS.index(weekday)) % len(WEEKDAYS)
    due = datetime.combine(day_of(now) - timedelta(days=days), time(hour), INDIA)
    return due if due <= now else due - WEEK


def is_scheduled() -> bool:
    """Whether the site makes weekly batches: a day is set, and a provider sends them."""
    is_on = settings.HITOUCH_PAYOUT_WEEKDAY != NEVER
    return is_on and transfer_provider().name == Rail.RAZORPAYX


def next_due(now: datetime) -> datetime | None:
    """When the next weekly batch is made; None without a schedule."""
    if not is_scheduled():
        return None
    return _last_due(now) + WEEK


def _last_due(now: datetime) -> datetime:
    weekday, hour = settings.HITOUCH_PAYOUT_WEEKDAY, settings.HITOUCH_PAYOUT_HOUR
    return last_due(now, weekday=weekday, hour=hour)


def reason_not_to_make(now: datetime) -> str:
    """Why no batch may be made now, in a sentence; empty if it may."""
    switch = queries.sending_switch(now)
    if not switch.is_on:
        return f"Sending is stopped: {switch.reason}"
    if overdue := Difference.objects.overdue(now).count():
        noun = "difference has" if overdue == 1 else "differences have"
        days = EXPLAINED_WITHIN.days
        return f"{overdue} {noun} been open for more than {days} days. Explain them first."
    return ""


@transaction.atomic
def make_weekly_batch(*, now: datetime) -> int:
    """Make and submit the batches that are due since the last moment; returns how many."""
    if not is_scheduled():
        return 0
    due_at = _last_due(now)
    WeeklyBatch.objects.get_or_create(due_at=due_at)
    # Another worker that has it is making it.
    rows = WeeklyBatch.objects.select_for_update(skip_locked=True)
    week = rows.filter(due_at=due_at, made_at=None).first()
    if week is None:
        return 0
    if reason := reason_not_to_make(now)[:300]:
        _note(week, reason, now)
        return 0
    made = batches.create_weekly_batches(week=week, at=now)
    week.made_at, week.reason = now, "" if made else NOTHING_READY
    week.save(update_fields=["made_at", "reason", "updated_at"])
    alarms.clear_alarm(ALARM)
    return len(made)


def _note(week: WeeklyBatch, reason: str, now: datetime) -> None:
    """Say why, once for each reason; operations are told."""
    if week.reason != reason:
        week.reason = reason
        week.save(update_fields=["reason", "updated_at"])
        new = {"reason": reason}
        audit.record_event(by=None, action="weekly_batch.not_made", on=week, at=now, new=new)
    alarms.raise_alarm(ALARM, f"The weekly batch of payouts was not made. {reason}", at=now)
