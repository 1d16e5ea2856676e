"""What was recorded in a sitting: observations with the rulings on them, as everyone sees it.

The candidate and the reviewer read the same rows. Times are the server's; what the device stated
stands beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from proctoring import conf
from proctoring.models import Appeal, CoverageGap, Observation, Ruling, Sitting


@dataclass(frozen=True)
class LedgerEntry:
    """One observation with the ruling in force, the rulings before it, and its pictures."""

    observation: Observation
    says: str
    ruling: Ruling | None = None
    history: list[Ruling] = field(default_factory=list)
    appeal: Appeal | None = None
    can_be_contested: bool = False

    @property
    def at(self) -> datetime:
        """When the server recorded it."""
        return self.observation.received_at

    @property
    def has_consequence(self) -> bool:
        """Whether the rules made more of it than a note, and nobody dismissed that."""
        return (
            self.ruling is not None
            and self.ruling.standing != Ruling.Standing.NOTED
            and self.ruling.verdict != Ruling.Verdict.DISMISSED
        )

    @property
    def is_dismissed(self) -> bool:
        """Whether a person took it back."""
        return self.ruling is not None and self.ruling.verdict == Ruling.Verdict.DISMISSED

    @property
    def outcome(self) -> str:
        """What it led to, in words."""
        if self.ruling is None:
            return "Noted"
        if self.is_dismissed:
            return "Taken back by a person"
        words = self.ruling.get_standing_display()
        if self.ruling.points:
            words += f", {self.ruling.points} point{'' if self.ruling.points == 1 else 's'}"
        if self.ruling.verdict == Ruling.Verdict.CONFIRMED:
            words += ", confirmed by a person"
        return words


def rulings_in_force(sitting: Sitting) -> QuerySet[Ruling]:
    """The newest ruling on each observation of a sitting."""
    return newest(Ruling.objects.filter(sitting=sitting))


def newest(rulings: QuerySet[Ruling]) -> QuerySet[Ruling]:
    """Only rulings that no later one replaces."""
    later = Ruling.objects.filter(
        observation=OuterRef("observation"), number__gt=OuterRef("number")
    )
    return rulings.exclude(Exists(later))


def message_of(row: Observation, rules: Mapping[str, Any]) -> str:
    """What an observation says, in the words of the policy of its sitting."""
    of_kind = rules.get("kinds", {}).get(row.kind, {})
    return str(of_kind.get("message") or row.message)


def entries_of(sitting: Sitting, now: datetime) -> list[LedgerEntry]:
    """All that was recorded, in order, with rulings and appeals."""
    rules = sitting.policy.rules if sitting.policy is not None else {}
    recorded: Any = sitting.observations.order_by("number")
    rows = recorded.with_rulings().prefetch_related("snapshots", "appeals")
    is_open = sitting.is_scored and now <= appeal_until(sitting)
    return [_entry(row, message_of(row, rules), is_open) for row in rows]


def _entry(row: Any, says: str, is_open: bool) -> LedgerEntry:
    history = sorted(row.rulings.all(), key=lambda ruling: ruling.number)
    appeal = next(iter(row.appeals.all()), None)
    entry = LedgerEntry(row, says, history[-1] if history else None, history, appeal)
    can = is_open and appeal is None and entry.has_consequence
    return LedgerEntry(row, says, entry.ruling, history, appeal, can)


def appeal_until(sitting: Sitting) -> datetime:
    """Until when entries and the decision can be contested."""
    moments = [
        sitting.graded_at,
        sitting.ended_at,
        *sitting.reviews.filter(decided_at__isnull=False).values_list("decided_at", flat=True),
        *sitting.events.filter(became__in=("UPHELD", "VOIDED")).values_list("at", flat=True),
    ]
    return max(moment for moment in moments if moment) + conf.appeal_window()


def gaps_of(sitting: Sitting) -> list[CoverageGap]:
    """When the sitting was not monitored, in order."""
    return list(sitting.gaps.order_by("since", "id"))


def length_of(gap: CoverageGap, sitting: Sitting) -> timedelta:
    """How long a gap took; one that never ended goes to the end of the sitting."""
    until = gap.until or sitting.ended_at or gap.since
    return max(until - gap.since, timedelta())


def path_of(sitting: Sitting, template: str) -> str:
    """The page that a notice about a sitting leads to."""
    if template.startswith("assessments_"):
        return reverse("proctoring:assessment")
    name = "proctoring:recorded" if template == "appeal_answered" else "proctoring:result"
    return reverse(name, args=[sitting.pk])
