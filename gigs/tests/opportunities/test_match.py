"""The match score, as tables and as properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigs.opportunities.matching import LEVELS, Candidate, Requirements, match

WANTED = Requirements(
    level="B1",
    skills=("Chat support", "Typing"),
    qualifications=("Bachelor's degree", "Diploma"),
    years=2,
    domains=("SUPPORT",),
    languages=("English", "Hindi"),
)
PERFECT = Candidate(
    level="B2",
    skills=("typing", "chat  support", "Excel"),
    qualifications=("Bachelor's degree", "B.Com."),
    months=30,
    domains=("SUPPORT",),
    languages=("Hindi", "English"),
)


def points(offered: Candidate, wanted: Requirements = WANTED) -> dict[str, int]:
    return {part.name: part.points for part in match(wanted, offered).parts}


def test_full_match_scores_100():
    """A candidate who meets all requirements scores 100 and is recommended."""
    found = match(WANTED, PERFECT)
    assert (found.score, found.is_eligible, found.is_recommended) == (100, True, True)


def test_no_match_scores_0():
    """A candidate who meets no requirement scores 0."""
    assert match(WANTED, Candidate()).score == 0


@pytest.mark.parametrize(
    ("level", "expected"), [("", 0), ("A1", 0), ("A2", 15), ("B1", 30), ("C2", 30)]
)
def test_level_points(level: str, expected: int):
    """The level is worth 30 points, and half one step below."""
    assert points(Candidate(level=level))["Level"] == expected


@pytest.mark.parametrize(
    ("skills", "expected"),
    [((), 0), (("Typing",), 10), (("TYPING", "chat support"), 20), (("Excel",), 0)],
)
def test_skill_points(skills: tuple[str, ...], expected: int):
    """Skills are worth 20 points by their share, ignoring case."""
    assert points(Candidate(skills=skills))["Skills"] == expected


@pytest.mark.parametrize(
    ("has", "expected"), [((), 0), (("Class 12",), 8), (("Diploma or ITI",), 20)]
)
def test_qualification_points(has: tuple[str, ...], expected: int):
    """One of the required qualifications is worth 20 points, any other fewer."""
    assert points(Candidate(qualifications=has))["Qualifications"] == expected


@pytest.mark.parametrize(
    ("months", "domains", "expected"),
    [(0, (), 0), (12, (), 7), (24, (), 14), (600, (), 14), (12, ("SUPPORT",), 13)],
)
def test_experience_points(months: int, domains: tuple[str, ...], expected: int):
    """Years are worth up to 14 points, the domain 6."""
    assert points(Candidate(months=months, domains=domains))["Experience"] == expected


def test_absent_requirements_score_in_full():
    """A part without requirements scores in full."""
    assert match(Requirements(level="A1"), Candidate(level="A1")).score == 100


def test_missing_skills_are_named_as_written():
    """The reason names missing skills in the client's spelling."""
    part = match(WANTED, Candidate(skills=("typing",))).parts[1]
    assert part.why == "You have 1 of 2. Missing: Chat support."


@pytest.mark.parametrize(("level", "code"), [("", "not_cleared"), ("A2", "level_too_low")])
def test_obstacles_name_a_remedy(level: str, code: str):
    """An obstacle says why and what would remove it."""
    found = match(WANTED, Candidate(level=level))
    assert [one.code for one in found.obstacles] == [code]
    assert found.obstacles[0].remedy
    assert not found.is_recommended


def test_under_thirty_is_not_recommended():
    """30 points are enough to be recommended, 29 are not."""
    hard = Requirements("B1", ("a",), ("b",), 5, ("c",), ("d",))
    found = match(hard, Candidate(level="B1"))
    assert (found.score, found.is_recommended) == (30, True)
    under = match(hard, Candidate(level="A2"))
    assert (under.score, under.is_recommended) == (15, False)


@pytest.mark.parametrize(
    ("ways", "hindi", "points"),
    [
        (("written",), {"spoken": "FLUENT", "written": "BASIC"}, 7),
        (("spoken",), {"spoken": "FLUENT", "written": "BASIC"}, 10),
        (("spoken", "written"), {"spoken": "GOOD", "written": "NONE"}, 5),
        (("spoken", "written"), {"spoken": "BASIC"}, 7),
        (("written",), {"spoken": "NONE"}, 10),
        (("written",), {}, 10),
    ],
)
def test_language_scores_by_channel(ways: tuple[str, ...], hindi: dict, points: int):
    """A basic level for the channel scores half, none scores nothing, unknown scores in full."""
    fluency = {way: {"hindi": grade, "english": "FLUENT"} for way, grade in hindi.items()}
    asks = Requirements("A1", languages=("English", "Hindi"), ways=ways)
    part = match(asks, Candidate("A1", languages=("Hindi", "english"), fluency=fluency)).parts[-1]
    assert part.points == points
    assert ("Your Hindi needs to be stronger" in part.why) == (points < 10)


words = st.lists(st.sampled_from(["a", "b", "c", " A ", "D d"]), max_size=4).map(tuple)
wanted = st.builds(
    Requirements, st.sampled_from(LEVELS), words, words, st.integers(0, 40), words, words
)
offered = st.builds(
    Candidate, st.sampled_from(["", *LEVELS]), words, words, st.integers(0, 600), words, words
)


@given(wanted, offered)
def test_parts_stay_within_bounds(asks: Requirements, brings: Candidate):
    """Each part is between 0 and its maximum, and the maxima add up to 100."""
    found = match(asks, brings)
    assert sum(part.out_of for part in found.parts) == 100
    assert all(0 <= part.points <= part.out_of for part in found.parts)


@given(wanted, offered, st.sampled_from(["a", "b", "c"]))
def test_score_is_monotone(asks: Requirements, brings: Candidate, skill: str):
    """Another skill or another year never lowers the score."""
    more = Candidate(
        brings.level,
        (*brings.skills, skill),
        brings.qualifications,
        brings.months + 12,
        brings.domains,
        (*brings.languages, skill),
    )
    assert match(asks, more).score >= match(asks, brings).score
