"""Normalisation of skills and languages to listed terms."""

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
    """Letter case, spaces, dashes and synonyms are normalised; unlisted terms stay as typed."""
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
    """Names of languages in their own script are recognised."""
    assert normalise(LANGUAGES, typed) == meant


def test_duplicates_are_removed() -> None:
    """A list contains each term once, in order, without empty entries."""
    typed = ["Excel", "ms excel", " , ", "C", "C++", "C#", "c", "Advanced Excel"]
    assert normalise_all(SKILLS, typed) == ["Excel", "C", "C++", "C#"]


def test_accepted_terms_do_not_override_the_file() -> None:
    """Terms accepted by staff are recognised, but the file has precedence."""
    adopted = {word_key("Voice bots"): "Voice bot training", word_key("chat"): "Cats"}
    assert normalise(SKILLS, "voice-bots", adopted) == "Voice bot training"
    assert normalise(SKILLS, "chat", adopted) == "Chat support"
    assert lexicon.is_known(SKILLS, "voice bots", adopted)
    assert not lexicon.is_known(SKILLS, "voice bots")


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_consistent(kind: str) -> None:
    """No spelling belongs to two terms or is redundant, and each fits the column."""
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
def test_normalisation_is_idempotent(kind: str, text: str) -> None:
    """A normalised term does not change again."""
    once = normalise(kind, text)
    assert normalise(kind, once) == once
    assert word_key(word_key(text)) == word_key(text)


@given(st.sampled_from(KINDS), st.lists(texts, max_size=8))
def test_list_normalisation_is_idempotent(kind: str, typed: list[str]) -> None:
    """A normalised list does not change again and has no duplicates."""
    once = normalise_all(kind, typed)
    assert normalise_all(kind, once) == once
    assert len({word_key(word) for word in once}) == len(once)
