"""Speed, pauses, hesitation and repetition are told from the words' times."""

import pytest

from proctoring.grading.speech.fluency import SpokenFluency, measure_fluency, repeated_words
from proctoring.grading.speech.recognition import Recognition, SpokenWord

TEXT = "last year I worked in a shop near the station and every day I spoke with many customers"


def spoken(
    text: str, *, word: float = 0.3, gap: float = 0.05, probability: float = 0.95
) -> tuple[SpokenWord, ...]:
    """Words with the same length; "|" is a pause of a second."""
    words, at = [], 0.0
    for each in text.split():
        if each == "|":
            at += 1.0
            continue
        words.append(SpokenWord(each, round(at, 2), round(at + word, 2), probability))
        at += word + gap
    return tuple(words)


def measure(words: tuple[SpokenWord, ...], **facts: object) -> SpokenFluency:
    return measure_fluency(Recognition("test", words[-1].end, words, 1.0, **facts))


def mark(words: tuple[SpokenWord, ...], **facts: object) -> float:
    found = measure(words, **facts).mark
    assert found is not None
    return found


def test_slow_and_broken_speech_gets_less():
    """Each of a lower speed, pauses, hesitation and repetition lowers the mark."""
    best = mark(spoken(TEXT))
    assert mark(spoken(TEXT, word=0.6, gap=0.2)) < best
    assert mark(spoken(TEXT.replace(" in", " | in").replace(" and", " | and"))) < best
    assert mark(spoken(TEXT.replace(" in", " um | in").replace(" and", " | er and"))) < best
    assert mark(spoken(TEXT.replace("I worked", "I I worked worked"))) < best


def test_pauses_are_told_with_their_place():
    """A reviewer hears the pause at the second that is named."""
    found = measure(spoken(TEXT.replace(" near", " | near")))
    (pause,) = found.findings
    assert (pause.kind, pause.first_word, pause.last_word) == ("pause", 6, 7)
    assert pause.end - pause.start == pytest.approx(1.05, abs=0.02)


def test_unsure_words_cost_nothing():
    """What the recogniser only guesses is no repetition and no hesitation."""
    sure, unsure = spoken(TEXT), spoken(TEXT.replace("I worked", "I I worked"), probability=0.3)
    assert measure(unsure).repeated == 0
    assert mark(unsure) >= mark(sure) - 0.1
    assert measure(spoken("um " + TEXT, probability=0.2)).fillers == 0


def test_a_part_that_was_not_understood_is_no_pause():
    """Neither is its time part of the speed."""
    words = spoken(TEXT.replace(" near", " | near"))
    found = measure(words, unclear=((words[6].end, words[7].start),))
    assert found.findings == ()
    assert found.words_per_minute == pytest.approx(measure(spoken(TEXT)).words_per_minute, rel=0.05)


def test_repetition_by_grammar_is_none():
    """ "Very very" and "that that" are English; phrases said again are repetition."""
    assert repeated_words(spoken("it was very very good I know that that helps")) == set()
    assert repeated_words(spoken("I think um I think it is is good")) == {0, 1, 6}


@pytest.mark.parametrize("text", ["", "yes", "hello my name is Ravi"])
def test_few_words_have_no_mark(text):
    """Nothing is concluded from a sentence."""
    heard = Recognition("test", 3.0, spoken(text), 1.0)
    assert measure_fluency(heard).mark is None
