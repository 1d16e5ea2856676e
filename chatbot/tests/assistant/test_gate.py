"""The gate: nothing that the cited entries do not say; few good answers are stopped."""

from typing import Any

import pytest

from chatbot.assistant import gate, prompt
from chatbot.assistant.client import ModelAnswer
from chatbot.assistant.grounding.quantities import Bound, Direction, quantities
from chatbot.assistant.prompt import QuotedPassage
from chatbot.tests.assistant import answers
from chatbot.tests.assistant.answers import LabelledAnswer

AGE = QuotedPassage(
    "age", "How old must I be?", "You must be at least 18. Write to a@b.example.", "EN"
)
#: At most this share of good answers may be stopped.
MOST_STOPPED = 0.04


def _reasons(text: str, **changes: object) -> tuple[str, ...]:
    said = ModelAnswer(text, ("age",), refuse=False)
    given: dict[str, object] = {"passages": [AGE], "question": "age?", "language": "EN"}
    return gate.examine(said, **(given | changes)).reasons  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer", [pytest.param(each, id=f"{n}-{each}") for n, each in enumerate(answers.hostile())]
)
def test_a_hostile_answer_is_stopped(answer: LabelledAnswer) -> None:
    """Wrong numbers, names, links, promises, acts, claims, languages and markup are stopped."""
    assert not answers.examine(answer, answers.passages(answer.language)).ok, answer.text


@pytest.mark.parametrize(
    ("labelled", "passages"),
    [
        (answers.good, answers.passages),
        (answers.held_out, lambda language: answers.held_out_passages()),
        (answers.seed_answers, answers.seed_passages),
    ],
    ids=["known", "held out", "supplied"],
)
def test_few_good_answers_are_stopped(labelled: Any, passages: Any) -> None:
    """A paraphrase that says what the entry says is sent."""
    rows = labelled()
    verdicts = [(each.text, answers.examine(each, passages(each.language))) for each in rows]
    stopped = [(text, verdict.reasons) for text, verdict in verdicts if not verdict.ok]
    assert len(stopped) <= MOST_STOPPED * len(rows), stopped


@pytest.mark.parametrize("language", ["EN", "HI", "HINGLISH"])
def test_the_own_sentences_of_entries_are_sent(language: str) -> None:
    """Each supplied entry, and each of its sentences, is a good answer."""
    given, rows = answers.seed_passages(language), answers.own_sentences(language)
    stopped = [each.text for each in rows if not answers.examine(each, given).ok]
    assert len(stopped) <= MOST_STOPPED * len(rows), stopped


def test_an_entry_of_its_own_words_passes() -> None:
    """Each entry's own text is a good answer, in three languages."""
    for language in ("EN", "HI", "HINGLISH"):
        given = answers.passages(language)
        for each in given:
            said = LabelledAnswer(each.id, language, "", each.text)
            verdict = answers.examine(said, given)
            assert verdict.ok, (each.text, verdict.reasons)


def test_citations_are_of_the_given_entries() -> None:
    """No citation, or one of an entry that was not given, is no ground."""
    for cited in ((), ("other",), ("age", "other"), ("",)):
        said = ModelAnswer("You must be at least 18.", cited, refuse=False)
        verdict = gate.examine(said, passages=[AGE], question="", language="EN")
        assert verdict.reasons == ("CITATION",)


def test_the_question_grounds_nothing() -> None:
    """A number that only the question has is not in the entries."""
    assert "NUMBER" in _reasons("You must be at least 16.", question="is 16 at least enough?")


def test_a_refusal_is_never_sent() -> None:
    """An answer beside a refusal is not read."""
    said = ModelAnswer("You must be at least 18.", ("age",), refuse=True)
    assert not gate.examine(said, passages=[AGE], question="", language="EN").ok


def test_no_words_of_the_prompt() -> None:
    """Parts of the system prompt are stopped, even if an entry had the words."""
    part = " ".join(prompt.SYSTEM.split()[:9])
    known = QuotedPassage("age", "", part, "EN")
    assert "PROMPT" in _reasons(part, passages=[known])


def test_long_answers_are_stopped() -> None:
    """Longer than a few sentences is no answer of Help."""
    assert _reasons("You must be at least 18. " * 9) == ("LENGTH",)
    assert _reasons("18" * 400) == ("LENGTH",)


def test_an_entry_in_another_language_is_no_ground() -> None:
    """Words can be compared only within a language."""
    assert "LANGUAGE" in _reasons("आपकी उम्र 18 होनी चाहिए", language="HI")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("48 hours", 172_800, "second"),
        ("two days", 172_800, "second"),
        ("do din", 172_800, "second"),
        ("दो दिन", 172_800, "second"),
        ("४८ घंटे", 172_800, "second"),
        ("forty-eight hours", 172_800, "second"),
        ("an hour", 3600, "second"),
        ("Rs. 1,00,000", 100_000, "rupee"),
        ("₹500", 500, "rupee"),
        ("paanch sau rupaye", 500, "rupee"),
        ("पाँच सौ रुपये", 500, "rupee"),
        ("one lakh rupees", 100_000, "rupee"),
        ("ten per cent", 10, "percent"),
        ("10%", 10, "percent"),
        ("teen mauke", 3, "attempt"),
    ],
)
def test_quantities_are_read_in_three_languages(text: str, value: float, unit: str) -> None:
    """Digits and words of one amount are the same quantity."""
    (found,) = quantities(text)
    assert found.size == (value, unit)


@pytest.mark.parametrize(
    "text", ["yeh kar do", "one of these", "ek naya code", "छोड़ दो", "saath mein"]
)
def test_words_with_other_meanings_are_no_numbers(text: str) -> None:
    """Some number words are numbers only in front of a unit."""
    assert quantities(text) == []


def test_bounds_and_directions() -> None:
    """A quantity has the bound and the direction that stand beside it."""
    (least,) = quantities("at least 18")
    (most,) = quantities("up to 5 times")
    (before,) = quantities("48 ghante pehle tak")
    (after,) = quantities("60 सेकंड बाद")
    assert (least.bound, most.bound) == (Bound.AT_LEAST, Bound.UP_TO)
    assert (before.direction, after.direction) == (Direction.BEFORE, Direction.AFTER)
