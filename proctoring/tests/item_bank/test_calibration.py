"""Calibration: figures of items from responses, and doubts about items."""

import math
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proctoring.item_bank.calibration import (
    ENOUGH,
    DifficultyPrior,
    FixedPopulation,
    ItemResult,
    calibrate,
)

#: Section 6 of the Law School Admission Test: answers to five items and how many people gave them
#: (Bock and Lieberman 1970), with the estimates and errors of R's ltm (Rizopoulos 2006).
LSAT = """
00000 3  00001 6  00010 2  00011 11  00100 1  00101 1  00110 3  00111 4  01000 1  01001 8
01011 16  01101 3  01110 2  01111 15  10000 10  10001 29  10010 14  10011 81  10100 3  10101 28
10110 15  10111 80  11000 16  11001 56  11010 21  11011 173  11100 11  11101 61  11110 28  11111 298
"""
LTM_DIFFICULTY = (-3.3597, -1.3696, -0.2799, -1.8659, -3.1236)
LTM_DIFFICULTY_ERROR = (0.8669, 0.3073, 0.0997, 0.4341, 0.8700)
LTM_DISCRIMINATION = (0.8254, 0.7229, 0.8905, 0.6886, 0.6575)
LTM_DISCRIMINATION_ERROR = (0.2581, 0.1867, 0.2326, 0.1852, 0.2100)
#: What girth 0.8.0 (twopl_mml, 81 points) finds in the table of `drawn_table`.
GIRTH_DIFFICULTY = (-1.366, -1.041, -0.69, 0.005, 0.239, 0.773, 1.459, 1.706)
GIRTH_DISCRIMINATION = (1.07, 1.163, 0.752, 2.109, 1.363, 1.465, 0.682, 1.3)

NO_PRIOR = DifficultyPrior(0.0, 100.0, 1.0)


def without_priors(table):
    """Fit a table of right and wrong by likelihood alone, as other programs do."""
    results = [
        ItemResult(person, item, right)
        for person, row in enumerate(table)
        for item, right in enumerate(row)
    ]
    priors = dict.fromkeys(range(len(table[0])), NO_PRIOR)
    return calibrate(
        results, priors, population=FixedPopulation(0.0, 1.0), discrimination_spread=50.0
    )


def drawn_table():
    draw = random.Random(1970)
    items = [(-1.5, 0.9), (-1.0, 1.4), (-0.5, 0.7), (0.0, 1.8)]
    items += [(0.3, 1.1), (0.8, 1.5), (1.2, 0.8), (1.6, 1.3)]
    table = []
    for _ in range(600):
        ability = draw.gauss(0, 1)
        table.append([draw.random() < 1 / (1 + math.exp(-a * (ability - b))) for b, a in items])
    return table


def test_the_estimates_of_a_published_example():
    """The data of the LSAT give the published difficulties, discriminations and errors."""
    words = LSAT.split()
    table = [
        [sign == "1" for sign in pattern]
        for pattern, number in zip(words[::2], words[1::2], strict=True)
        for _ in range(int(number))
    ]
    assert len(table) == 1000
    items = without_priors(table).items
    assert [i.difficulty for i in items] == pytest.approx(LTM_DIFFICULTY, abs=0.006)
    assert [i.discrimination for i in items] == pytest.approx(LTM_DISCRIMINATION, abs=0.002)
    assert [i.difficulty_error for i in items] == pytest.approx(LTM_DIFFICULTY_ERROR, rel=0.1)
    assert [i.discrimination_error for i in items] == pytest.approx(
        LTM_DISCRIMINATION_ERROR, rel=0.12
    )


def test_the_estimates_of_another_program():
    """A second program finds the same in the same answers."""
    items = without_priors(drawn_table()).items
    assert [i.difficulty for i in items] == pytest.approx(GIRTH_DIFFICULTY, abs=0.006)
    assert [i.discrimination for i in items] == pytest.approx(GIRTH_DISCRIMINATION, abs=0.006)


def test_one_item_by_a_search_of_the_likelihood():
    """The difficulty and error of a new item are those of its likelihood, searched step by step."""
    known = {n: DifficultyPrior(-2.0 + n * 0.5, 1e-4, 1.2) for n in range(9)}
    prior = DifficultyPrior(0.6, 0.6, 1.2)
    draw, results, scores = random.Random(3), [], []
    for person in range(80):
        ability = draw.gauss(0, 1.5)
        answers = {
            n: draw.random() < 1 / (1 + math.exp(-1.2 * (ability - p.difficulty)))
            for n, p in known.items()
        }
        answers["new"] = draw.random() < 1 / (1 + math.exp(-1.2 * (ability - 0.1)))
        results += [ItemResult(person, n, right) for n, right in answers.items()]
        scores.append(answers)
    fit = calibrate(
        results,
        {**known, "new": prior},
        population=FixedPopulation(0.0, 1.5),
        discrimination_spread=1e-4,
    ).item("new")

    grid = [-6 + 0.1 * n for n in range(121)]
    curve = {
        n: [1 / (1 + math.exp(-1.2 * (x - p.difficulty))) for x in grid] for n, p in known.items()
    }
    people = []
    for answers in scores:
        weights = [math.exp(-0.5 * (x / 1.5) ** 2) for x in grid]
        for n in known:
            weights = [
                w * (c if answers[n] else 1 - c) for w, c in zip(weights, curve[n], strict=True)
            ]
        people.append((weights, answers["new"]))

    def log_posterior(difficulty):
        total = -0.5 * ((difficulty - 0.6) / 0.6) ** 2
        new = [1 / (1 + math.exp(-1.2 * (x - difficulty))) for x in grid]
        for weights, right in people:
            total += math.log(
                sum(w * (c if right else 1 - c) for w, c in zip(weights, new, strict=True))
                / sum(weights)
            )
        return total

    best = max((-1.0 + 0.02 * n for n in range(101)), key=log_posterior)
    bend = (log_posterior(best + 0.1) - 2 * log_posterior(best) + log_posterior(best - 0.1)) / 0.01
    assert fit.difficulty == pytest.approx(best, abs=0.02)
    assert fit.difficulty_error == pytest.approx((-bend) ** -0.5, rel=0.05)


MIDDLES = (-3.0, -1.8, -0.6, 0.6, 1.8, 3.0)
LAST = 320


@pytest.fixture(scope="module")
def bank():
    """320 sittings of 48 items; four items have faults that are known."""
    draw = random.Random(14)
    names = [f"{middle}/{n}" for middle in MIDDLES for n in range(8)]
    author = {name: float(name.split("/")[0]) for name in names}
    true = {name: (author[name] + draw.gauss(0, 0.6), draw.uniform(0.9, 1.6)) for name in names}
    results = []
    for sitting in range(LAST):
        ability = draw.uniform(-3.6, 3.6)
        for name in names:
            difficulty, slope = true[name]
            right = draw.random() < 1 / (1 + math.exp(-slope * (ability - difficulty)))
            seconds = draw.lognormvariate(3.2, 0.5)
            choice = "A" if right else draw.choice("BCD")
            if name == NOISE:
                right = draw.random() < 0.5
            if name == LEAKED and sitting >= LAST - 60:
                right, choice = draw.random() < 0.95, "A"
            if name == QUICK and sitting >= LAST - 60:
                seconds /= 3
            if name == WRONG_KEY:
                right, choice = choice == "C", choice  # the author meant A and typed C
            results.append(ItemResult(sitting, name, right, choice, seconds))
    priors = {name: DifficultyPrior(author[name]) for name in names}
    return calibrate(results, priors), true, author


NOISE, LEAKED, QUICK, WRONG_KEY = "-0.6/0", "1.8/1", "0.6/2", "-0.6/3"
FAULTS = {NOISE, LEAKED, QUICK, WRONG_KEY}


def test_difficulties_come_near_the_truth(bank):
    """320 responses an item are nearer to the truth than authors, as near as the error says."""
    fit, true, author = bank
    good = [item for item in fit.items if item.item not in FAULTS]
    off = [item.difficulty - true[item.item][0] for item in good]
    before = [author[item.item] - true[item.item][0] for item in good]
    assert rms(off) < 0.5 * rms(before)
    assert rms([x / item.difficulty_error for x, item in zip(off, good, strict=True)]) < 1.5
    assert fit.converged
    assert fit.population_mean == pytest.approx(0.0, abs=0.35)
    assert fit.population_sd == pytest.approx(2.08, abs=0.3)


def test_good_items_raise_no_flag(bank):
    """An item that behaves is not doubted."""
    fit, _, _ = bank
    assert {item.item for item in fit.items if item.flags} == FAULTS
    good = [item for item in fit.items if item.item not in FAULTS]
    assert all(0.8 < item.infit < 1.2 for item in good)
    assert all(item.rest_correlation > 0.2 for item in good)


def test_an_item_that_measures_nothing_is_a_misfit(bank):
    """Right and wrong by chance: no discrimination, and a flag."""
    item = bank[0].item(NOISE)
    assert item.discrimination < 0.35
    assert abs(item.rest_correlation) < 0.15
    assert [flag.kind for flag in item.flags] == ["MISFIT"]


def test_a_wrong_key_is_suspected(bank):
    """A "wrong" answer that the able choose is named as the possible key."""
    item = bank[0].item(WRONG_KEY)
    flag = next(flag for flag in item.flags if flag.kind == "KEY")
    assert flag.detail["choice"] == "A"
    assert flag.detail["logits_above"] > 1
    able = {choice.choice: choice.ability for choice in item.choices}
    assert max(able, key=able.get) == "A"


def test_a_jump_of_correct_answers_is_a_leak(bank):
    """The last 60 people know an item that those before did not know."""
    flag = next(flag for flag in bank[0].item(LEAKED).flags if flag.kind == "LEAK")
    assert flag.detail["facility"] > flag.detail["facility_before"] + 0.3
    assert flag.detail["last"] in (30, 60, 120)


def test_a_drop_of_time_is_a_leak(bank):
    """The last 60 people need a third of the time."""
    flag = next(flag for flag in bank[0].item(QUICK).flags if flag.kind == "LEAK")
    assert flag.detail["time_ratio"] == pytest.approx(1 / 3, abs=0.12)


def test_choices_are_counted(bank):
    """Each answer with its count, share, and the mean ability of who gave it."""
    for item in bank[0].items:
        assert sum(choice.count for choice in item.choices) == item.responses == LAST
        assert sum(choice.share for choice in item.choices) == pytest.approx(1)
    item = bank[0].item("0.6/1")
    key = next(choice for choice in item.choices if choice.correct)
    assert (key.choice, key.share) == ("A", item.facility)
    assert all(key.ability > choice.ability for choice in item.choices if not choice.correct)


def test_abler_people_are_no_leak():
    """When better people come, more answers are right, and nothing is wrong with the items."""
    draw, results = random.Random(8), []
    for sitting in range(240):
        ability = draw.gauss(-1.5 if sitting < 180 else 1.5, 0.7)
        for n in range(16):
            right = draw.random() < 1 / (1 + math.exp(-1.3 * (ability - (n - 7.5) / 3)))
            results.append(ItemResult(sitting, n, right, seconds=draw.lognormvariate(3, 0.4)))
    fit = calibrate(results, {n: DifficultyPrior((n - 7.5) / 3) for n in range(16)})
    assert not [item for item in fit.items if any(f.kind == "LEAK" for f in item.flags)]


def test_few_responses_leave_the_authors_word():
    """Without responses the prior stands; three responses hardly move it, and raise no doubt."""
    priors = {"asked": DifficultyPrior(0.6), "new": DifficultyPrior(-1.8)}
    fit = calibrate([ItemResult(n, "asked", True, "A") for n in range(3)], priors)
    new, asked = fit.item("new"), fit.item("asked")
    assert (new.responses, new.facility, new.choices, new.flags) == (0, None, (), ())
    assert asked.responses == 3
    assert abs(new.difficulty - -1.8) < 0.3
    assert abs(asked.difficulty - 0.6) < 0.6
    assert asked.difficulty_error > 0.4
    assert not asked.flags


def test_no_items():
    """A bank without items has no figures."""
    assert calibrate([], {}).items == ()


def test_the_first_result_of_a_pair_counts():
    """An item counts once in a sitting, and an unknown item not at all."""
    results = [ItemResult(1, "a", True, "A"), ItemResult(1, "a", False, "B")]
    results += [ItemResult(1, "other", True)]
    item = calibrate(results, {"a": DifficultyPrior(0.0)}).item("a")
    assert (item.responses, item.facility) == (1, 1.0)


@settings(max_examples=25)
@example([(0, "a", True, "", None), (3, "c", False, "", None), (2, "a", False, "", None)])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.sampled_from("abcd"),
            st.booleans(),
            st.sampled_from(("", "A", "a typed answer")),
            st.none() | st.floats(0, 1e6),
        ),
        max_size=30,
    )
)
def test_any_responses_have_finite_figures(rows):
    """All right, all wrong, one person, none: figures are finite and errors positive."""
    fit = calibrate(
        [ItemResult(*row) for row in rows], {name: DifficultyPrior(0.6) for name in "abcd"}
    )
    for item in fit.items:
        assert math.isfinite(item.difficulty)
        assert 0 < item.difficulty_error < 2
        assert 0 < item.discrimination < 10
        assert item.responses < ENOUGH
        assert not item.flags


def rms(values):
    return math.sqrt(sum(value**2 for value in values) / len(values))
