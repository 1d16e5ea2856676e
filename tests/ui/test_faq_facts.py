"""Figures that the FAQ names are those that the code uses."""

import pytest

from chatbot import queries, seeding
from conftest import NOON
from onboarding.models import KycUpload

pytestmark = pytest.mark.django_db


def test_locked_pdfs_say_how_often_a_password_can_be_tried():
    """The help names the number of wrong passwords after which a PDF is refused."""
    seeding.seed(NOON)
    entry = queries.match_faq("my aadhaar pdf is password protected").entry
    assert f"After {KycUpload.MOST_PASSWORDS} wrong passwords" in entry.text
