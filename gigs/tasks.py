"""Celery tasks of gigs: what becomes due by time, and files to read. Idempotent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from gigs.models import Application, Claim, Opportunity, Work, WorkSession
from gigs.models.opportunities import DECIDE_WITHIN
from gigs.services import applications as services
from gigs.services import claims, deliverables, projects, shifts
from gigs.services import work as work_services
from hitouch.core.errors import Refusal

log = structlog.get_logger(__name__)
BATCH = 200
schedule = {
    "gigs.sweep": {"task": "gigs.tasks.sweep", "schedule": 60.0},
    "gigs.check_deliverables": {
        "task": "gigs.tasks.check_next_deliverable",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
}


@shared_task
def sweep(**kwargs: object) -> None:
    """Approve work, end sessions, record no-shows, expire applications, close opportunities."""
    now = timezone.now()
    for rows, action in due_actions(now):
        for row in rows[:BATCH]:
            _call_service(action, row, now)


@shared_task(soft_time_limit=135, time_limit=145)
def check_next_deliverable(**kwargs: object) -> None:
    """Search one page for Aadhaar numbers (after each submission and page, and as a sweep)."""
    deliverables.check_next(clock=timezone.now)


DueAction = Callable[[Any, datetime], object]


def due_actions(now: datetime) -> list[tuple[QuerySet[Any], DueAction]]:
    """Rows that are due, with the service to call for each."""
    too_old = now - DECIDE_WITHIN
    pending = Application.objects.filter(state=Application.State.PENDING)
    held = Claim.objects.filter(state=Claim.State.HELD)
    return [
        (Work.objects.due_for_auto_approval(now), _approve),
        (WorkSession.objects.running().filter(claim__slot__ends_at__lte=now), _close_session),
        (held.filter(slot__ends_at__lte=now), _record_no_show),
        (pending.filter(opportunity__apply_by__lte=too_old), _expire),
        (Opportunity.objects.filter(state="OPEN", apply_by__lte=too_old), _close),
    ]


def _approve(work: Work, now: datetime) -> object:
    return work_services.auto_approve(work=work, at=now)


def _close_session(session: WorkSession, now: datetime) -> object:
    return shifts.auto_clock_out(session=session, at=now)


def _record_no_show(claim: Claim, now: datetime) -> object:
    return claims.record_no_show(claim=claim, at=now)


def _expire(application: Application, now: datetime) -> object:
    return services.expire(application=application, at=now)


def _close(opportunity: Opportunity, now: datetime) -> object:
    return projects.close(opportunity=opportunity, by=None, at=now)


def _call_service(action: DueAction, row: Any, now: datetime) -> None:
    """One row that refuses must not stop the others."""
    try:
        action(row, now)
    except Refusal as refusal:
        log.info("gigs.sweep.refused", row=str(row.pk), code=refusal.code)
