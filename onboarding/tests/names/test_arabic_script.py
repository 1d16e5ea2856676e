"""Names in Arabic script: read where they can be one listed name only."""

import pytest

from onboarding.names import arabic_script
from onboarding.names.matching import MatchOutcome, compare_names


@pytest.mark.parametrize(
    ("script", "latin"),
    [
        ("محمد عارف", "Mohd Arif"),
        ("فاطمہ بیگم", "Fathima Begum"),
        ("ناصر خان", "Nasir Khan"),
        ("نصیر خان", "Naseer Khan"),
        ("عبداللہ شیخ", "Abdulla Shaikh"),
        ("عبدالعزیز انصاری", "Abdul Aziz Ansari"),
        ("مُصطفیٰ علی", "Mustafa Ali"),
        ("كمال احمد", "Kamal Ahmed"),
        ("یوسف ابراہیم", "Yousuf Ebrahim"),
        ("زینب خاتون", "Zainab Khatoon"),
    ],
)
def test_name_in_arabic_script_agrees(script: str, latin: str) -> None:
    """With the usual spellings of the same name, whatever keyboard and vowel marks were used."""
    assert compare_names(script, latin).band is MatchOutcome.AGREE


@pytest.mark.parametrize(
    ("script", "latin"),
    [
        ("ناصر خان", "Naseer Khan"),
        ("نصیر خان", "Nasir Khan"),
        ("اکرم علی", "Akram Ali"),
        ("اکرم علی", "Ikram Ali"),
        ("اسلم شیخ", "Islam Shaikh"),
        ("عامر خان", "Umar Khan"),
        ("سلمیٰ بیگم", "Salima Begum"),
        ("شمیم اختر", "Shamima Akhtar"),
        ("کامل حسین", "Kamal Hussain"),
        ("جمیل احمد", "Jamal Ahmed"),
        ("پروین بانو", "Pravin Bano"),
        ("ژژژ خان", "Zubair Khan"),
        ("خان ناصر", "Nasir Khan"),
        ("محمد", "Ramesh Kulkarni"),
    ],
)
def test_another_name_in_arabic_script_is_for_a_person(script: str, latin: str) -> None:
    """What can be two names, another one or none is for a person, and contradicts nothing."""
    assert compare_names(script, latin).band is MatchOutcome.LOOK


def test_a_word_that_can_be_two_names_stays() -> None:
    """Aslam and Islam are written alike without the marks of vowels."""
    assert arabic_script.to_latin("اسلم شیخ").startswith("اسلم ")
