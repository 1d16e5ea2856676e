"""Staff record a waiver in the admin; the service decides."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from conftest import NOON, make_staff, sign_in
from gigs.models import Waiver
from gigs.tests.support.marketplace import HOUR

ADD = "admin:gigs_waiver_add"


@pytest.fixture
def staff(db: Any) -> Browser:
    return sign_in(Browser(), make_staff("Sam", "operations"))


def times(first: int, last: int) -> dict[str, str]:
    return {
        "starts_at": (NOON + first * HOUR).isoformat(),
        "ends_at": (NOON + last * HOUR).isoformat(),
    }


def test_a_waiver_is_recorded(staff: Browser, asha: Any):
    """For one agent or everybody, with who recorded it."""
    for agent in ("", str(asha.pk)):
        facts = {**times(-3, -1), "reason": "The site was down.", "agent": agent}
        assert staff.post(reverse(ADD), facts).status_code == 302
    assert [row.agent for row in Waiver.objects.order_by("created_at")] == [None, asha]
    assert Waiver.objects.first().recorded_by.has_role("operations")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({**times(-3, 1), "reason": "Down"}, "ends_at"),
        ({**times(-3, -1), "reason": " "}, "reason"),
        ({**times(-3, -1), "reason": "Down", "agent": "Asha"}, "agent"),
        ({**times(-3, -1), "starts_at": "soon", "reason": "Down"}, "starts_at"),
    ],
)
def test_a_refused_waiver_keeps_what_was_typed(staff: Browser, facts: Any, field: str):
    """The sentence is beside the field, and nothing is recorded."""
    answer = staff.post(reverse(ADD), facts)
    assert list(answer.context["adminform"].form.errors) == [field]
    assert facts["reason"].strip() in answer.text
    assert not Waiver.objects.exists()


def test_other_staff_cannot_record_one(staff_without_role: Any):
    """Only the role operations."""
    answer = sign_in(Browser(), staff_without_role).post(reverse(ADD), times(-3, -1))
    assert answer.status_code in (302, 403)
    assert not Waiver.objects.exists()
