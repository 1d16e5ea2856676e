"""Remarks are shown where they stand in the text, and nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.results.passages import MOST_REMARKS, cut, remarks_of
from proctoring.results.practice import BY_CRITERION, BY_SKILL, MOST, advice_for

TEXT = "He go to work every day although it rains. \u0928\u092e\u0938\u094d\u0924\u0947 \U0001f642"


def remark(start, end, effect="cost", **facts):
    return {"start": start, "end": end, "effect": effect, "criterion": "grammar"} | facts


def test_passages_and_numbers():
    """Numbers follow the text, and stand behind the words that they explain."""
    remarks = remarks_of(TEXT, [remark(24, 32, "earned"), remark(3, 5), remark(0, 2, "note")])
    assert [(row.number, row.words, row.effect) for row in remarks] == [
        (1, "go", "cost"),
        (2, "although", "earned"),
    ]
    marked = [(row.text, row.effect, row.numbers) for row in cut(TEXT, remarks) if row.effect]
    assert marked == [("go", "cost", (1,)), ("although", "earned", (2,))]


def test_mistake_inside_praise_is_a_mistake():
    """Where remarks overlap, what cost is shown."""
    remarks = remarks_of(TEXT, [remark(0, 20, "earned"), remark(3, 5)])
    assert [row.effect for row in cut(TEXT, remarks)][:3] == ["earned", "cost", "earned"]


@given(
    st.text(max_size=60),
    st.lists(
        st.tuples(st.integers(-2, 70), st.integers(-2, 70), st.sampled_from(["cost", "earned"])),
        max_size=30,
    ),
)
def test_nothing_of_the_text_is_lost(text, spans):
    """Whatever the remarks say, the passages are the text; spans outside it are left out."""
    remarks = remarks_of(text, [remark(*span) for span in spans])
    passages = cut(text, remarks)
    assert "".join(row.text for row in passages) == text
    assert len(remarks) <= MOST_REMARKS
    numbers = sorted(number for row in passages for number in row.numbers)
    assert numbers == [row.number for row in remarks]


@pytest.mark.parametrize("broken", [{}, {"start": "0", "end": 2}, {"start": 2, "end": 2}])
def test_broken_evidence_is_left_out(broken):
    """A row without a span in the text is not shown."""
    assert remarks_of(TEXT, [{"effect": "cost"} | broken]) == []


def test_advice_begins_with_the_weakest():
    """The two weakest skills come first, then the weakest criteria, each once."""
    skills = [("READING", "B2", 0.5), ("WRITING", "A2", -2.0), ("SPEAKING", "B1", -1.0)]
    criteria = {"WRITING": {"grammar": 1.0, "task": 4.0}, "SPEAKING": {"grammar": 0.5}}
    found = advice_for(skills, criteria)
    assert [row.name for row in found] == [
        "Writing", "Speaking", "Speaking, grammar", "Writing, task",
    ]  # fmt: skip
    assert len(found) <= MOST
    assert found[0].text == BY_SKILL["WRITING"][0]
    assert found[2].text == BY_CRITERION["grammar"]
