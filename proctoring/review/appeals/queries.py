"""What an agent sees of what was recorded: the same ledger as reviewers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proctoring.models import Appeal, IdentityCheck, Observation, Sitting, Snapshot
from proctoring.results import ledger
from proctoring.review.appeals.services import can_contest_decision


@dataclass(frozen=True)
class RecordedSitting:
    """Everything that was recorded of a sitting, for the person themselves."""

    sitting: Sitting
    entries: list[ledger.LedgerEntry]
    gaps: list[Any]
    pictures: list[Snapshot]
    photos: list[IdentityCheck]
    decision_appeal: Appeal | None
    can_contest_decision: bool
    appeal_until: datetime | None

    @property
    def with_consequence(self) -> list[ledger.LedgerEntry]:
        """Entries that were more than a note, or were contested."""
        return [
            row for row in self.entries if row.has_consequence or row.appeal or row.is_dismissed
        ]

    @property
    def noted(self) -> list[ledger.LedgerEntry]:
        """Entries that were only noted."""
        shown = {row.observation.pk for row in self.with_consequence}
        return [row for row in self.entries if row.observation.pk not in shown]


def recorded(sitting: Sitting, now: datetime) -> RecordedSitting:
    """What was recorded, with what can be contested now."""
    gaps = ledger.gaps_of(sitting)
    for gap in gaps:
        gap.seconds = int(ledger.length_of(gap, sitting).total_seconds())  # type: ignore[attr-defined]
    return RecordedSitting(
        sitting=sitting,
        entries=ledger.entries_of(sitting, now),
        gaps=gaps,
        pictures=list(sitting.snapshots.order_by("taken_at", "id")),
        photos=list(IdentityCheck.objects.filter(sitting=sitting).order_by("number", "taken_at")),
        decision_appeal=sitting.appeals.filter(observation=None).first(),
        can_contest_decision=can_contest_decision(sitting, now),
        appeal_until=ledger.appeal_until(sitting) if sitting.is_scored else None,
    )


def entry_of(sitting: Sitting, number: int) -> Observation | None:
    """One entry of a sitting by its number."""
    return sitting.observations.filter(number=number).first()
