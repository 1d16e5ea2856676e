"""Figures that the FAQ names are those that the code uses."""

import pytest

from chatbot import seeding
from chatbot.faq.queries import answer_of
from chatbot.models import FaqEntry, HelpLanguage
from conftest import NOON
from onboarding.models import KycUpload

pytestmark = pytest.mark.django_db


def test_locked_pdfs_say_how_often_a_password_can_be_tried():
    """The help names the number of wrong passwords after which a PDF is refused."""
    seeding.seed(NOON)
    entry = FaqEntry.objects.get(key="documents-locked-pdf")
    answer = answer_of(entry.pk, language=HelpLanguage.EN)
    assert answer
    assert f"After {KycUpload.MOST_PASSWORDS} wrong passwords" in answer.text
