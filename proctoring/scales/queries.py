"""Reads of panels and scales: judgements, progress, cuts so far, and the effect of a scale."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from proctoring.models import (
    AngoffPanel,
    Item,
    ItemFigures,
    ItemKind,
    ItemVersion,
    PanelJudgement,
    SittingResult,
)
from proctoring.scales import angoff
from proctoring.scales.ability import ItemParameters
from proctoring.scales.angoff import AngoffJudgement, PanelCut
from proctoring.scales.cuts import LEVELS, LEVELS_WITH_CUT, level_of

FACILITATORS = ("item_reviewer",)
PANELISTS = ("panelist",)
#: Items that are answered correctly or not; tasks that people mark have no such probability.
JUDGED_KINDS = (ItemKind.READING_MCQ, ItemKind.AUDIO_MCQ, ItemKind.FILL_BLANK)
#: The effect of other cuts is shown for so many of the newest results.
EFFECT_RESULTS = 500


@dataclass(frozen=True)
class ScaleEffect:
    """How many of the newest results would have had another level."""

    results: int
    changed: int
    rows: list[tuple[str, int, int]]  # level, now, then


def possible_panelists() -> QuerySet[User]:
    """Staff who may sit on a panel."""
    rows = User.objects.filter(is_staff=True, status=User.Status.ACTIVE, groups__name__in=PANELISTS)
    return rows.select_related("agent").order_by("email").distinct()


def items_for_panel(per_level: int) -> list[ItemVersion]:
    """The latest published versions of live items: so many of each level, spread over the kinds.

    Those with the most responses come first, since their difficulties are known best.
    """
    rows = ItemVersion.objects.filter(
        item__state=Item.State.LIVE, item__kind__in=JUDGED_KINDS, published_at__isnull=False
    ).select_related("item")
    latest = {row.item_id: row for row in rows.order_by("number")}
    responses = dict(
        ItemFigures.objects.filter(current=True, version__in=latest.values()).values_list(
            "version", "responses"
        )
    )
    by_level: dict[str, dict[str, list[ItemVersion]]] = {}
    for row in sorted(latest.values(), key=lambda v: (-responses.get(v.pk, 0), v.item.code)):
        by_level.setdefault(row.item.level, {}).setdefault(row.item.kind, []).append(row)
    chosen: list[ItemVersion] = []
    for level in LEVELS:
        kinds = [by_level.get(level, {}).get(kind, []) for kind in JUDGED_KINDS]
        turns = [each[turn] for turn in range(per_level) for each in kinds if turn < len(each)]
        chosen += turns[:per_level]
    return chosen


def versions_of_panel(panel: AngoffPanel) -> list[ItemVersion]:
    """The items of a panel with their keys, the easiest level first."""
    rows = panel.items.select_related("item", "key", "audio")
    return list(rows.order_by("item__level", "item__code"))


def judgements_of(panel: AngoffPanel) -> list[AngoffJudgement]:
    """The latest judgement of each panelist about each item and level."""
    rows = PanelJudgement.objects.filter(panel=panel).order_by("round")
    latest = {(row.panelist_id, row.version_id, row.level): row.probability for row in rows}
    return [
        AngoffJudgement(str(panelist), str(version), level, value)
        for (panelist, version, level), value in latest.items()
    ]


def progress_of(panel: AngoffPanel) -> list[tuple[User, int]]:
    """Each panelist, and how many judgements are still missing."""
    done = Counter(row.panelist for row in judgements_of(panel))
    all_of_them = panel.items.count() * len(LEVELS_WITH_CUT)
    people = panel.panelists.select_related("agent").order_by("email")
    return [(person, all_of_them - done[str(person.pk)]) for person in people]


def cuts_of(panel: AngoffPanel) -> list[PanelCut]:
    """The cuts that follow from what was judged so far."""
    figures = ItemFigures.objects.filter(version__in=panel.items.all(), current=True)
    items = {
        str(row.version_id): ItemParameters(
            row.difficulty, row.difficulty_error, row.discrimination
        )
        for row in figures
    }
    return angoff.panel_cuts(judgements_of(panel), items)


def effect_of(cuts: Mapping[str, float]) -> ScaleEffect:
    """What the newest results would have been on other cuts."""
    newest = SittingResult.objects.order_by("-computed_at").values_list("ability", "level")
    pairs = [(level, level_of(ability, cuts)) for ability, level in newest[:EFFECT_RESULTS]]
    now, then = Counter(was for was, _ in pairs), Counter(becomes for _, becomes in pairs)
    return ScaleEffect(
        results=len(pairs),
        changed=sum(was != becomes for was, becomes in pairs),
        rows=[(level, now[level], then[level]) for level in LEVELS],
    )
