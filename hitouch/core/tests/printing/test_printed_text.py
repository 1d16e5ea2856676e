"""Names of persons and other text that is printed."""

import pytest

from hitouch.core.printing.printed_text import (
    HOLDER_SIGNS,
    InvalidName,
    UnprintableText,
    clean_line,
    clean_name,
    clean_text,
)
from hitouch.core.tests.printing.test_fonts import SCHEDULED_LANGUAGES

HONEST = [
    "Asha", "K", "D'Souza", "D\u2019Souza", "K. M. Joseph", "K.M.Joseph", "Anne-Marie",
    "Md. Salman", "O\u2019Neil-Das", "A'isha", "Rao Jr.",
    "علی\u200cرضا", "محمد علی", "كشمیر", "ಶ್ರೀ", "ஷாஜி",
    "के\u0970 एम\u0970 जोसेफ", "ایم\u06d4 جوزف", "D\u2018Souza",
    "Jean\u2011Luc", "अॅना", "Иван", "Ελένη", "ബൈജു",
]  # fmt: skip


@pytest.mark.parametrize("name", [*HONEST, *(n.split()[0] for n in SCHEDULED_LANGUAGES.values())])
def test_names_of_people(name: str) -> None:
    """Names in every script of India, with initials, apostrophes, hyphens and joiners."""
    assert clean_name(name) == name


def test_names_are_kept_in_one_form() -> None:
    """Single blanks, and accents composed with their letters."""
    assert clean_name("  Asha \t de  Souza ") == "Asha de Souza"
    assert clean_name("Jose\u0301") == "Jos\u00e9"
    assert clean_name("") == ""


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("<script>alert(1)</script>", "less-than sign"),
        ("Asha\u202eoaR", "right-to-left override"),
        ("\u2066Asha\u2069", "left-to-right isolate"),
        ("Asha\u200bRao", "zero width space"),
        ("\ufeffAsha", "zero width no-break space"),
        ("Asha\u00adRao", "soft hyphen"),
        ("As\u200dha", "zero width joiner"),
        ("A\u200d\u094dsha", "signs and accents"),
        ("मो\u200cहन", "zero width non-joiner"),
        ("मोहन\u200d", "zero width joiner"),
        ("Asha\x00", "U+0000"),
        ("Asha\ue000", "U+E000"),
        ("Asha\ufe0f", "variation selector-16"),
        ("Asha\u034f", "combining grapheme joiner"),
        ("\u3164", "hangul filler"),
        ("Asha \U0001f600", "grinning face"),
        ("\u674e", "\u674e"),
        ("Asha 2", "digits"),
        ("Asha \u0968", "digits"),
        ("Asha \u00b2", "digits"),
        ("Asha@home", "commercial at"),
        ("Rao, Asha", "comma"),
        ("Asha_Rao", "low line"),
        ('Asha "A" Rao', "quotation mark"),
        ("\uff21sha", "fullwidth"),
        ("\ufb01na", "ligature"),
        ("\ufdf2", "ligature"),
        ("\u0410sha", "two alphabets"),
        ("-Asha", "letter"),
        ("...", "letter"),
        ("'Asha", "letter"),
        ("\u0301Asha", "letter"),
        ("Asha--Rao", "signs"),
        ("Asha-", "signs"),
        ("A" + "\u0323\u0301" * 5 + "sha", "accents"),
    ],
)
def test_other_text_is_no_name(name: str, named: str) -> None:
    """Markup, controls, invisible characters, emoji, digits; the message says what is wrong."""
    with pytest.raises(InvalidName) as refused:
        clean_name(name)
    assert named in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_names_of_account_holders() -> None:
    """Banks write joint holders, minors, relations and firms; markup is no name there either."""
    for name in ("A RAO & B RAO", "ASHA RAO (MINOR)", "ASHA RAO S/O K RAO", "A1 TRADERS"):
        assert clean_name(name, signs=HOLDER_SIGNS) == name
    with pytest.raises(InvalidName):
        clean_name("<b>Asha</b>", signs=HOLDER_SIGNS)


def test_lines_of_an_address() -> None:
    """Digits, signs and any script; line breaks become blanks."""
    for line in ("#12/3, 4th Cross (near park) – “Sai Krupa” & Sons, Rm. no. 5", "१२, गांधी मार्ग"):
        assert clean_line(line) == line
    assert clean_line("12 Lake Road\nPune") == "12 Lake Road Pune"
    for line in ("12 Lake Road \U0001f3e0", "12 Lake\u202e Road", "\u674e Road", "Lake\u200bRoad"):
        with pytest.raises(UnprintableText):
            clean_line(line)


def test_text_of_several_lines() -> None:
    """Line breaks are kept."""
    assert clean_text("1. One\r\n\r\n\u20b9 500") == "1. One\n\n\u20b9 500"
    with pytest.raises(UnprintableText):
        clean_text("1. One\n\U0001f600")
