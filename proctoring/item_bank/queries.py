"""Reads of the item bank for authors and reviewers. None of these serves candidates."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import ndiff
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from proctoring.item_bank import content as contents
from proctoring.models import (
    Item,
    ItemFigures,
    ItemFlag,
    ItemReview,
    ItemVersion,
    Sitting,
    SittingQuestion,
)

AUTHORS = ("item_author",)
REVIEWERS = ("item_reviewer",)
#: Who may see keys.
KEY_ROLES = (*AUTHORS, *REVIEWERS)
#: Who may look at items without their keys.
VIEWERS = (*KEY_ROLES, "proctor")
#: Exposure is counted over the newest sittings; one in four may have the same item.
EXPOSURE_SITTINGS = 100
MOST_EXPOSED = 0.25
MOST_TOPICS = 200


@dataclass(frozen=True)
class FieldChange:
    """One field that differs between two versions, as lines: kept, removed or added."""

    name: str
    lines: list[tuple[str, str]]


def items_for_list() -> QuerySet[Item]:
    """Items with the figures of their latest published version and whether they are flagged."""
    figures = ItemFigures.objects.filter(current=True, version__item=OuterRef("pk"))
    newest = figures.order_by("-version__number")
    flags = ItemFlag.objects.filter(version__item=OuterRef("pk"), resolved_at=None)
    drafts = ItemVersion.objects.filter(item=OuterRef("pk"), published_at=None)
    wanted = ("difficulty", "difficulty_error", "origin", "facility", "discrimination", "responses")
    return Item.objects.annotate(
        flagged=Exists(flags),
        has_draft=Exists(drafts),
        **{f"figure_{name}": Subquery(newest.values(name)[:1]) for name in wanted},
    )


def topics() -> list[str]:
    """All topics, at most those that a filter can offer."""
    rows = Item.objects.order_by("topic").values_list("topic", flat=True).distinct()
    return list(rows[:MOST_TOPICS])


def exposure(items: Iterable[UUID]) -> dict[UUID, float]:
    """The share of the newest sittings in which each item was drawn. Two queries."""
    newest = list(
        Sitting.objects.filter(begun_at__isnull=False)
        .order_by("-created_at", "-id")
        .values_list("pk", flat=True)[:EXPOSURE_SITTINGS]
    )
    rows = SittingQuestion.objects.filter(sitting__in=newest, version__item__in=list(items))
    counts = rows.values_list("version__item").annotate(number=Count("sitting", distinct=True))
    return {item: number / len(newest) for item, number in counts} if newest else {}


def versions_of(item: Item) -> list[ItemVersion]:
    """All versions, the newest first, with keys, authors and reviews."""
    rows = item.versions.select_related("key", "audio", "author__agent")
    return list(rows.prefetch_related("reviews__decided_by__agent").order_by("-number"))


def figures_of(item: Item) -> QuerySet[ItemFigures]:
    """All figures of an item, the newest first."""
    rows = ItemFigures.objects.filter(version__item=item).select_related("version")
    return rows.order_by("-current", "-fitted_at", "-id")


def flags_of(item: Item) -> QuerySet[ItemFlag]:
    """All flags of an item, open ones first."""
    rows = ItemFlag.objects.filter(version__item=item)
    return rows.select_related("version", "resolved_by__agent").order_by(
        "-resolved_at", "-raised_at"
    )


def open_review(item: Item) -> ItemReview | None:
    """The review of the item that waits for a decision."""
    rows = ItemReview.objects.filter(version__item=item, decided_at=None)
    return rows.select_related("version__item", "requested_by__agent").first()


def is_in_draft(version: ItemVersion) -> bool:
    """Whether the version can still be changed."""
    return version.published_at is None and not version.reviews.filter(decided_at=None).exists()


def changes_between(older: ItemVersion, newer: ItemVersion) -> list[FieldChange]:
    """What differs between two versions, field by field and line by line."""
    names = (*contents.WORDING, *contents.KEY)
    pairs = [(name, _lines(older, name), _lines(newer, name)) for name in names]
    pairs.append(("clip", [_clip(older)], [_clip(newer)]))
    return [
        FieldChange(name, [(line[0], line[2:]) for line in ndiff(was, now) if line[0] != "?"])
        for name, was, now in pairs
        if was != now
    ]


def _lines(version: ItemVersion, name: str) -> list[str]:
    value: Any = getattr(version.key if name in contents.KEY else version, name)
    if isinstance(value, dict):
        return [f"{key}: {text}" for key, text in value.items()]
    if isinstance(value, list):
        return [
            f"{turn.get('voice', '')}: {turn['text']}" if isinstance(turn, dict) else str(turn)
            for turn in value
        ]
    return str(value).splitlines()


def _clip(version: ItemVersion) -> str:
    return f"{version.audio.name} ({version.audio.sha256[:12]})" if version.audio else "No clip"
