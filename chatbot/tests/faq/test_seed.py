"""The supplied FAQ: each text can be shown, says nothing by heart, and is seeded once."""

import re

import pytest
from django.urls import resolve

from chatbot import seeding
from chatbot.faq import checks, interchange, labels, queries, services, slots
from chatbot.faq.records import TextRecord
from chatbot.models import FaqEntry, FaqPhrasing, FaqVersion, HelpLanguage, LabelledMessage
from conftest import NOON, make_staff

RECORDS = [entry for category in interchange.supplied_records() for entry in category.entries]
#: Digits in supplied answers that follow from no rule of ours, and why. Text, and the key.
BARE_DIGITS = {
    "documents-locked-pdf": {"4": "UIDAI's rule for the password of an e-Aadhaar"},
    "assessment-what": {"1": "A1, the name of a level", "2": "C2, the name of a level"},
    "performance": {"1": "stars of a rating", "5": "stars of a rating"},
    "customer_abuse": {"112": "India's emergency number"},
    "tds": {"16": "Form 16A", "26": "Form 26AS"},
}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.key)
def test_entry_is_written_in_three_languages(record):
    """English, Hindi in Devanagari and Hinglish in Latin letters, each with ways to ask it."""
    assert set(record.texts) == set(HelpLanguage.values)
    for language, text in record.texts.items():
        share = len(re.findall("[\u0900-\u097f]", text.answer)) / len(text.answer)
        assert (share > 0.3) == (language == "HI"), language
    assert len(record.phrasings) + len(record.texts) >= 6
    assert {language for language, _ in record.phrasings} == set(HelpLanguage.values)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.key)
def test_numbers_in_answers_are_slots(record):
    """A number that follows from a rule is a slot; any other is listed here with its reason."""
    known = BARE_DIGITS.get(record.key, {})
    for text in record.texts.values():
        plain = slots.SLOT.sub("", re.sub(r"\]\([^)]*\)", "]", text.answer))
        assert set(re.findall(r"\d+", plain)) <= set(known)


def test_languages_name_the_same_slots():
    """What one language says by a slot, the others say too."""
    for record in RECORDS:
        names = {
            language: set(slots.names_in(text.answer)) for language, text in record.texts.items()
        }
        assert len(set(map(frozenset, names.values()))) == 1, record.key


def test_no_labelled_message_is_a_phrasing():
    """The doctor's messages measure the matcher, so none is given to it."""
    asked = {row["text"].casefold() for row in labels.supplied()}
    said = {text.casefold() for record in RECORDS for _, text in record.phrasings}
    said |= {text.question.casefold() for record in RECORDS for text in record.texts.values()}
    assert not asked & said


def test_no_two_entries_are_asked_in_the_same_words():
    """A phrasing leads to one entry."""
    owners = {}
    for record in RECORDS:
        for _, text in record.phrasings:
            assert owners.setdefault(text.casefold(), record.key) == record.key


def test_labels_name_supplied_entries():
    """Each label is the key of an entry, or says that there is none."""
    keys = {record.key for record in RECORDS}
    assert {row["entry"] for row in labels.supplied()} <= {*keys, None}


@pytest.mark.parametrize("language", HelpLanguage.values)
@pytest.mark.usefixtures("seeded")
def test_every_answer_is_shown(language):
    """Each entry renders in each language; no slot is left, and each link leads to a page."""
    shown = [entry for category in queries.help_page(language) for entry in category.entries]
    assert {answer.key for answer in shown} == {record.key for record in RECORDS}
    for answer in shown:
        assert answer.language == language
        assert "{{" not in answer.text
        assert "](" not in answer.text
        for link in answer.links:
            resolve(link["url"])


@pytest.mark.usefixtures("seeded")
def test_nothing_is_broken():
    """The nightly check finds nothing in the supplied FAQ."""
    entries = list(queries.entries_to_check())
    assert len(entries) == len(RECORDS)
    assert checks.faults_of_entries(entries) == []


@pytest.mark.usefixtures("seeded")
def test_sections_are_those_of_the_assessment():
    """The answer about the assessment names the sections that it has today, and no other."""
    entry = FaqEntry.objects.get(key="assessment-what")
    answer = queries.answer_of(entry.pk, language="EN")
    assert "reading (11 min), writing (14 min)" in answer.text
    assert "speaking" not in answer.text
    assert "25 minutes" in answer.text


@pytest.mark.usefixtures("faq")
def test_seeding_again_changes_nothing():
    """Neither entries nor versions nor phrasings nor labels are doubled."""
    models = (FaqEntry, FaqVersion, FaqPhrasing, LabelledMessage)
    before = [model.objects.count() for model in models]
    seeding.seed(NOON)
    assert [model.objects.count() for model in models] == before


def _older_version_of(key):
    """The supplied entry as an older HitouchCX supplied it."""
    records = [
        category for category in interchange.supplied_records() if category.title == "Payments"
    ]
    for entry in records[0].entries:
        if entry.key == key:
            entry.texts = {"EN": TextRecord("When is payday?", "On some day.")}
    interchange.seed(records=records, at=NOON)
    return FaqEntry.objects.get(key=key)


@pytest.mark.django_db
def test_an_older_supplied_version_is_replaced():
    """A newer HitouchCX brings its texts; the question of before is no phrasing any more."""
    entry = _older_version_of("payout_when")
    seeding.seed(NOON)
    entry.refresh_from_db()
    assert entry.version.number == 2
    assert entry.version.texts.count() == 3
    assert not entry.phrasings.filter(text="When is payday?").exists()
    assert FaqVersion.objects.get(entry=entry, number=1).state == "RETIRED"


@pytest.mark.django_db
def test_a_version_of_staff_is_kept():
    """What staff published, or began to write, is not replaced by a supplied text."""
    entry = _older_version_of("payout_when")
    services.draft(entry=entry, by=make_staff("Sunita", "support"))
    seeding.seed(NOON)
    entry.refresh_from_db()
    assert entry.version.number == 1
