"""Selection: which items of the bank a section asks."""

import itertools
import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.delivery.selection import (
    LEVELS,
    BankItem,
    Quota,
    RoutingTarget,
    SectionPlan,
    level_quotas,
    select_items,
)

MIDDLES = dict(zip(LEVELS, (-3.0, -1.8, -0.6, 0.6, 1.8, 3.0), strict=True))
TOPICS = ("work", "travel", "health", "home", "shops")


def items_of(levels=LEVELS, each=10, **fields):
    return [
        BankItem(f"{level}-{n}", level, TOPICS[n % len(TOPICS)], MIDDLES[level], **fields)
        for level in levels
        for n in range(each)
    ]


def ids(items):
    return [item.id for item in items]


@st.composite
def banks(draw):
    """Small banks with items that must not meet, exposed ones, and trial items."""
    number = draw(st.integers(0, 14))
    names = [f"i{n}" for n in range(number)]
    return [
        BankItem(
            name,
            draw(st.sampled_from(LEVELS)),
            draw(st.sampled_from(TOPICS[:2])),
            draw(st.floats(-3, 3)),
            frozenset(draw(st.lists(st.sampled_from(names), max_size=2))) - {name},
            draw(st.sampled_from((0, 3, 24, 25, 60))),
            draw(st.booleans()),
        )
        for name in names
    ]


plans = st.builds(
    SectionPlan,
    count=st.integers(0, 6),
    routing=st.sampled_from(("FIXED", "ROUTED")),
    quotas=st.lists(
        st.builds(
            Quota,
            st.integers(0, 3),
            st.none() | st.sampled_from(LEVELS),
            st.none() | st.sampled_from(TOPICS[:2]),
        ),
        max_size=2,
    ),
    trial=st.integers(0, 2),
    randomise=st.booleans(),
)
targets = st.none() | st.builds(RoutingTarget, st.floats(-4, 4), st.floats(0, 2))


@given(banks(), plans, targets, st.text(max_size=5), st.sets(st.sampled_from(("i0", "i1", "i2"))))
def test_rules_that_never_give_way(bank, plan, target, seed, drawn):
    """No item twice, none with one that it must not meet, and no more items than asked for."""
    selection = select_items(plan, bank, seed=seed, drawn=drawn, target=target)
    asked = ids(selection.order)
    assert sorted(asked) == sorted(ids(selection.items) + ids(selection.trial))
    assert len(set(asked)) == len(asked)
    assert not drawn & set(asked)
    assert len(selection.items) <= plan.count
    assert len(selection.trial) <= plan.trial
    excludes = {item.id: item.excludes for item in bank}
    for one, other in itertools.product(asked, {*asked, *drawn}):
        assert other not in excludes[one]
        assert one not in excludes.get(other, ())
    assert not any(item.trial for item in selection.items)
    assert all(item.trial and item.exposures < 25 for item in selection.trial)


@given(banks(), plans, targets, st.sets(st.sampled_from(("i0", "i1", "i2", "i3"))))
def test_met_and_exposed_items_only_when_nothing_else_is_left(bank, plan, target, met):
    """An item that breaks a rule is drawn only if each item without fault is drawn or kept out."""
    selection = select_items(plan, bank, seed="s", met=met, target=target)
    exposed = {item.id for item in bank if item.exposures >= 25}
    drawn = set(ids(selection.items))
    apart = {frozenset((item.id, other)) for item in bank for other in item.excludes}
    faultless = [
        item.id
        for item in bank
        if not item.trial and item.id not in exposed | met | drawn
        if not any(frozenset((item.id, other)) in apart for other in drawn)
    ]
    assert not (faultless and drawn & (met | exposed))
    assert ("MET_AGAIN" in selection.findings) == bool(drawn & met)
    assert ("OVEREXPOSED" in selection.findings) == bool(drawn & exposed)
    assert ("TOO_FEW" in selection.findings) == (len(drawn) < plan.count)


@given(banks(), plans, targets, st.text(max_size=5), st.randoms())
def test_the_same_seed_gives_the_same_section(bank, plan, target, seed, shuffler):
    """A draw can be repeated from its seed, in whatever order the rows were read."""
    first = select_items(plan, bank, seed=seed, target=target)
    shuffler.shuffle(bank)
    assert select_items(plan, bank, seed=seed, target=target) == first


def test_a_known_seed():
    """The draw of a stored seed stays what it was, in later versions too."""
    selection = select_items(SectionPlan(6), items_of(), seed="7f3a:1")
    assert ids(selection.order) == ["C1-0", "B2-7", "A2-4", "C2-7", "B1-1", "A1-3"]


def test_other_seeds_give_other_sections():
    """Two people do not get the same items in the same order."""
    bank = items_of()
    drawn = {tuple(ids(select_items(SectionPlan(8), bank, seed=str(n)).order)) for n in range(50)}
    assert len(drawn) == 50


@given(st.integers(0, 20), st.text(max_size=4))
def test_fixed_sections_are_spread(count, seed):
    """A fixed section has all levels evenly, the middle ones first, and topics by turns."""
    selection = select_items(SectionPlan(count), items_of(), seed=seed)
    assert Counter(item.level for item in selection.items) == +Counter(level_quotas(LEVELS, count))
    topics = Counter(item.topic for item in selection.items)
    assert max(topics.values(), default=0) <= -(-count // len(TOPICS)) + 1


@pytest.mark.parametrize("ability", [-3.0, -1.0, 0.0, 1.3, 3.0])
def test_routed_sections_lie_around_the_estimate(ability):
    """Items lie around the ability, and wider where it is less certain."""
    bank = [
        BankItem(f"{n:03}", LEVELS[n // 20], TOPICS[n % 5], -3.6 + 0.06 * n) for n in range(120)
    ]
    plan = SectionPlan(8, "ROUTED")
    near = [
        i.difficulty
        for i in select_items(plan, bank, seed="a", target=RoutingTarget(ability, 0.2)).items
    ]
    wide = [
        i.difficulty
        for i in select_items(plan, bank, seed="a", target=RoutingTarget(ability, 0.9)).items
    ]
    assert abs(sum(near) / 8 - ability) < 0.25
    assert max(near) - min(near) < 1.0 < max(wide) - min(wide)


def test_a_routed_section_without_an_estimate_is_fixed():
    """If nothing was asked before, the section is spread over the levels."""
    selection = select_items(SectionPlan(6, "ROUTED"), items_of(), seed="a")
    assert {item.level for item in selection.items} == set(LEVELS)


def test_quotas_are_met():
    """Quotas by level, topic or both are met, and the rest is free."""
    quotas = [Quota(2, "B1"), Quota(1, topic="health"), Quota(2, "A1", "work")]
    for routing in ("FIXED", "ROUTED"):
        plan = SectionPlan(8, routing, quotas)
        selection = select_items(plan, items_of(), seed="q", target=RoutingTarget(1.0, 0.5))
        assert len(selection.items) == 8
        assert not selection.findings
        for quota in quotas:
            fitting = [
                item
                for item in selection.items
                if quota.level in (None, item.level) and quota.topic in (None, item.topic)
            ]
            assert len(fitting) >= quota.count


def test_a_quota_that_the_bank_cannot_meet_is_told():
    """The section is filled with other items, and the finding says so."""
    selection = select_items(
        SectionPlan(3, quotas=[Quota(2, "C2")]), items_of(("B1", "B2")), seed="q"
    )
    assert len(selection.items) == 3
    assert selection.findings == ("QUOTA_UNMET",)


def test_exclusions_do_not_leave_a_section_short():
    """An item that keeps five others out is not drawn when the section needs those five."""
    leaves = [BankItem(f"leaf{n}", "B1", "work", 0.0) for n in range(5)]
    hub = BankItem("hub", "B1", "work", 0.0, excludes=frozenset(ids(leaves)))
    for seed in range(30):
        selection = select_items(SectionPlan(5), [hub, *leaves], seed=str(seed))
        assert len(selection.items) == 5


def test_items_that_keep_out_items_of_other_sections():
    """An item is not drawn when it must not meet one that an earlier section asked."""
    bank = [replace(item, excludes=frozenset({"u1"})) for item in items_of(("B1",), 4)]
    bank += items_of(("B2",), 1)
    selection = select_items(SectionPlan(3), bank, seed="a", drawn={"u1"})
    assert ids(selection.items) == ["B2-0"]
    assert "TOO_FEW" in selection.findings


def test_attempts_of_one_agent_do_not_overlap():
    """With 60 items and sections of ten, six attempts of one agent share no item."""
    met: set[str] = set()
    for attempt in range(6):
        plan = SectionPlan(10, "ROUTED" if attempt % 2 else "FIXED")
        selection = select_items(
            plan, items_of(), seed=str(attempt), met=met, target=RoutingTarget(-0.5, 0.5)
        )
        assert not met & set(ids(selection.items))
        met |= set(ids(selection.items))
    assert len(met) == 60


@pytest.mark.parametrize("spread", [0.3, 2.0])
def test_no_item_is_in_over_a_quarter_of_the_last_hundred_sittings(spread):
    """Exposure stays at a quarter, also if all people have nearly the same ability."""
    people = random.Random(11)
    sittings: list[list[str]] = []
    for number in range(250):
        counts = Counter(itertools.chain.from_iterable(sittings[-100:]))
        bank = [replace(item, exposures=counts[item.id]) for item in items_of()]
        target = RoutingTarget(people.gauss(-0.6, spread), 0.6)
        selection = select_items(SectionPlan(8, "ROUTED"), bank, seed=str(number), target=target)
        assert not selection.findings
        sittings.append(ids(selection.items))
        assert max(Counter(itertools.chain.from_iterable(sittings[-100:])).values()) <= 25


def test_trial_items_are_tried_evenly():
    """Trial items are extra, at any place in the section, and all of them are asked."""
    trial = [
        replace(item, id=f"t{item.id}", trial=True, difficulty=0.0) for item in items_of(("B1",), 6)
    ]
    seen: Counter[str] = Counter()
    places = set()
    for n in range(40):
        bank = items_of() + [replace(item, exposures=min(seen[item.id], 24)) for item in trial]
        selection = select_items(SectionPlan(8, trial=2), bank, seed=str(n))
        assert (len(selection.items), len(selection.trial), len(selection.order)) == (8, 2, 10)
        seen.update(ids(selection.trial))
        places |= {selection.order.index(item) for item in selection.trial}
    assert len(seen) == 6
    assert min(seen.values()) >= 8
    assert places == set(range(10))


def test_order_from_easy_to_hard():
    """A section that is not shuffled goes from easy to hard."""
    plan = SectionPlan(8, randomise=False)
    difficulties = [item.difficulty for item in select_items(plan, items_of(), seed="a").order]
    assert difficulties == sorted(difficulties)


def test_level_quotas():
    """A remainder goes to the middle levels; missing levels get nothing."""
    assert list(level_quotas(LEVELS, 10).values()) == [1, 2, 2, 2, 2, 1]
    assert level_quotas({"A1", "B1"}, 3) == {"A1": 2, "B1": 1}
    assert level_quotas((), 3) == {}
