"""What becomes due by time: approvals, ends of sessions, no-shows, applications, opportunities."""

from datetime import datetime

from django.db.models import QuerySet

from gigs.applications import services as application_services
from gigs.models import Application, Break, Claim, Opportunity, Work, WorkSession
from gigs.models.opportunities import DECIDE_WITHIN
from gigs.opportunities import services as opportunity_services
from gigs.shifts import services as shift_services
from gigs.work import services as work_services
from hitouch.core import sweeps


def _running_after_slot(now: datetime) -> QuerySet[WorkSession]:
    return WorkSession.objects.running().filter(claim__slot__ends_at__lte=now)


def _breaks_after_slot(now: datetime) -> QuerySet[Break]:
    return Break.objects.filter(ended_at=None, claim__slot__ends_at__lte=now)


def _held_after_slot(now: datetime) -> QuerySet[Claim]:
    return Claim.objects.filter(state=Claim.State.HELD, slot__ends_at__lte=now)


def _undecided_applications(now: datetime) -> QuerySet[Application]:
    pending = Application.objects.filter(state=Application.State.PENDING)
    return pending.filter(opportunity__apply_by__lte=now - DECIDE_WITHIN)


def _open_after_deciding(now: datetime) -> QuerySet[Opportunity]:
    return Opportunity.objects.filter(state="OPEN", apply_by__lte=now - DECIDE_WITHIN)


#: In order: a session that ends with its slot is no no-show.
SWEEPS = (
    sweeps.Sweep(
        name="gigs.unanswered_work",
        due=Work.objects.due_for_auto_approval,
        act=lambda row, now: work_services.auto_approve(work=row, at=now),
        order=("reviewable_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.rework_that_did_not_come",
        due=Work.objects.with_overdue_rework,
        act=lambda row, now: work_services.end_rework(work=row, at=now),
    ),
    sweeps.Sweep(
        name="gigs.sessions_after_their_slot",
        due=_running_after_slot,
        act=lambda row, now: shift_services.auto_clock_out(session=row, at=now),
        order=("started_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.breaks_after_their_slot",
        due=_breaks_after_slot,
        act=lambda row, now: shift_services.auto_end_break(pause=row, at=now),
        order=("started_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.missed_shifts",
        due=_held_after_slot,
        act=lambda row, now: shift_services.record_missed_shift(claim=row, at=now),
        order=("slot__ends_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.undecided_applications",
        due=_undecided_applications,
        act=lambda row, now: application_services.expire(application=row, at=now),
        order=("opportunity__apply_by", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.ended_opportunities",
        due=_open_after_deciding,
        act=lambda row, now: opportunity_services.close(opportunity=row, by=None, at=now),
        order=("apply_by", "pk"),
    ),
)


def sweep(*, at: datetime) -> None:
    """Do what is due."""
    for each in SWEEPS:
        sweeps.run(each, now=at)
