"""Reminders before a deadline decides: to the client and to the agent, each sent once.

The sweeps are bounded, and a row in `Reminder` for the round or week keeps a second worker, or the
same one a minute later, from sending again.
"""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from gigs import notifications
from gigs.models import Gig, Rating, RefusedPart, Reminder, Work, WorkReview
from gigs.models.refused_parts import FINAL_AFTER
from gigs.models.work import AUTO_APPROVAL_AFTER, REWORK_WITHIN
from gigs.ratings.services import SEALED_FOR
from gigs.work import timesheets
from hitouch.core.india_time import day_of

#: A reminder goes out so long before its deadline.
BEFORE = timedelta(days=2)
#: Hours of the past week are submitted at night; the agent hears of it at noon before.
BEFORE_TIMESHEET = timedelta(hours=12)
Kind = Reminder.Kind


def _sent(kind: str, occasion: object = Value("")) -> Exists:
    """Whether the reminder of a row was sent for this occasion."""
    rows = Reminder.objects.filter(kind=kind, about=OuterRef("pk"), occasion=occasion)
    return Exists(rows)


def _round() -> Cast:
    return Cast(OuterRef("round"), CharField())


def _near(field: str, deadline: timedelta, now: datetime) -> Q:
    """The deadline after the time in the field comes within `BEFORE`, and is not over."""
    return Q(**{f"{field}__lte": now - deadline + BEFORE, f"{field}__gt": now - deadline})


def work_near_approval(now: datetime) -> QuerySet[Work]:
    """Work that silence approves soon."""
    waiting = Work.objects.with_client().filter(_near("reviewable_at", AUTO_APPROVAL_AFTER, now))
    return waiting.filter(~_sent(Kind.APPROVAL, _round()))


def rework_near_end(now: datetime) -> QuerySet[Work]:
    """Work whose requested changes are not waited for much longer."""
    asked = WorkReview.objects.filter(
        _near("at", REWORK_WITHIN, now), work=OuterRef("pk"), round=OuterRef("round")
    )
    waiting = Work.objects.filter(Exists(asked), state=Work.State.REWORK_NEEDED)
    return waiting.filter(~_sent(Kind.REWORK, _round()))


def gigs_near_timesheet(now: datetime) -> QuerySet[Gig]:
    """Gigs with hours that are submitted by themselves the coming night."""
    soon = now + BEFORE_TIMESHEET
    week = timesheets.week_submitted_at(soon)
    if week == timesheets.week_submitted_at(now):
        return Gig.objects.none()
    sent = _sent(Kind.TIMESHEET, Value(_week(week)))
    return timesheets.gigs_to_submit(soon).filter(~sent)


def ratings_near_opening(now: datetime) -> QuerySet[Rating]:
    """Sealed ratings that open soon, because the other side has not rated."""
    sealed = Rating.objects.filter(_near("submitted_at", SEALED_FOR, now), opened_at=None)
    return sealed.filter(~_sent(Kind.RATING))


def refused_parts_near_end(now: datetime) -> QuerySet[RefusedPart]:
    """Refused parts that stay unpaid soon."""
    parts = RefusedPart.objects.filter(
        _near("refused_at", FINAL_AFTER, now), state=RefusedPart.State.REFUSED
    )
    return parts.filter(~_sent(Kind.REFUSED_PART))


@transaction.atomic
def remind_of_approval(*, work: Work, at: datetime) -> None:
    """Tell the client that silence approves. Idempotent."""
    until = work.auto_approved_at
    if not work.is_with_client or until is None or at >= until:
        return
    if _record(Kind.APPROVAL, work, str(work.round), at):
        notifications.work_waits(work=work, until=until, at=at)


@transaction.atomic
def remind_of_rework(*, work: Work, at: datetime) -> None:
    """Tell the agent until when changes are waited for. Idempotent."""
    until = work.rework_until
    if until is not None and at < until and _record(Kind.REWORK, work, str(work.round), at):
        notifications.rework_due(work=work, until=until, at=at)


@transaction.atomic
def remind_of_timesheet(*, gig: Gig, at: datetime) -> None:
    """Tell the agent that the hours of the past week are submitted by themselves. Idempotent."""
    week = timesheets.week_submitted_at(at + BEFORE_TIMESHEET)
    if _record(Kind.TIMESHEET, gig, _week(week), at):
        notifications.timesheet_due(gig=gig, until=week + timesheets.SUBMITTED_AFTER, at=at)


@transaction.atomic
def remind_of_rating(*, rating: Rating, at: datetime) -> None:
    """Tell the side that has not rated that the other's rating opens. Idempotent."""
    if _record(Kind.RATING, rating, "", at):
        notifications.rating_due(rating=rating, until=rating.submitted_at + SEALED_FOR, at=at)


@transaction.atomic
def remind_of_refused_part(*, part: RefusedPart, at: datetime) -> None:
    """Tell the agent until when a refused part can be answered. Idempotent."""
    if _record(Kind.REFUSED_PART, part, "", at):
        notifications.refused_part_due(part=part, at=at)


def _record(kind: str, row: models.Model, occasion: str, at: datetime) -> bool:
    """Record a reminder; False if it was sent already."""
    facts = {"kind": kind, "about": row.pk, "occasion": occasion}
    _, is_new = Reminder.objects.get_or_create(**facts, defaults={"sent_at": at})
    return is_new


def _week(week: datetime) -> str:
    """The week that ends then, by its last day."""
    return f"{day_of(week) - timedelta(days=1):%Y-%m-%d}"
