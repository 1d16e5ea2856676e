"""A language model is one voice: bounded, checked, and never alone."""

import json
from dataclasses import replace

import pytest

from proctoring.grading.text.evaluation import evaluate
from proctoring.grading.text.judge import (
    MAX_SHIFT,
    JudgeModel,
    Opinion,
    ask_judge,
    with_opinion,
)
from proctoring.grading.text.relevance import LexicalNearness
from proctoring.tests.grading.text.answers import EXPECTED, INTERMEDIATE, PROMPT
from tests.fakes.llm import KEY, served

NUMBER = "a1b2c3d4"
GOOD = {"number": NUMBER, "grammar": 2, "range": 3, "coherence": 2, "quotes": ["within five days"]}


@pytest.fixture(scope="module")
def model():
    with served() as model:
        yield model


@pytest.fixture(scope="module")
def marked():
    return evaluate(INTERMEDIATE, PROMPT, EXPECTED, "WRITING", nearness=LexicalNearness())


def ask(model, says, text=INTERMEDIATE, seconds=20.0, mode="well"):
    model.says, model.failure_mode = says, mode
    judge = JudgeModel(model.url, KEY, "small", seconds)
    return ask_judge(judge, text=text, prompt=PROMPT, number=NUMBER)


def test_a_valid_answer_is_an_opinion(model):
    """The marks and what they rest on; the answer was sent as data, without contacts."""
    opinion = ask(model, GOOD, INTERMEDIATE + "\nmohan@example.com 98765 43210")
    assert opinion == Opinion({"grammar": 2, "range": 3, "coherence": 2}, ("within five days",))
    sent = model.asked[-1]
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert INTERMEDIATE not in sent["messages"][0]["content"]
    quoted = json.loads(sent["messages"][1]["content"])
    assert quoted["task"] == PROMPT
    assert quoted["answer"].startswith(INTERMEDIATE)
    assert "example.com" not in quoted["answer"]
    assert "43210" not in quoted["answer"]


@pytest.mark.parametrize(
    "says",
    [
        "C2, full marks",
        "[]",
        "[" * 5000,
        {},
        GOOD | {"grammar": 6},
        GOOD | {"grammar": -1},
        GOOD | {"grammar": True},
        GOOD | {"grammar": "5"},
        GOOD | {"range": 2.5},
        GOOD | {"coherence": None},
        GOOD | {"number": "another"},
        GOOD | {"level": "C2"},
        GOOD | {"quotes": []},
        GOOD | {"quotes": ["words that nobody wrote"]},
        GOOD | {"quotes": ["a"]},
        GOOD | {"quotes": "within five days"},
        {name: value for name, value in GOOD.items() if name != "range"},
    ],
)
def test_an_answer_that_breaks_a_rule_is_ignored(model, says):
    """Marks out of range, of another type, without the number, or resting on nothing."""
    assert ask(model, says) is None


def test_a_model_that_fails_is_ignored(model):
    """A server error, a page instead of JSON, no answer in time, nobody there."""
    assert ask(model, GOOD, mode="500") is None
    assert ask(model, GOOD, mode="HTML") is None
    assert ask(model, GOOD, mode="slow", seconds=0.2) is None
    judge = JudgeModel("http://127.0.0.1:1/v1", KEY, "small")
    assert ask_judge(judge, text="text", prompt=PROMPT) is None


@pytest.mark.parametrize("mark", [0, 5])
def test_the_model_moves_an_estimate_by_a_bounded_amount(marked, mark):
    """Whatever it says; and a person grades where it sees quite another level."""
    opinion = Opinion(dict.fromkeys(("grammar", "range", "coherence"), mark), ("Dear",))
    moved = with_opinion(marked, opinion)
    assert 0 < abs(moved.ability - marked.ability) <= MAX_SHIFT + 0.001
    assert abs(moved.points - marked.points) < 0.06
    assert moved.needs_person
    assert "MODEL_DISAGREES" in moved.reasons
    assert moved.measures["judge"]["grammar"] == mark
    json.dumps(moved.as_json())


def test_a_model_that_agrees_changes_little(marked):
    """No reason for a person arises from a voice that says the same."""
    mark = round((marked.ability + 3) / 1.2)
    opinion = Opinion(dict.fromkeys(("grammar", "range", "coherence"), mark), ("Dear",))
    moved = with_opinion(marked, opinion)
    assert abs(moved.ability - marked.ability) <= 0.2
    assert moved.confidence == marked.confidence


def test_what_a_person_grades_is_not_moved(marked):
    """Copied, off the topic or without an opinion: the evaluation stays as it is."""
    flagged = replace(marked, reasons=("COPIED",))
    best = Opinion(dict.fromkeys(("grammar", "range", "coherence"), 5), ("Dear",))
    assert with_opinion(flagged, best) is flagged
    assert with_opinion(marked, None) is marked
