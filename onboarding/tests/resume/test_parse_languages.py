"""Parsing language proficiency from a résumé."""

from datetime import date

import pytest

from onboarding.resume.parser.languages import find_languages
from onboarding.resume.parser.proposal import propose
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
        ("English: C1 Hindi: Native", "English FLUENT FLUENT; Hindi FLUENT -"),
        (
            "Native: Hindi, Fluent: English, Basic: Tamil",
            "Hindi FLUENT -; English FLUENT FLUENT; Tamil BASIC BASIC",
        ),
        ("Fluent in English and Hindi", "English FLUENT FLUENT; Hindi FLUENT FLUENT"),
        ("Working knowledge of Tamil", "Tamil GOOD GOOD"),
        ("English - excellent written and spoken", "English FLUENT FLUENT"),
        ("Tamil: Pre-intermediate", "Tamil BASIC BASIC"),
        ("Mother tongue: Hindi, Other languages: English", "Hindi FLUENT -"),
        ("French: fluent", ""),
    ],
)
def test_levels_of_a_line(line: str, read: str) -> None:
    """Only known languages count; a native language is spoken, but perhaps not written."""
    told = find_languages([line], KNOWN, Lexicon())
    said = "; ".join(f"{one.language} {one.spoken or '-'} {one.written or '-'}" for one in told)
    assert said == read


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ("Hindi/Native or bilingual/English/Fluent", "Hindi FLUENT -; English FLUENT FLUENT"),
        ("Mother tongue(s)/Hindi/Other language(s)/English", "Hindi FLUENT -"),
        ("Mother tongue: Hindi/English/B2", "Hindi FLUENT -; English GOOD GOOD"),
        ("English: fluent/Hindi/Tamil: basic", "English FLUENT FLUENT; Tamil BASIC BASIC"),
        ("\tListening\tReading\tSpoken interaction\tSpoken production\tWriting/"
         "English\tC2\tC1\tC1\tB2\tB1/Tamil\tB1\tA2\tB1\tA2\tA1",
         "English GOOD GOOD; Tamil BASIC BASIC"),
        ("ENGLISH/Listening C1 Reading C1 Writing B2/Spoken production C1 Spoken interaction B2",
         "English GOOD GOOD"),
    ],
)  # fmt: skip
def test_levels_of_several_lines(lines: str, read: str) -> None:
    """A level below or above its language, and the grid of the European Language Passport."""
    told = find_languages(lines.split("/"), KNOWN, Lexicon())
    said = "; ".join(f"{one.language} {one.spoken or '-'} {one.written or '-'}" for one in told)
    assert said == read


def test_a_heading_that_says_a_level() -> None:
    """What stands in the heading of a section counts for the language beside or below it."""
    for text in ("MOTHER TONGUE: Hindi", "MOTHER TONGUE(S)\nHindi\nOTHER LANGUAGE(S): English"):
        found = propose(text, today=date(2026, 11, 25)).fluency
        assert [(each.language, each.spoken, each.written) for each in found] == [
            ("Hindi", "FLUENT", "")
        ]
