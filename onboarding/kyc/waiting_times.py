"""How long a look at documents takes: told from what happened lately, never promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, Q

from hitouch.core.web.humanize import duration_text
from onboarding.models import KycCase

LATELY = timedelta(days=14)
SAMPLE = 50
#: With fewer decisions than this we say what we aim for, and nothing that we found.
ENOUGH = 5


@dataclass(frozen=True)
class RecentWaits:
    """How long people waited for an answer, and how the queue stands."""

    half_within: timedelta | None
    longest: timedelta
    before: int


def recent_waits(case: KycCase | None, now: datetime) -> RecentWaits:
    """What is known at this moment, for a case that waits, or for somebody who would send now."""
    decided = KycCase.objects.filter(
        decided_at__gte=now - LATELY, decided_at__gt=F("submitted_at"), reviewer__isnull=False
    )
    rows = decided.order_by("-decided_at").values_list("submitted_at", "decided_at")[:SAMPLE]
    waits = [decided_at - sent_at for sent_at, decided_at in rows if sent_at and decided_at]
    ahead = Q(queued_at__lt=case.queued_at) if case and case.queued_at else Q()
    queue = KycCase.objects.waiting().aggregate(
        oldest=Min("queued_at"), before=Count("id", filter=ahead)
    )
    longest = now - queue["oldest"] if queue["oldest"] else timedelta()
    half_within = sorted(waits)[len(waits) // 2] if len(waits) >= ENOUGH else None
    return RecentWaits(half_within, longest, queue["before"])


def expected_wait_text(case: KycCase | None, now: datetime) -> str:
    """What the agent is told, in words."""
    if case is not None and case.is_overdue(now):
        return "It's taking longer than usual. Your documents are among the next to be reviewed."
    known = recent_waits(case, now)
    if known.half_within is None:
        aim = duration_text(timedelta(hours=settings.HITOUCH_REVIEW_HOURS))
        return f"We aim to review them within {aim}. {_before(known.before)}"
    words = f"Half of all recent reviews took less than {duration_text(known.half_within)}."
    if known.longest > known.half_within:
        words += f" It's taking longer now: some have waited {duration_text(known.longest)}."
    return f"{words} {_before(known.before)}"


def _before(count: int) -> str:
    if not count:
        return "You are next in the queue."
    return (
        "There is 1 agent ahead of you."
        if count == 1
        else f"There are {count} agents ahead of you."
    )
