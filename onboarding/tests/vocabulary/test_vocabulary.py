"""Skills and languages are said in one way, whoever types them and however."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.vocabulary import lexicon
from onboarding.vocabulary.lexicon import (
    KINDS,
    LANGUAGES,
    SKILLS,
    normalise,
    normalise_all,
    word_key,
)

LONGEST_ON_A_PROFILE = 60
texts = st.text(max_size=40)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("e mail support", "E-mail support"),
        ("EMAIL-SUPPORT", "E-mail support"),
        ("\u00a0email  support ", "E-mail support"),
        ("ｃｈａｔ", "Chat support"),
        ("Returns & Refunds", "Returns"),
        ("tele-calling", "Outbound calls"),
        ("M.S. Excel", "Excel"),
        ("Origami  folding", "Origami folding"),
        ("University", "University"),
        ("C++", "C++"),
    ],
)
def test_a_skill_has_one_name(typed: str, meant: str) -> None:
    """Letter case, blanks, dashes and synonyms do not matter; the unknown stays as typed."""
    assert normalise(SKILLS, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("हिन्दी", "Hindi"),
        ("हिंदी", "Hindi"),
        ("BANGLA", "Bengali"),
        ("தமிழ்", "Tamil"),
        ("ಕನ್ನಡ", "Kannada"),
        ("Oriya", "Odia"),
        ("اردو", "Urdu"),
        ("mandarin", "Chinese (Mandarin)"),
        ("Klingon", "Klingon"),
    ],
)
def test_a_language_is_known_in_its_own_script(typed: str, meant: str) -> None:
    """People write their language as they do at home."""
    assert normalise(LANGUAGES, typed) == meant


def test_two_writings_are_one_entry() -> None:
    """A list holds each once, in the order of typing, without empty ones."""
    typed = ["Excel", "ms excel", " , ", "C", "C++", "C#", "c", "Advanced Excel"]
    assert normalise_all(SKILLS, typed) == ["Excel", "C", "C++", "C#"]


def test_adopted_words_count_after_the_file() -> None:
    """What staff adopted is known; the file cannot be overruled."""
    adopted = {word_key("Voice bots"): "Voice bot training", word_key("chat"): "Cats"}
    assert normalise(SKILLS, "voice-bots", adopted) == "Voice bot training"
    assert normalise(SKILLS, "chat", adopted) == "Chat support"
    assert lexicon.is_known(SKILLS, "voice bots", adopted)
    assert not lexicon.is_known(SKILLS, "voice bots")


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_says_nothing_twice(kind: str) -> None:
    """No writing stands for two words, none is needless, and each fits on a profile."""
    seen: dict[str, str] = {}
    for word in lexicon.words(kind):
        for writing in (word.name, *word.also):
            assert isinstance(writing, str)
            assert len(writing) <= LONGEST_ON_A_PROFILE
            assert word_key(writing)
            assert word_key(writing) not in seen, (
                f"{writing}: {seen[word_key(writing)]}, {word.name}"
            )
            seen[word_key(writing)] = word.name


@given(st.sampled_from(KINDS), texts)
def test_normal_is_normal(kind: str, text: str) -> None:
    """What was normalised once stays as it is."""
    once = normalise(kind, text)
    assert normalise(kind, once) == once
    assert word_key(word_key(text)) == word_key(text)


@given(st.sampled_from(KINDS), st.lists(texts, max_size=8))
def test_a_list_is_as_good_twice(kind: str, typed: list[str]) -> None:
    """Saving a saved list changes nothing, and no two of it are one word."""
    once = normalise_all(kind, typed)
    assert normalise_all(kind, once) == once
    assert len({word_key(word) for word in once}) == len(once)
