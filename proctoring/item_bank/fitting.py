"""The nightly fit: figures of items from the responses of graded sittings, flags, ends of trials.

Everything is computed from the responses and written in one transaction, so that a fit that was
killed leaves nothing behind, and a second one adds nothing. Memory is bounded by `MAX_SITTINGS`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from proctoring.item_bank import calibration
from proctoring.item_bank.calibration import DifficultyPrior, ItemCalibration, ItemResult
from proctoring.models import (
    AnswerEntry,
    Item,
    ItemFigures,
    ItemFlag,
    ItemKind,
    ItemReview,
    ItemVersion,
    Sitting,
    SittingQuestion,
)

#: The newest sittings that a fit reads, and how many of them at once.
MAX_SITTINGS, AT_A_TIME = 10_000, 500
#: Before so many responses the author's figures stay; new figures are written when so many, or
#: this share, were added since.
FEWEST_RESPONSES, MORE_RESPONSES, MORE_SHARE = 10, 5, 0.05
#: A doubt that a person resolved is raised again when there are so many times the responses.
RAISED_AGAIN = 1.5
#: A trial is over with so many responses: the difficulty is then known to about 0.3 logits.
TRIAL_RESPONSES = 60
#: An answer is cut to what tells it from others; longer pauses than this were no thinking.
CHOICE_CHARACTERS, MAX_SECONDS = 60, 600.0
MARKED_KINDS = (ItemKind.READING_MCQ, ItemKind.AUDIO_MCQ, ItemKind.FILL_BLANK)
LOCK = 0x68697463_66697431


@dataclass(frozen=True)
class FitOutcome:
    """How many rows a fit has added. `ran` is False while another fit writes."""

    sittings: int = 0
    figures: int = 0
    flags: int = 0
    trials_over: int = 0
    ran: bool = True


def fit_items(*, at: datetime) -> FitOutcome:
    """Fit all items and record what is new. Idempotent."""
    sittings = list(
        Sitting.objects.filter(state__in=(Sitting.State.GRADED, Sitting.State.CLEARED))
        .order_by("-graded_at", "-id")
        .values_list("pk", flat=True)[:MAX_SITTINGS]
    )
    results = list(_results(list(reversed(sittings))))
    fitted = calibration.calibrate(results, _priors({UUID(str(row.item)) for row in results}))
    return record_fit(fitted.items, at=at, sittings=len(sittings))


@transaction.atomic
def record_fit(items: Iterable[ItemCalibration], *, at: datetime, sittings: int = 0) -> FitOutcome:
    """Write figures that are new, raise flags, and ask for decisions on trials that are over."""
    if not _take_lock():
        return FitOutcome(ran=False)
    fitted = {item.item: item for item in items if item.responses}
    versions = {
        version.pk: version
        for version in ItemVersion.objects.filter(pk__in=fitted).select_related("item")
    }
    found = {version: fitted[pk] for pk, version in versions.items()}
    return FitOutcome(
        sittings=sittings,
        figures=_write_figures(found, at),
        flags=_raise_flags(found, at),
        trials_over=_end_trials(found, at),
    )


def _take_lock() -> bool:
    """One fit writes at a time; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _results(sittings: list[UUID]) -> Iterator[ItemResult]:
    """What was answered, in the order of time. Trial items count here, unlike in a score."""
    left = iter(sittings)
    while some := list(islice(left, AT_A_TIME)):
        answers = _answers(some)
        rows = SittingQuestion.objects.filter(
            sitting__in=some, correct__isnull=False, version__item__kind__in=MARKED_KINDS
        ).order_by("sitting__graded_at", "sitting", "position")
        for pk, sitting, version, correct in rows.values_list(
            "pk", "sitting", "version", "correct"
        ):
            choice, seconds = answers.get(pk, ("", None))
            yield ItemResult(sitting, version, bool(correct), choice, seconds)


def _answers(sittings: Iterable[UUID]) -> dict[UUID, tuple[str, float | None]]:
    """The answer to each question, and the seconds spent on it: those since the entry before."""
    rows = AnswerEntry.objects.filter(sitting__in=sittings, counted=True)
    entries = rows.exclude(kind__in=(AnswerEntry.Kind.MARK, AnswerEntry.Kind.UNMARK)).order_by(
        "sitting", "written_at", "sequence"
    )
    found: dict[UUID, tuple[str, float | None]] = {}
    last: tuple[UUID | None, datetime | None] = (None, None)
    wanted = ("sitting", "question", "value", "written_at", "question__part__opened_at")
    for sitting, question, value, written_at, opened_at in entries.values_list(*wanted):
        before = last[1] if last[0] == sitting else None
        since = max(filter(None, (before, opened_at)), default=None)
        spent = (written_at - since).total_seconds() if since else 0.0
        earlier = found.get(question, ("", None))[1] or 0.0
        choice = " ".join(value[:CHOICE_CHARACTERS].casefold().split())
        found[question] = (choice, earlier + min(max(spent, 0.0), MAX_SECONDS))
        last = (sitting, written_at)
    return found


def _priors(answered: set[UUID]) -> dict[Any, DifficultyPrior]:
    """What the author or a panel last said of each version that was answered."""
    rows = ItemFigures.objects.filter(version__in=answered).exclude(
        origin=ItemFigures.Origin.RESPONSES
    )
    ordered = rows.order_by("fitted_at", "created_at")
    return {
        version: DifficultyPrior(difficulty, error)
        for version, difficulty, error in ordered.values_list(
            "version", "difficulty", "difficulty_error"
        )
    }


def _write_figures(found: Mapping[ItemVersion, ItemCalibration], at: datetime) -> int:
    rows = ItemFigures.objects.filter(version__in=found, current=True)
    current = {row.version_id: row for row in rows}
    new = [
        _figures(version, item, at)
        for version, item in found.items()
        if _has_grown(current.get(version.pk), item.responses)
    ]
    ItemFigures.objects.filter(version__in=[row.version for row in new], current=True).update(
        current=False, updated_at=at
    )
    ItemFigures.objects.bulk_create(new)
    return len(new)


def _has_grown(current: ItemFigures | None, responses: int) -> bool:
    if responses < FEWEST_RESPONSES:
        return False
    if current is None or current.origin != ItemFigures.Origin.RESPONSES:
        return True
    step = max(MORE_RESPONSES, MORE_SHARE * current.responses)
    return abs(responses - current.responses) >= step


def _figures(version: ItemVersion, item: ItemCalibration, at: datetime) -> ItemFigures:
    return ItemFigures(
        version=version,
        origin=ItemFigures.Origin.RESPONSES,
        difficulty=item.difficulty,
        difficulty_error=item.difficulty_error,
        discrimination=item.discrimination,
        facility=item.facility,
        choices={choice.choice or "unanswered": choice.count for choice in item.choices},
        median_seconds=item.median_seconds,
        responses=item.responses,
        fitted_at=at,
    )


def _raise_flags(found: Mapping[ItemVersion, ItemCalibration], at: datetime) -> int:
    rows = ItemFlag.objects.filter(version__in=found).order_by("raised_at")
    known = {(row.version_id, row.kind): row for row in rows}
    new = [
        ItemFlag(
            version=version,
            kind=flag.kind,
            detail={**flag.detail, "responses": item.responses},
            raised_at=at,
        )
        for version, item in found.items()
        for flag in item.flags
        if _is_new_doubt(known.get((version.pk, flag.kind)), item.responses)
    ]
    ItemFlag.objects.bulk_create(new)
    return len(new)


def _is_new_doubt(last: ItemFlag | None, responses: int) -> bool:
    if last is None:
        return True
    seen = int(last.detail.get("responses", 0))
    return last.resolved_at is not None and responses >= RAISED_AGAIN * seen


def _end_trials(found: Mapping[ItemVersion, ItemCalibration], at: datetime) -> int:
    """Ask a reviewer whether items that were on trial for long enough become live."""
    over = [
        version
        for version, item in found.items()
        if version.item.state == Item.State.TRIAL and item.responses >= TRIAL_RESPONSES
    ]
    reviewed = set(
        ItemReview.objects.filter(version__in=over, decided_at=None).values_list(
            "version", flat=True
        )
    )
    published = ItemVersion.objects.filter(
        item__in=[version.item_id for version in over], published_at__isnull=False
    )
    latest = dict(published.order_by("number").values_list("item", "number"))
    new = [
        ItemReview(version=version, kind=ItemReview.Kind.TRIAL, requested_at=at)
        for version in over
        if version.pk not in reviewed and latest[version.item_id] == version.number
    ]
    ItemReview.objects.bulk_create(new)
    return len(new)
