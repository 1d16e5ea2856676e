"""An agent must sign a new version of an agreement before claiming; on pages and over the API."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import NOON, make_agent
from gigs.tests.support.marketplace import hire, make_slot, message_of, post_to, problem, seat
from onboarding.agreements import publishing, seeding
from onboarding.demo import agents
from onboarding.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_claim_before_the_new_version_is_signed(
    monkeypatch: Any, meera: Any, opportunity: Any, browser: Any, at_noon: Any
) -> None:
    """Refused while it is unsigned, also for somebody hired before; signed, the seat is taken.

    A seat that was taken under the old version stays.
    """
    monkeypatch.undo()
    seeding.seed(NOON)
    neha = factories.clear_agent(agent=make_agent("Neha"), reviewer=meera)
    gig = hire(neha, opportunity)
    first, slot = (make_slot(gig.opportunity, timedelta(days=ahead)) for ahead in (3, 4))
    seat(neha, first)
    publishing.publish_template(
        kind="NDA", version="9.0", title="Confidentiality agreement", text="NDA\n\nNew.",
        by=None, at=NOON + timedelta(minutes=1),
    )  # fmt: skip
    answer = post_to(browser(neha), "api:gigs:claim-slot", slot.pk)
    page = post_to(browser(neha), "gigs:claim-slot", slot.pk)
    assert problem(answer) == (409, "not_cleared")
    assert answer.json()["detail"] in message_of(page)
    assert neha.claims.get().slot == first
    at_noon.move_to(later := NOON + timedelta(minutes=30))
    agents.clear_agent(agent=neha, reviewer=meera, now=later)
    assert post_to(browser(neha), "api:gigs:claim-slot", slot.pk).status_code == 201
    assert neha.claims.count() == 2
