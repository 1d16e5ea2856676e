"""Which items of the bank a section of a sitting asks. Does not use Django.

- A FIXED section is spread over the levels and, within a level, over topics.
- A ROUTED section lies around the ability estimated so far: as wide as that estimate is uncertain,
  since an item tells most where a person has an even chance.

The draw depends on the seed and on the bank only, not on the order in which rows were read. Rules,
from the strongest: items that must not meet never do; an item that was in a quarter of the last
100 sittings is left out; so is one that the agent has met. When the bank is too small, met items
come back first, then exposed ones; quotas and levels give way before either. Trial items are
extra, unscored, and obey all rules without exception.
"""

import random
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal

from hitouch.core.cefr import CEFR

LEVELS: tuple[str, ...] = tuple(CEFR.values)
#: Exposure is counted over so many sittings; an item in this share of them is not drawn.
EXPOSURE_WINDOW = 100
EXPOSURE_LIMIT = 0.25
#: Of the allowed items nearest to where one is needed, one of so many is drawn at random.
NEAREST = 4
#: Items that are drawn often get this much less likely, per sitting in the window.
_EXPOSURE_WEIGHT = 0.15

Routing = Literal["FIXED", "ROUTED"]
Finding = Literal["MET_AGAIN", "OVEREXPOSED", "QUOTA_UNMET", "TOO_FEW"]
Id = Hashable


@dataclass(frozen=True)
class BankItem:
    """An item that may be drawn. `exposures`: in how many of the last 100 sittings it was."""

    id: Id
    level: str
    topic: str
    difficulty: float
    excludes: frozenset[Id] = frozenset()
    exposures: int = 0
    trial: bool = False


@dataclass(frozen=True)
class Quota:
    """So many items of a level or a topic, or of both; None is any."""

    count: int
    level: str | None = None
    topic: str | None = None


@dataclass(frozen=True)
class SectionPlan:
    """What a section asks for: scored items, quotas among them, and trial items in addition."""

    count: int
    routing: Routing = "FIXED"
    quotas: Sequence[Quota] = ()
    trial: int = 0
    randomise: bool = True


@dataclass(frozen=True)
class RoutingTarget:
    """The ability so far and its standard error, around which a ROUTED section is drawn."""

    ability: float
    error: float


@dataclass(frozen=True)
class Selection:
    """The items in the order in which they are asked, and where rules had to give way."""

    items: tuple[BankItem, ...]
    trial: tuple[BankItem, ...]
    order: tuple[BankItem, ...]
    findings: tuple[Finding, ...]


def select_items(
    plan: SectionPlan,
    bank: Iterable[BankItem],
    *,
    seed: str,
    drawn: Collection[Id] = (),
    met: Collection[Id] = (),
    target: RoutingTarget | None = None,
) -> Selection:
    """Draw a section. `drawn` are the items of the sitting so far, `met` those of earlier ones."""
    items = sorted(bank, key=lambda item: str(item.id))
    rng = random.Random(seed)  # noqa: S311  # reproducible, as the sitting's record shows
    # Only random() gives the same numbers in every version of Python.
    keys = {item.id: rng.random() ** (1 + _EXPOSURE_WEIGHT * item.exposures) for item in items}
    apart = _apart(items)
    blocked = {*drawn}.union(*(apart.get(item, ()) for item in drawn))
    pool = [item for item in items if not item.trial]
    first, frugal = (
        _Draw(plan, pool, keys, set(blocked), apart, frozenset(met), frugal)
        for frugal in (False, True)
    )
    draw = first.fill(target)
    if draw.findings():
        draw = min(draw, frugal.fill(target), key=_Draw.shortage)
    trial = _trial_items(draw, [item for item in items if item.trial], target)
    order = _interleave(draw.items, trial, rng, randomise=plan.randomise)
    return Selection(tuple(draw.items), tuple(trial), tuple(order), draw.findings())


def level_quotas(levels: Collection[str], count: int) -> dict[str, int]:
    """How many items of each level; a remainder goes to the middle levels."""
    ordered = [level for level in LEVELS if level in levels]
    if not ordered:
        return {}
    quota, remainder = divmod(count, len(ordered))
    middle = (len(ordered) - 1) / 2
    by_distance = sorted(range(len(ordered)), key=lambda index: (abs(index - middle), index))
    extra = by_distance[:remainder]
    return {level: quota + (index in extra) for index, level in enumerate(ordered)}


@dataclass(frozen=True)
class _Slot:
    """A place in the section: its level and topic, and if it is routed, its difficulty."""

    level: str | None = None
    topic: str | None = None
    difficulty: float | None = None
    quota: bool = False

    def fits(self, item: BankItem) -> bool:
        return self.level in (None, item.level) and self.topic in (None, item.topic)

    def distance(self, item: BankItem) -> float:
        if self.difficulty is not None:
            return abs(item.difficulty - self.difficulty)
        return abs(LEVELS.index(item.level) - LEVELS.index(self.level)) if self.level else 0.0


@dataclass
class _Draw:
    """One draw. A `frugal` one prefers items that keep few others out."""

    plan: SectionPlan
    pool: Sequence[BankItem]
    keys: Mapping[Id, float]
    blocked: set[Id]
    apart: Mapping[Id, frozenset[Id]]
    met: frozenset[Id]
    frugal: bool
    items: list[BankItem] = field(default_factory=list)
    unmet_quotas: int = 0

    def fill(self, target: RoutingTarget | None) -> "_Draw":
        for slot in _slots(self.plan, {item.level for item in self.pool}, target):
            candidates = self.allowed()
            fitting = [item for item in candidates if slot.fits(item)]
            self.unmet_quotas += slot.quota and not fitting
            if candidates:
                self.items.append(self.choose(slot, fitting or candidates))
                self.block(self.items[-1])
        return self

    def allowed(self) -> list[BankItem]:
        """The items that break as few rules as possible."""
        free = [item for item in self.pool if item.id not in self.blocked]
        fewest = min(map(self.broken, free), default=0)
        return [item for item in free if self.broken(item) == fewest]

    def broken(self, item: BankItem) -> int:
        return 2 * is_overexposed(item) + (item.id in self.met)

    def choose(self, slot: _Slot, candidates: Iterable[BankItem]) -> BankItem:
        topics = Counter(item.topic for item in self.items)
        ordered = sorted(
            candidates,
            key=lambda item: (self.cost(item), slot.distance(item), -self.keys[item.id]),
        )
        if slot.difficulty is not None:
            near = ordered[:NEAREST]
        else:
            near = [item for item in ordered if slot.distance(item) == slot.distance(ordered[0])]
        return min(
            near, key=lambda item: (self.cost(item), topics[item.topic], -self.keys[item.id])
        )

    def cost(self, item: BankItem) -> int:
        return len(self.apart[item.id] - self.blocked) if self.frugal else 0

    def block(self, item: BankItem) -> None:
        self.blocked |= {item.id, *self.apart[item.id]}

    def shortage(self) -> tuple[int, int, int, int]:
        """How much is missing or breaks a rule, the gravest first."""
        return (
            self.plan.count - len(self.items),
            sum(map(is_overexposed, self.items)),
            sum(item.id in self.met for item in self.items),
            self.unmet_quotas,
        )

    def findings(self) -> tuple[Finding, ...]:
        names: tuple[Finding, ...] = ("TOO_FEW", "OVEREXPOSED", "MET_AGAIN", "QUOTA_UNMET")
        return tuple(name for name, number in zip(names, self.shortage(), strict=True) if number)


def is_overexposed(item: BankItem) -> bool:
    """Whether another draw would put the item into more than its share of the last sittings."""
    return item.exposures >= EXPOSURE_LIMIT * EXPOSURE_WINDOW


def _slots(plan: SectionPlan, levels: Collection[str], target: RoutingTarget | None) -> list[_Slot]:
    """The places in the order in which they are filled: quotas first, the narrowest of all."""
    narrow_first = sorted(plan.quotas, key=lambda quota: (not quota.topic) + (not quota.level))
    quotas = [(quota.level, quota.topic) for quota in narrow_first for _ in range(quota.count)][
        : plan.count
    ]
    free = plan.count - len(quotas)
    if plan.routing == "ROUTED" and target is not None:
        points = _points(target, plan.count)
        return [
            *(
                _Slot(*quota, point, quota=True)
                for quota, point in zip(quotas, points, strict=False)
            ),
            *(_Slot(difficulty=point) for point in points[len(quotas) :]),
        ]
    spread = level_quotas(levels, free)
    return [
        *(_Slot(level, topic, quota=True) for level, topic in quotas),
        *(_Slot(level) for level, count in spread.items() for _ in range(count)),
    ]


def _points(target: RoutingTarget, count: int) -> list[float]:
    """Difficulties at equal shares of where the ability may be; the middle ones first."""
    normal = NormalDist(target.ability, max(target.error, 1e-9))
    points = [normal.inv_cdf((index + 0.5) / count) for index in range(count)]
    return sorted(points, key=lambda point: abs(point - target.ability))


def _trial_items(
    draw: _Draw, items: Sequence[BankItem], target: RoutingTarget | None
) -> list[BankItem]:
    """Trial items that break no rule; in a ROUTED section near the ability, where they tell most.

    Those that were asked little are more likely, so that all get their responses.
    """
    chosen: list[BankItem] = []
    for _ in range(draw.plan.trial):
        free = [item for item in items if item.id not in draw.blocked and not draw.broken(item)]
        if not free:
            break
        if target is not None and draw.plan.routing == "ROUTED":
            ability = target.ability
            free = sorted(free, key=lambda item: abs(item.difficulty - ability))[: 2 * NEAREST]
        chosen.append(max(free, key=lambda item: draw.keys[item.id]))
        draw.block(chosen[-1])
    return chosen


def _interleave(
    items: Sequence[BankItem], trial: Sequence[BankItem], rng: random.Random, *, randomise: bool
) -> list[BankItem]:
    """Trial items at random places among the others, which are shuffled or from easy to hard."""
    if randomise:
        places = [(rng.random(), index) for index in range(len(items) + len(trial))]
        return [[*items, *trial][index] for _, index in sorted(places)]
    order = sorted(items, key=lambda item: item.difficulty)
    for item in trial:
        order.insert(int(rng.random() * (len(order) + 1)), item)
    return order


def _apart(items: Sequence[BankItem]) -> dict[Id, frozenset[Id]]:
    """Which items each must not meet; it is enough that one of two says so."""
    apart: dict[Id, set[Id]] = {item.id: set(item.excludes) for item in items}
    for item in items:
        for other in item.excludes:
            apart.setdefault(other, set()).add(item.id)
    return {key: frozenset(others) for key, others in apart.items()}
