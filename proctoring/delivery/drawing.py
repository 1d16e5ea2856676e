"""Draw the questions of a section from the bank, and store them."""

import random
import secrets
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q

from proctoring import signals
from proctoring.delivery import refusals
from proctoring.delivery.selection import (
    EXPOSURE_WINDOW,
    BankItem,
    Quota,
    RoutingTarget,
    SectionPlan,
    Selection,
    select_items,
)
from proctoring.models import (
    Item,
    ItemFigures,
    ItemKind,
    ItemVersion,
    Section,
    Sitting,
    SittingQuestion,
    SittingSection,
)
from proctoring.scales.cuts import MIDDLE_OF_LEVEL

#: One draw at a time, so that those at the same moment count each other's exposure.
_DRAW_LOCK = 0x48435F64


def new_seed() -> str:
    """A seed for the draws of one sitting."""
    return secrets.token_hex(16)


def draw_at_start(sitting: Sitting, parts: Sequence[SittingSection]) -> None:
    """Draw all fixed sections. Raises `BankTooSmall` if any section could not be drawn."""
    _lock()
    for part in parts:
        section = part.section
        if section.routing == Section.Routing.FIXED:
            _draw(sitting, part, target=None, complete=True)
        elif _versions(sitting, section).filter(item__state=Item.State.LIVE).count() < section.draw:
            raise refusals.BankTooSmall


def draw_when_opened(sitting: Sitting, part: SittingSection) -> None:
    """Draw a routed section around the ability that the sections before it show."""
    if part.section.routing == Section.Routing.ROUTED and not part.drawn.exists():
        _lock()
        _draw(sitting, part, target=_target(sitting, part), complete=False)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DRAW_LOCK])


def _target(sitting: Sitting, part: SittingSection) -> RoutingTarget | None:
    asked = signals.ability_asked.send(sender=Sitting, sitting=sitting, part=part)
    known = [found for _, found in asked if found is not None]
    return RoutingTarget(*known[0]) if known else None


def _draw(
    sitting: Sitting, part: SittingSection, *, target: RoutingTarget | None, complete: bool
) -> None:
    section = part.section
    versions = {version.item_id: version for version in _versions(sitting, section)}
    selection = select_items(
        _plan(section),
        _bank(sitting, versions),
        seed=f"{sitting.seed}:{section.position}",
        drawn=set(sitting.drawn.values_list("version__item", flat=True)),
        met=set(
            SittingQuestion.objects.filter(sitting__agent=sitting.agent_id)
            .exclude(sitting=sitting)
            .values_list("version__item", flat=True)
        ),
        target=target,
    )
    if complete and len(selection.items) < section.draw:
        raise refusals.BankTooSmall
    SittingQuestion.objects.bulk_create(_questions(sitting, part, selection, versions))


def _questions(
    sitting: Sitting,
    part: SittingSection,
    selection: Selection,
    versions: dict[UUID, ItemVersion],
) -> list[SittingQuestion]:
    first = _questions_before(sitting, part) + 1
    trial = {item.id for item in selection.trial}
    rows = []
    for position, item in enumerate(selection.order, start=first):
        version = versions[item.id]  # type: ignore[index]
        rng = random.Random(f"{sitting.seed}:{version.pk}")  # noqa: S311  # reproducible
        options = sorted(version.options)
        rows.append(
            SittingQuestion(
                sitting=sitting,
                part=part,
                version=version,
                position=position,
                option_order=sorted(options, key=lambda _: rng.random()),
                scored=item.id not in trial,
            )
        )
    return rows


def _questions_before(sitting: Sitting, part: SittingSection) -> int:
    """How many numbers the sections before this one take, also those that are drawn later."""
    before = sitting.parts.filter(position__lt=part.position)
    drawn = Counter(
        sitting.drawn.filter(part__in=before.values("pk")).values_list("part", flat=True)
    )
    return sum(
        drawn.get(row.pk) or row.section.draw + row.section.trial
        for row in before.select_related("section")
    )


def _plan(section: Section) -> SectionPlan:
    return SectionPlan(
        count=section.draw,
        routing="ROUTED" if section.routing == Section.Routing.ROUTED else "FIXED",
        quotas=[
            Quota(count=row["count"], level=row.get("level"), topic=row.get("topic"))
            for row in section.draws
        ],
        trial=section.trial,
        randomise=section.randomise,
    )


def _versions(sitting: Sitting, section: Section):  # type: ignore[no-untyped-def]
    """The newest published version of each item that may be drawn."""
    usable = ItemVersion.objects.filter(
        item__kind=section.kind,
        item__language=sitting.assessment.language,
        item__state__in=(Item.State.LIVE, Item.State.TRIAL),
        published_at__isnull=False,
    ).exclude(item__topic=Item.FOLLOW_UP)
    newest = usable.order_by("item", "-number").distinct("item").values("pk")
    with_clip = Q(audio__isnull=False) if section.kind == ItemKind.AUDIO_MCQ else Q()
    return ItemVersion.objects.filter(with_clip, pk__in=newest).select_related("item")


def _bank(sitting: Sitting, versions: dict[UUID, ItemVersion]) -> list[BankItem]:
    current = ItemFigures.objects.filter(
        version__in=[version.pk for version in versions.values()], current=True
    )
    difficulty = dict(current.values_list("version__item", "difficulty"))
    excludes: dict[UUID, set[UUID]] = {}
    pairs = Item.excludes.through.objects.filter(from_item__in=versions.keys())
    for item, other in pairs.values_list("from_item", "to_item"):
        excludes.setdefault(item, set()).add(other)
    exposures = _exposures(sitting)
    return [
        BankItem(
            id=item,
            level=version.item.level,
            topic=version.item.topic,
            difficulty=difficulty.get(item, MIDDLE_OF_LEVEL[version.item.level]),
            excludes=frozenset(excludes.get(item, ())),
            exposures=exposures[item],
            trial=version.item.state == Item.State.TRIAL,
        )
        for item, version in versions.items()
    ]


def _exposures(sitting: Sitting) -> Counter[UUID]:
    """In how many of the last sittings each item was drawn."""
    begun = Sitting.objects.filter(begun_at__isnull=False).exclude(pk=sitting.pk)
    last = begun.order_by("-created_at", "-id").values("pk")[:EXPOSURE_WINDOW]
    drawn = SittingQuestion.objects.filter(sitting__in=last)
    return Counter(drawn.values_list("version__item", flat=True))
