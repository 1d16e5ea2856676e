"""Parsing language proficiency from a résumé."""

import pytest

from onboarding.resume.parser.languages import find_languages
from onboarding.vocabulary.lexicon import Lexicon

KNOWN = ("English", "Hindi", "Tamil")


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("English (fluent), Hindi (native), Tamil", "English FLUENT FLUENT; Hindi FLUENT -"),
        ("English - Fluent", "English FLUENT FLUENT"),
        ("English: Professional working proficiency", "English GOOD GOOD"),
        ("English: Full professional proficiency", "English FLUENT FLUENT"),
        ("Tamil: Limited working proficiency", "Tamil BASIC BASIC"),
        ("Hindi (mother tongue) | Tamil: basic", "Hindi FLUENT -; Tamil BASIC BASIC"),
        ("English: spoken fluent, written good", "English FLUENT GOOD"),
        ("Tamil (can speak, cannot write)", "Tamil - NONE"),
        ("• Hindi    Intermediate", "Hindi GOOD GOOD"),
        ("English B2, Tamil A1", "English GOOD GOOD; Tamil BASIC BASIC"),
        ("हिन्दी - fluent", "Hindi FLUENT FLUENT"),
        ("English, Hindi and Tamil", ""),
        ("Fluent typist", ""),
        ("French: fluent", ""),
    ],
)
def test_levels_of_a_line(line: str, read: str) -> None:
    """Only known languages count; a native language is spoken, but perhaps not written."""
    told = find_languages([line], KNOWN, Lexicon())
    said = "; ".join(f"{one.language} {one.spoken or '-'} {one.written or '-'}" for one in told)
    assert said == read
