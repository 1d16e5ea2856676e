"""Ability: of each skill and overall, with its error, and who needs a person."""

import itertools
import math
import random
from dataclasses import replace
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.grading.scale import INITIAL_SCALE
from proctoring.scales import ability
from proctoring.scales.ability import (
    Estimate,
    ItemParameters,
    ItemResponse,
    SkillEvidence,
    TaskEstimate,
    combine_tasks,
    estimate_person,
    estimate_skill,
    needs_human,
    predict_skill,
    probability,
)

SKILLS = ("USE", "READING", "LISTENING", "SPEAKING", "WRITING")
MIDDLES = (-3.0, -1.8, -0.6, 0.6, 1.8, 3.0)


def answers(*pairs, error=0.0, discrimination=1.0):
    return [
        ItemResponse(ItemParameters(difficulty, error, discrimination), correct)
        for difficulty, correct in pairs
    ]


def five_skills(abilities, error=0.3, weight=1.0):
    return [
        SkillEvidence(skill, weight, tasks=[TaskEstimate(value, error)], shared_error=0.0)
        for skill, value in zip(SKILLS, abilities, strict=True)
    ]


item_parameters = st.builds(
    ItemParameters,
    difficulty=st.floats(-4, 4),
    error=st.floats(0, 1),
    discrimination=st.floats(0.3, 2.5),
    guessing=st.sampled_from((0.0, 0.25)),
)
responses = st.lists(
    st.builds(ItemResponse, item_parameters, st.sampled_from((True, False, None))), max_size=12
)
tasks = st.lists(
    st.builds(TaskEstimate, st.none() | st.floats(-4, 4), st.floats(0.2, 1.5)), max_size=3
)
evidence = st.lists(
    st.builds(SkillEvidence, st.sampled_from(SKILLS), st.floats(0, 3), responses, tasks),
    min_size=1,
    max_size=5,
)


def integrated(responses, step=0.01):
    """Mean and standard deviation of the same posterior by plain sums; a second implementation."""
    total = first = second = 0.0
    for n in range(int(14 / step) + 1):
        value = -7 + n * step
        weight = math.exp(-0.5 * (value / 3.0) ** 2)
        for response in responses:
            item = response.item
            chance = 1 / (1 + math.exp(-item.discrimination * (value - item.difficulty)))
            weight *= chance if response.correct else 1 - chance
        total += weight
        first += weight * value
        second += weight * value**2
    return first / total, math.sqrt(second / total - (first / total) ** 2)


@pytest.mark.parametrize(
    "responses",
    [
        answers((-3.0, True), (-1.8, True), (-0.6, False), (0.6, True), discrimination=1.3),
        answers((-0.6, True), (-0.6, False), (0.6, True), discrimination=0.8),
        answers(*((difficulty, False) for difficulty in MIDDLES), discrimination=1.5),
    ],
)
def test_estimates_are_those_of_plain_integration(responses):
    """Abilities and errors agree with a second implementation on a finer and wider grid."""
    found = estimate_skill(SkillEvidence("USE", 1, responses))
    assert (found.ability, found.error) == pytest.approx(integrated(responses), abs=0.02)


def test_probability_over_uncertain_difficulties():
    """The flattened curve is the mean curve over the difficulties an item may have."""
    draw = random.Random(4)
    for difficulty, error, discrimination, at in itertools.product(
        (-1.0, 0.5), (0.3, 0.6, 1.0), (0.7, 1.3), (-2.0, 0.0, 1.5)
    ):
        curve = mean(
            1 / (1 + math.exp(-discrimination * (at - draw.gauss(difficulty, error))))
            for _ in range(4_000)
        )
        item = ItemParameters(difficulty, error, discrimination)
        assert probability(item, at) == pytest.approx(curve, abs=0.015)


@given(evidence)
def test_any_evidence_has_a_finite_ability(skills):
    """All right, all wrong, empty, contradictory: always a finite ability and a positive error."""
    person = estimate_person(skills)
    for estimate in (person.overall, *person.skills):
        assert math.isfinite(estimate.ability)
        assert 0 < estimate.error < 3
        assert estimate.low < estimate.ability < estimate.high


@given(evidence)
def test_unanswered_is_wrong(skills):
    """In a skill with an answer, an item without one counts as one with a wrong answer."""
    wrong = [
        replace(skill, responses=[ItemResponse(r.item, bool(r.correct)) for r in skill.responses])
        for skill in skills
    ]
    first, second = estimate_person(skills), estimate_person(wrong)
    for given_skill, one, other in zip(skills, first.skills, second.skills, strict=True):
        blanks = [r.correct for r in given_skill.responses] + [t.ability for t in given_skill.tasks]
        assert one.unanswered == blanks.count(None)
        assert one.asked == len(blanks)
        if one.unanswered < one.asked:
            assert (one.ability, one.error) == (other.ability, other.error)
        elif given_skill.responses and not given_skill.tasks:
            assert one.ability == -5.0


def test_nothing_answered():
    """A skill in which nothing was answered has the score 0, and does not lower the others."""
    skills = five_skills((1.5,) * 5)
    blank = SkillEvidence("WRITING", 1, tasks=[TaskEstimate(None, 0.6)] * 2)
    full, without = estimate_person(skills), estimate_person([*skills[:4], blank])
    assert INITIAL_SCALE.score(without.skill("WRITING").ability) == 0
    assert without.skills[:4] == full.skills[:4]
    assert without.overall.ability < full.overall.ability - 1
    assert needs_human(without, []) == ["SKILLS_DISAGREE"]
    empty = estimate_person(
        [
            *(
                SkillEvidence(name, 1, answers(*((difficulty, None) for difficulty in MIDDLES)))
                for name in SKILLS[:3]
            ),
            *(SkillEvidence(name, 1, tasks=[TaskEstimate(None, 0.6)] * 2) for name in SKILLS[3:]),
        ]
    )
    assert INITIAL_SCALE.score(empty.overall.ability) == 0
    assert needs_human(empty, [-2.4]) == []


@given(st.lists(item_parameters, min_size=1, max_size=12))
def test_answering_is_never_worse_than_leaving_out(items):
    """Whoever answers all items of a skill wrongly is not below who left the skill out."""
    blank, wrong = (
        estimate_skill(SkillEvidence("READING", 1, [ItemResponse(i, given) for i in items]))
        for given in (None, False)
    )
    assert blank.ability <= wrong.ability


@given(evidence, st.data())
def test_one_more_correct_answer_never_lowers_an_ability(skills, data):
    """Whoever has an item right instead of wrong is not placed lower, in any skill or overall."""
    skill = data.draw(st.sampled_from(range(len(skills))))
    item = data.draw(item_parameters)
    estimates = []
    for correct in (False, True):
        chosen = skills[skill]
        more = SkillEvidence(
            chosen.skill,
            chosen.weight,
            [*chosen.responses, ItemResponse(item, correct)],
            chosen.tasks,
        )
        estimates.append(estimate_person([*skills[:skill], more, *skills[skill + 1 :]]))
    low, high = estimates
    assert high.skills[skill].ability >= low.skills[skill].ability - 1e-9
    assert high.overall.ability >= low.overall.ability - 1e-9


@given(evidence, st.randoms())
def test_order_does_not_matter(skills, shuffler):
    """The order of answers has no influence."""
    person = estimate_person(skills)
    shuffled = []
    for skill in skills:
        rows = list(skill.responses)
        shuffler.shuffle(rows)
        shuffled.append(SkillEvidence(skill.skill, skill.weight, rows, skill.tasks))
    again = estimate_person(shuffled)
    assert again.overall.ability == pytest.approx(person.overall.ability, abs=1e-6)
    assert again.overall.error == pytest.approx(person.overall.error, abs=1e-6)


def test_weights_are_shares():
    """Overall is the mean of the skills by weight; weights may have any sum."""
    abilities = (0.5, 0.2, -0.1, -0.4, 0.1)
    person = estimate_person(five_skills(abilities))
    assert person.overall.ability == pytest.approx(mean(s.ability for s in person.skills))
    heavy = five_skills(abilities)
    heavy = [
        SkillEvidence(s.skill, 40 * w, tasks=s.tasks, shared_error=0.0)
        for s, w in zip(heavy, (3, 1, 1, 1, 1), strict=True)
    ]
    weighted = estimate_person(heavy)
    expected = sum(s.ability * w for s, w in zip(weighted.skills, (3, 1, 1, 1, 1), strict=True)) / 7
    assert weighted.overall.ability == pytest.approx(expected)


def test_errors_of_skills_are_propagated():
    """The error overall is that of a weighted mean: five skills of 0.5 make about 0.5 / sqrt(5)."""
    person = estimate_person(five_skills((0.0,) * 5, error=0.5))
    assert person.overall.error == pytest.approx(0.5 / math.sqrt(5), abs=0.02)
    precise = estimate_person(five_skills((0.0,) * 5, error=0.2))
    assert precise.overall.error < person.overall.error


def test_a_skill_without_evidence_is_predicted_with_a_larger_error():
    """The other skills predict it, less exactly than its own answers would."""
    skills = five_skills((1.0, 1.0, 1.0, 1.0, 1.0))
    missing = [*skills[:4], SkillEvidence("WRITING", 1.0)]
    full, predicted = estimate_person(skills), estimate_person(missing)
    assert predicted.skill("WRITING").ability == pytest.approx(1.0, abs=0.1)
    assert predicted.skill("WRITING").error > 1.5 * full.skill("WRITING").error
    assert predicted.skills[:4] == full.skills[:4]
    assert predicted.overall.error > full.overall.error
    assert needs_human(predicted, ()) == ["LOW_CONFIDENCE"]


def test_before_the_first_section_everybody_is_expected():
    """Without any answer, the ability may be anywhere from A1 to C2."""
    nobody = predict_skill([])
    assert nobody.ability == 0
    assert nobody.error > 2
    assert estimate_person([SkillEvidence("USE", 1)]).overall.error > 2


def test_one_odd_skill_moves_a_prediction_little():
    """What is expected of the next skill lies between the others, nearest to the most exact."""
    expected = predict_skill([Estimate(1.0, 0.3), Estimate(1.2, 0.3), Estimate(-3.0, 3.0)])
    assert expected.ability == pytest.approx(1.0, abs=0.2)


def test_uncertain_items_tell_less():
    """Answers to items that only their author has judged leave a larger error."""
    pairs = [(difficulty, difficulty < 0) for difficulty in MIDDLES] * 2
    errors = [
        estimate_person([SkillEvidence("USE", 1, answers(*pairs, error=error))]).overall.error
        for error in (0.0, 0.6, 1.2)
    ]
    assert errors == sorted(errors)
    assert errors[0] < errors[2]


def test_guessing():
    """A correct answer that may be luck raises the ability less."""
    abilities = [
        estimate_person(
            [
                SkillEvidence(
                    "READING",
                    1,
                    [
                        ItemResponse(ItemParameters(1.8, guessing=guessing), True),
                        *answers((-3.0, True), (-0.6, False)),
                    ],
                )
            ]
        ).overall.ability
        for guessing in (0.0, 0.25)
    ]
    assert abilities[1] < abilities[0]


def test_each_task_counts_the_same():
    """Tasks have equal shares; what is uncertain in each averages out."""
    tasks = combine_tasks([TaskEstimate(0.4, 0.6), TaskEstimate(0.8, 0.8)], 0.0)
    assert tasks.ability == pytest.approx(0.6)
    assert tasks.error == pytest.approx(0.5)


def test_tasks_that_disagree_go_to_a_person():
    """Two tasks of a skill whose 95 % intervals lie apart were perhaps misread."""
    rest = five_skills((0.5,) * 5, error=0.6)[:4]
    for second, unsure in ((1.0, False), (2.6, True), (None, False)):
        tasks = [TaskEstimate(0.0, 0.6), TaskEstimate(second, 0.6)]
        person = estimate_person([*rest, SkillEvidence("WRITING", 1, tasks=tasks)])
        assert ("LOW_CONFIDENCE" in needs_human(person, [])) == unsure


@given(evidence, st.floats(-6, 5), st.floats(0, 3), st.floats(0.2, 1.5), st.data())
def test_a_better_task_never_lowers_an_ability(skills, value, more, error, data):
    """Whoever writes or speaks better is not placed lower, in any skill or overall."""
    skill = data.draw(st.sampled_from(range(len(skills))))
    chosen = skills[skill]
    low, high = (
        estimate_person(
            [
                *skills[:skill],
                replace(chosen, tasks=[*chosen.tasks, TaskEstimate(seen, error)]),
                *skills[skill + 1 :],
            ]
        )
        for seen in (value, value + more)
    )
    assert high.overall.ability >= low.overall.ability - 1e-9
    for before, after in zip(low.skills, high.skills, strict=True):
        assert after.ability >= before.ability - 1e-9


def test_what_tasks_share_does_not_average_out():
    """However many tasks one grader marks, the grader's own strictness stays in the error."""
    many = combine_tasks([TaskEstimate(0.0, 0.5)] * 100, 0.35)
    assert many.error == pytest.approx(math.hypot(0.05, 0.35))


def test_an_unanswered_task_counts():
    """Who leaves out a writing task is placed below who wrote something weak."""
    rest = five_skills((0.0,) * 5)[:4]
    weak, blank = (
        estimate_person(
            [
                *rest,
                SkillEvidence("WRITING", 1, tasks=[TaskEstimate(0.0, 0.6), TaskEstimate(v, 0.6)]),
            ]
        )
        for v in (-1.5, None)
    )
    assert blank.skill("WRITING").ability < weak.skill("WRITING").ability
    assert blank.overall.ability < weak.overall.ability
    assert blank.skill("WRITING").unanswered == 1


@pytest.mark.parametrize(
    ("at", "reasons"),
    [(-2.4, ["BORDER"]), (-2.25, ["BORDER"]), (-2.6, ["BORDER"]), (-1.8, []), (-3.4, [])],
)
def test_within_one_error_of_a_cut_a_person_looks(at, reasons):
    """One error around a cut at which something is decided is the border; elsewhere it is not."""
    person = estimate_person(five_skills((at,) * 5, error=0.6))
    assert person.overall.error > 0.24
    assert needs_human(person, [-2.4]) == reasons
    assert needs_human(person, []) == []


def test_skills_that_disagree_go_to_a_person():
    """Two skills whose 95 % intervals lie apart need a person; a mere difference does not."""
    assert needs_human(estimate_person(five_skills((0, 0, 0, 0.8, -0.8), 0.5)), []) == []
    person = estimate_person(five_skills((0, 0, 0, 2.0, -2.0), 0.5))
    assert needs_human(person, []) == ["SKILLS_DISAGREE"]


def test_intervals_cover_the_ability():
    """Of people drawn by the model's own assumptions, 95 % have their ability in the interval."""
    draw = random.Random(20261130)
    covered = skills_covered = 0
    people = 600
    for _ in range(people):
        common = draw.gauss(0, 2)
        true = [common + draw.gauss(0, 0.65) for _ in range(3)]
        skills = []
        for name, value in zip(SKILLS, true, strict=False):
            rows = []
            for difficulty in MIDDLES * 2:
                chance = 1 / (1 + math.exp(-1.2 * (value - difficulty - draw.gauss(0, 0.6))))
                rows.append((difficulty, draw.random() < chance))
            skills.append(SkillEvidence(name, 1, answers(*rows, error=0.6, discrimination=1.2)))
        person = estimate_person(skills)
        covered += person.overall.low < mean(true) < person.overall.high
        skills_covered += sum(
            skill.low < value < skill.high for skill, value in zip(person.skills, true, strict=True)
        )
    assert 0.93 <= covered / people <= 0.97
    assert 0.93 <= skills_covered / people / 3 <= 0.97


@pytest.mark.parametrize(
    "make",
    [
        lambda: ItemParameters(math.nan),
        lambda: ItemParameters(0.0, -0.1),
        lambda: ItemParameters(0.0, discrimination=0.0),
        lambda: ItemParameters(0.0, guessing=1.0),
        lambda: TaskEstimate(math.inf, 0.5),
        lambda: TaskEstimate(0.0, 0.0),
        lambda: TaskEstimate(0.0, math.nan),
        lambda: estimate_person([]),
        lambda: estimate_person([SkillEvidence("USE", -1.0)]),
    ],
)
def test_numbers_that_mean_nothing_are_refused(make):
    """A failed computation upstream is an error, never an ability."""
    with pytest.raises(ValueError, match=r"number|weight|skill|positive"):
        make()


def test_weights_that_are_all_zero_are_equal():
    """A blueprint without weights treats its skills alike."""
    assert ability.weights_of({"USE": 0, "READING": 0}) == {"USE": 0.5, "READING": 0.5}
    assert ability.weights_of({"USE": 3, "READING": 1}) == {"USE": 0.75, "READING": 0.25}


def test_an_interval_is_symmetric():
    """The 95 % interval is 1.96 errors to each side."""
    assert (Estimate(0.0, 1.0).low, Estimate(0.0, 1.0).high) == pytest.approx(
        (-1.96, 1.96), abs=1e-3
    )
