"""Figures of the trust board: by detector and circumstance, and of reviewers on known cases."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from proctoring.models import DetectorMode, Observation, ReviewCase, Ruling
from proctoring.trust.precision import Precision

#: Rulings of this time count: a detector that was mended is not judged by what it was.
COMPARED = timedelta(days=180)
#: Mean brightness below which a picture is dark, and below which it is dim.
DARK, DIM = 60, 110
UNKNOWN = "not known"
#: Of the annotations: an observation has a field `device` itself.
PREFIX = "by_"


@dataclass(frozen=True)
class TrustRow:
    """What became of the findings of one detector, or of one of its circumstances."""

    name: str
    flagged: int
    precision: Precision


@dataclass(frozen=True)
class DetectorFigures:
    """One detector, whether it has consequences, and its figures by circumstance."""

    kind: str
    is_log_only: bool
    whole: TrustRow
    circumstances: dict[str, list[TrustRow]]


def flagged(now: datetime) -> QuerySet[Observation]:
    """Observations that the rules made more of than a note, with what people said of them."""
    by_rules = Ruling.objects.filter(
        observation=OuterRef("pk"), verdict=Ruling.Verdict.AUTOMATIC
    ).exclude(standing=Ruling.Standing.NOTED)
    rows = Observation.objects.filter(Exists(by_rules), received_at__gt=now - COMPARED)
    newest = Ruling.objects.filter(observation=OuterRef("pk")).exclude(
        verdict=Ruling.Verdict.AUTOMATIC
    )
    later = Ruling.objects.filter(
        observation=OuterRef("observation"), number__gt=OuterRef("number")
    )
    in_force = newest.exclude(Exists(later))
    return rows.annotate(
        is_confirmed=Exists(in_force.filter(verdict=Ruling.Verdict.CONFIRMED)),
        is_overturned=Exists(in_force.filter(verdict=Ruling.Verdict.DISMISSED)),
    )


def _fact(name: str) -> Any:
    text = NullIf(KeyTextTransform(name, "connection__facts"), Value(""))
    return Coalesce(text, Value(UNKNOWN), output_field=CharField())


#: In what a detector may do better or worse.
CIRCUMSTANCES: dict[str, Any] = {
    "device": _fact("device_class"),
    "browser": _fact("browser"),
    "network": _fact("network"),
    "light": Case(
        When(connection__facts__luminance__gte=DIM, then=Value("bright")),
        When(connection__facts__luminance__gte=DARK, then=Value("dim")),
        When(connection__facts__luminance__gte=0, then=Value("dark")),
        default=Value(UNKNOWN),
        output_field=CharField(),
    ),
    "accommodation": Case(
        When(sitting__waives__len__gt=0, then=Value("with an accommodation")),
        default=Value("without"),
        output_field=CharField(),
    ),
}


def board(now: datetime) -> list[DetectorFigures]:
    """Each detector with its figures, the least trusted first."""
    groups = list(
        flagged(now)
        .annotate(**{f"{PREFIX}{name}": each for name, each in CIRCUMSTANCES.items()})
        .values("kind", *(f"{PREFIX}{name}" for name in CIRCUMSTANCES))
        .annotate(
            number=Count("pk"),
            confirmed=Count("pk", filter=Q(is_confirmed=True)),
            overturned=Count("pk", filter=Q(is_overturned=True)),
        )
        .order_by("kind")
    )
    log_only = log_only_kinds()
    kinds = sorted({group["kind"] for group in groups} | log_only)
    figures = [
        _figures(kind, [group for group in groups if group["kind"] == kind], kind in log_only)
        for kind in kinds
    ]
    return sorted(figures, key=lambda row: (_share(row.whole), row.kind))


def _share(row: TrustRow) -> float:
    share = row.precision.share
    return 2.0 if share is None else share


def _figures(kind: str, groups: list[dict[str, Any]], is_log_only: bool) -> DetectorFigures:
    circumstances = {}
    for name in CIRCUMSTANCES:
        by_value: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for group in groups:
            by_value[group[f"{PREFIX}{name}"]].append(group)
        circumstances[name] = [
            _row(value, of_value) for value, of_value in sorted(by_value.items())
        ]
    return DetectorFigures(kind, is_log_only, _row(kind, groups), circumstances)


def _row(name: str, groups: Iterable[dict[str, Any]]) -> TrustRow:
    groups = list(groups)
    found = {key: sum(row[key] for row in groups) for key in ("number", "confirmed", "overturned")}
    return TrustRow(name, found["number"], Precision(found["confirmed"], found["overturned"]))


def log_only_kinds() -> set[str]:
    """Detectors that have no consequences now."""
    rows = DetectorMode.objects.filter(ended_at=None, mode=DetectorMode.Mode.LOG_ONLY)
    return set(rows.values_list("kind", flat=True))


@dataclass(frozen=True)
class ReviewerFigures:
    """How often one reviewer decided known cases as they are known to be."""

    reviewer: User
    agreement: Precision


def reviewer_figures(now: datetime) -> list[ReviewerFigures]:
    """Each reviewer's agreement on known cases, by name."""
    cases = ReviewCase.objects.filter(decided_at__gt=now - COMPARED).exclude(known_verdict="")
    rows = cases.values("decided_by").annotate(
        same=Count("pk", filter=Q(verdict=F("known_verdict"))), number=Count("pk")
    )
    counts = {row["decided_by"]: row for row in rows.order_by("decided_by")}
    reviewers = User.objects.filter(pk__in=counts)
    found = [
        ReviewerFigures(
            each,
            Precision(counts[each.pk]["same"], counts[each.pk]["number"] - counts[each.pk]["same"]),
        )
        for each in reviewers
    ]
    return sorted(found, key=lambda row: str(row.reviewer))
