"""Consents and closings in the admin: read-only, for staff who look after accounts."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.privacy import services as privacy
from accounts.staff import services as staff
from chatbot.desk import services as chatbot
from conftest import NOON, make_staff, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def omar(db: None) -> Browser:
    """Operations."""
    staff.apply_roles()
    return sign_in(Browser(), make_staff("Omar", "operations"))


def test_a_closing_shows_its_blockers(omar: Browser, nila: Any) -> None:
    """The admin shows why an account has not been closed yet."""
    chatbot.open_ticket(user=nila.user, subject="Question", text="Why?", at=NOON)
    closing = privacy.request_closing(user=nila.user, at=NOON)
    listed = omar.get(reverse("admin:accounts_closing_changelist"))
    assert str(closing.pk) in listed.content.decode()
    page = omar.get(reverse("admin:accounts_closing_change", args=[closing.pk]))
    assert b"You have an open support ticket" in page.content
    assert b'name="_save"' not in page.content


def test_consents_are_listed(omar: Browser, nila: Any) -> None:
    """Who agreed to which version, and when."""
    page = omar.get(reverse("admin:accounts_consent_changelist"))
    assert page.status_code == 200
    assert b"privacy" in page.content


@pytest.mark.parametrize("row", ["closing", "consent"])
def test_other_roles_are_refused(row: str) -> None:
    """Finance is refused, and an anonymous visitor is sent to log in."""
    staff.apply_roles()
    finance = sign_in(Browser(), make_staff("Finn", "finance"))
    url = reverse(f"admin:accounts_{row}_changelist")
    assert finance.get(url).status_code == 403
    assert Browser().get(url).status_code == 302
