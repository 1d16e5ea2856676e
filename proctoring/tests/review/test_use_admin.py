"""Admin of sittings: view, confirm, cancel, grant an attempt."""

import pytest
from django.urls import reverse

from conftest import NOON
from proctoring.tests.support.cast import make_graded_sitting, make_invitation

LIST = "/admin/proctoring/sitting/"


@pytest.fixture
def sitting(asha, assessment):
    return make_graded_sitting(asha)


def run_action(client, sitting, action, reason=""):
    sent = {"action": action, "_selected_action": str(sitting.pk), "reason": reason}
    client.post(LIST, sent)
    sitting.refresh_from_db()
    return sitting.state


def test_sitting_page_is_read_only(sitting, proctor, signed_in):
    """The page shows photo and events and cannot be saved."""
    client = signed_in(proctor)
    assert client.get(LIST).status_code == 200
    page = client.get(f"{LIST}{sitting.pk}/change/").content.decode()
    assert reverse("proctoring:case-photo", args=[sitting.pk]) in page
    assert "Recorded events" in page
    assert 'name="_save"' not in page


def test_actions_confirm_and_cancel(sitting, proctor, signed_in):
    """Actions confirm a result, and cancel it only with a reason."""
    client = signed_in(proctor)
    assert run_action(client, sitting, "clear") == "CLEARED"
    assert run_action(client, sitting, "void") == "CLEARED"
    assert run_action(client, sitting, "void", "Notes on the desk.") == "VOIDED"


def test_action_grants_an_attempt(sitting, proctor, signed_in):
    """The action creates an invitation beyond the limit."""
    run_action(signed_in(proctor), sitting, "grant_attempt")
    assert sitting.agent.invitations.filter(why="GRANTED", invited_by=proctor).exists()


def test_other_lists_are_visible(asha, assessment, proctor, signed_in):
    """Proctors see assessments, questions and invitations."""
    make_invitation(asha, assessment, NOON)
    client = signed_in(proctor)
    for name in ("assessment", "item", "invitation"):
        assert client.get(f"/admin/proctoring/{name}/").status_code == 200
    page = client.get(f"/admin/proctoring/assessment/{assessment.pk}/change/")
    assert page.status_code == 200


def test_other_staff_see_no_sittings(sitting, reviewer, signed_in):
    """Other staff can neither view nor decide."""
    client = signed_in(reviewer)
    assert client.get(LIST).status_code in (302, 403)
    assert run_action(client, sitting, "clear") == "GRADED"
