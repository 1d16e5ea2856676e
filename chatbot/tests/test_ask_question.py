"""Matching of questions with entries."""

import pytest

from chatbot import queries, seeding
from chatbot.faq import interchange
from chatbot.models import FaqEntry
from conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]
QUESTIONS = [
    ("When do I get paid?", "payout_when"),
    ("payment kab aayega", "payout_when"),
    ("I forgot my pasword", "reset_password"),
    ("how do i release a shift", "cancel_shift"),
    ("which documents are needed", "kyc_docs"),
    ("bank account change", "payout_method"),
    ("talk to a human", "human"),
]


@pytest.mark.parametrize(("text", "key"), QUESTIONS)
def test_question_finds_its_entry(text, key):
    """Known wording, a typing error or Hinglish finds the right entry."""
    match = queries.match_faq(text)
    assert match.entry.key == key
    assert match.confidence >= queries.ANSWER_FROM


@pytest.mark.parametrize(
    "text",
    ["Do you sell pizza?", "What is the weather today?", "is there maternity leave", "???", "हेलो"],
)
def test_unknown_question_has_no_match(text):
    """A question on another subject gets neither an answer nor suggestions."""
    match = queries.match_faq(text)
    assert match.entry is None
    assert match.near == []


@pytest.mark.parametrize(
    "text", ["my aadhaar pdf is password protected", "which password has the e-aadhaar pdf"]
)
def test_locked_pdf_has_an_answer(text):
    """The help says which password a locked Aadhaar has."""
    entry = queries.match_faq(text).entry
    assert "first 4 letters of your name" in entry.text


def test_seeding_keeps_changes_of_staff():
    """Seeding again neither duplicates entries nor overwrites edited ones."""
    count = FaqEntry.objects.update(position=9)
    seeding.seed(NOON)
    assert FaqEntry.objects.filter(position=9, versions__number=1).count() == count
    assert count == sum(len(part.entries) for part in interchange.supplied_records())


def test_inactive_entry_is_not_given():
    """An inactive entry is not given as an answer."""
    FaqEntry.objects.filter(key="payout_when").update(is_active=False)
    match = queries.match_faq("When do I get paid?")
    assert match.entry is None or match.entry.key != "payout_when"
