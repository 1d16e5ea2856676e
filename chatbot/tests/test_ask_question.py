"""The supplied entries are found by the questions of people, also before they are encoded."""

import pytest

from chatbot import seeding
from chatbot.conversations.search import search
from chatbot.faq import interchange, services
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
    """Known wording, a typing error or Hinglish finds the right entry first."""
    assert search(text).answers[0].key == key


@pytest.mark.parametrize("text", ["Do you sell pizza?", "What is the weather today?", "???", "हेलो"])
def test_unknown_question_is_not_answered(text):
    """A question on another subject gets no answer."""
    assert not search(text).is_answered


@pytest.mark.parametrize(
    "text", ["my aadhaar pdf is password protected", "which password has the e-aadhaar pdf"]
)
def test_locked_pdf_has_an_answer(text):
    """The help says which password a locked Aadhaar has."""
    assert any("first 4 letters of your name" in each.text for each in search(text).answers)


def test_seeding_keeps_changes_of_staff():
    """Seeding again neither duplicates entries nor overwrites edited ones."""
    count = FaqEntry.objects.update(position=9)
    seeding.seed(NOON)
    assert FaqEntry.objects.filter(position=9, versions__number=1).count() == count
    assert count == sum(len(part.entries) for part in interchange.supplied_records())


def test_inactive_entry_is_not_given():
    """An inactive entry is not given as an answer."""
    entry = FaqEntry.objects.get(key="payout_when")
    services.set_active(entry=entry, is_active=False)
    assert "payout_when" not in [each.key for each in search("When do I get paid?").answers]
