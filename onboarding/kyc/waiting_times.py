"""Expected waiting time of document reviews, estimated from recent decisions and the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, Q

from hitouch.core.web.humanize import duration_text
from onboarding.models import KycCase

RECENT = timedelta(days=14)
SAMPLE = 50
#: With fewer recent decisions the target (`HITOUCH_REVIEW_HOURS`) is shown instead.
MIN_DECISIONS = 5


@dataclass(frozen=True)
class RecentWaits:
    """Recent waiting times and the state of the queue."""

    median: timedelta | None
    longest: timedelta
    before: int


def recent_waits(case: KycCase | None, now: datetime) -> RecentWaits:
    """Figures for a waiting case, or without one for a submission made now."""
    decided = KycCase.objects.filter(
        decided_at__gte=now - RECENT, decided_at__gt=F("submitted_at"), reviewer__isnull=False
    )
    rows = decided.order_by("-decided_at").values_list("submitted_at", "decided_at")[:SAMPLE]
    waits = [decided_at - sent_at for sent_at, decided_at in rows if sent_at and decided_at]
    ahead = Q(queued_at__lt=case.queued_at) if case and case.queued_at else Q()
    queue = KycCase.objects.waiting().aggregate(
        oldest=Min("queued_at"), before=Count("id", filter=ahead)
    )
    longest = now - queue["oldest"] if queue["oldest"] else timedelta()
    median = sorted(waits)[len(waits) // 2] if len(waits) >= MIN_DECISIONS else None
    return RecentWaits(median, longest, queue["before"])


def expected_wait_text(case: KycCase | None, now: datetime) -> str:
    """The expected wait as text for the agent."""
    if case is not None and case.is_overdue(now):
        return "It's taking longer than usual. Your documents are among the next to be reviewed."
    known = recent_waits(case, now)
    if known.median is None:
        aim = duration_text(timedelta(hours=settings.HITOUCH_REVIEW_HOURS))
        return f"We aim to review them within {aim}. {_queue_text(known.before)}"
    words = f"Half of all recent reviews took less than {duration_text(known.median)}."
    if known.longest > known.median:
        words += f" It's taking longer now: some have waited {duration_text(known.longest)}."
    return f"{words} {_queue_text(known.before)}"


def _queue_text(count: int) -> str:
    if not count:
        return "You are next in the queue."
    return (
        "There is 1 agent ahead of you."
        if count == 1
        else f"There are {count} agents ahead of you."
    )
