"""Receipts of the consent to be recorded, and the page about the limits of monitoring."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from proctoring.artefacts.registry import artefacts
from proctoring.tests.support.cast import make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "SYSTEM_CHECK")


def test_consent_leaves_a_receipt_for_each_artefact(sitting, assessment):
    """What was told stays as it was told, with its days, whatever the list says later."""
    rows = list(sitting.receipts.order_by("position"))
    assert [row.artefact for row in rows] == [row.name for row in artefacts()]
    days = {row.artefact: row.keep_days for row in rows}
    assert days["face_numbers"] == assessment.retention_days
    assert days["answers"] is None
    assert all(row.given_at == sitting.consented_at for row in rows)
    with pytest.raises(DatabaseError), transaction.atomic():
        sitting.receipts.update(keep_days=9000)


def test_another_text_has_another_version():
    """A receipt tells which words were agreed to."""
    versions = [row.version for row in artefacts()]
    assert len(set(versions)) == len(versions)


def test_page_and_api_show_the_receipt_to_its_agent_alone(sitting, asha, ravi, signed_in):
    """The agent sees what they agreed to; another agent learns not even that it exists."""
    page = reverse("proctoring:receipt", args=[sitting.pk])
    address = f"/api/v1/sittings/{sitting.pk}/receipt/"
    own = signed_in(asha.user).get(page)
    assert artefacts()[0].what in own.content.decode()
    data = signed_in(asha.user).get(address).json()
    assert [row["artefact"] for row in data] == [row.name for row in artefacts()]
    stranger = signed_in(ravi.user)
    assert stranger.get(page).status_code == 404
    assert stranger.get(address).status_code == 404


def test_everybody_can_read_the_limits(client):
    """A person knows before signing up what monitoring sees and what it does not."""
    text = client.get(reverse("proctoring:limits")).content.decode()
    assert "What it cannot see" in text
    assert artefacts()[0].what in text
