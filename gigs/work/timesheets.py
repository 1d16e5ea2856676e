"""Timesheets: hours of a week that nobody submitted are submitted by themselves.

So an agent who is ill, or whose account is suspended, is still paid for what was worked.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from gigs import notifications
from gigs.engagements.services import submit_hours
from gigs.models import Gig, PayKind, TimeCorrection, Work, WorkSession
from gigs.shifts import queries as shift_queries
from hitouch.core import india_time

#: The time after the end of a week (Sunday, Indian time) in which its agent and client can correct
#: and submit the hours themselves.
SUBMITTED_AFTER = timedelta(days=1)
WEEK = timedelta(days=7)


def week_submitted_at(now: datetime) -> datetime:
    """The end of the last week whose hours are submitted now: a Monday's midnight in India."""
    day = india_time.day_of(now - SUBMITTED_AFTER)
    return india_time.midnight(day - timedelta(days=day.weekday()))


def _open_sessions(until: datetime) -> QuerySet[WorkSession]:
    """Unsubmitted paid time of slots that ended by then, without a correction that waits."""
    waiting = TimeCorrection.objects.filter(
        claim=OuterRef("claim"), state=TimeCorrection.State.PROPOSED
    )
    return WorkSession.objects.unpaid().filter(
        ~Exists(waiting),
        claim__slot__ends_at__lte=until,
        started_at__lt=F("claim__slot__ends_at"),
        ended_at__gt=F("claim__slot__starts_at"),
    )


def gigs_to_submit(now: datetime) -> QuerySet[Gig]:
    """Hourly gigs with hours of past weeks that nobody submitted."""
    sessions = _open_sessions(week_submitted_at(now)).filter(gig=OuterRef("pk"))
    return Gig.objects.filter(Exists(sessions), pay_kind=PayKind.HOURLY)


@transaction.atomic
def submit_timesheet(*, gig: Gig, at: datetime) -> Work | None:
    """Submit the hours of past weeks; None if there are none any more. Idempotent."""
    gig = Gig.objects.select_for_update(no_key=True).get(pk=gig.pk)
    until = week_submitted_at(at)
    sessions = list(_open_sessions(until).filter(gig=gig).select_related("claim__slot"))
    if not sessions:
        return None
    last = india_time.day_of(until) - timedelta(days=1)
    work = submit_hours(
        gig,
        WorkSession.objects.filter(pk__in=[row.pk for row in sessions]),
        summary=f"Hours until {last:%d %B %Y}, submitted by HitouchCX.",
        by=None,
        at=at,
    )
    time = sum((row.counted for row in sessions), timedelta(0))
    notifications.timesheet_submitted(
        work=work, pay_paise=shift_queries.pay_for(time, rate_paise=gig.rate_paise), at=at
    )
    return work
