"""Sittings in the admin: seen and decided, never edited."""

import pytest
from django.urls import reverse

from conftest import NOON
from proctoring.tests.support.cast import graded, invited

LIST = "/admin/proctoring/sitting/"


@pytest.fixture
def sitting(asha, assessment):
    return graded(asha)


def act(client, sitting, action, reason=""):
    sent = {"action": action, "_selected_action": str(sitting.pk), "reason": reason}
    client.post(LIST, sent)
    sitting.refresh_from_db()
    return sitting.state


def test_case_shows_photo_events_and_answers(sitting, proctor, signed_in):
    """One page, read only, with the way to the whole case."""
    client = signed_in(proctor)
    assert client.get(LIST).status_code == 200
    page = client.get(f"{LIST}{sitting.pk}/change/").content.decode()
    assert reverse("proctoring:case-photo", args=[sitting.pk]) in page
    assert "Recorded events" in page
    assert 'name="_save"' not in page


def test_actions_clear_and_take_back(sitting, proctor, signed_in):
    """The same services as over REST; no reason, nothing happens."""
    client = signed_in(proctor)
    assert act(client, sitting, "clear") == "CLEARED"
    assert act(client, sitting, "void") == "CLEARED"
    assert act(client, sitting, "void", "Notes on the desk.") == "VOIDED"


def test_action_grants_one_more_attempt(sitting, proctor, signed_in):
    """An invitation above the limit."""
    act(signed_in(proctor), sitting, "grant_attempt")
    assert sitting.agent.invitations.filter(why="GRANTED", invited_by=proctor).exists()


def test_other_lists_open(asha, assessment, proctor, signed_in):
    """The tests, the bank and the invitations can be looked at."""
    invited(asha, assessment, NOON)
    client = signed_in(proctor)
    for name in ("assessment", "question", "invitation"):
        assert client.get(f"/admin/proctoring/{name}/").status_code == 200
    page = client.get(f"/admin/proctoring/assessment/{assessment.pk}/change/")
    assert page.status_code == 200


def test_other_staff_see_no_sittings(sitting, reviewer, signed_in):
    """A reviewer is a stranger here, and nothing can be done by action either."""
    client = signed_in(reviewer)
    assert client.get(LIST).status_code in (302, 403)
    assert act(client, sitting, "clear") == "GRADED"
