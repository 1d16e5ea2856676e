"""What staff do on a client's behalf: asked for a reason, recorded, by the role only."""

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff, sign_in
from gigs.applications import services as application_services
from gigs.clients import behalf
from gigs.eligibility import OwnCase
from gigs.engagements import services as gig_services
from gigs.opportunities import services as opportunity_services
from gigs.tests.support.marketplace import hire, make_opportunity

WHY = "Asked by phone on Monday, ticket 12."


@pytest.fixture
def rows(orchid: Any, asha: Any, ravi: Any, opportunity: Any) -> dict[str, Any]:
    """A row for each act."""
    waits = application_services.apply(
        opportunity=opportunity, agent=ravi, terms_version=1, now=NOON
    )
    return {
        "publish": make_opportunity(orchid, title="Draft", publish=False),
        "close": make_opportunity(orchid, title="Open"),
        "accept": waits,
        "end": hire(asha, opportunity),
        "replace": hire(asha, make_opportunity(orchid, title="Phone desk")),
        "hold": hire(asha, make_opportunity(orchid, title="Mail desk")),
    }


def run(browser: Browser, act: str, row: Any, **data: str) -> Any:
    """The admin action of the row's list."""
    path = reverse(f"admin:gigs_{row._meta.model_name}_changelist")
    facts = {"action": f"{act}_for_the_client", "_selected_action": [str(row.pk)]}
    return browser.post(path, facts | data, follow=True)


def operations(name: str = "Meera") -> Any:
    """Staff of operations, who may look at gigs in the admin."""
    person = make_staff(name, "operations")
    codes = ["view_opportunity", "view_application", "view_gig"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return person


ACTS = ("publish", "close", "accept", "end", "replace", "hold")
AFTER = {
    "publish": "OPEN", "close": "CLOSED", "accept": "ACCEPTED", "end": "CANCELLED",
    "replace": "REPLACED", "hold": "ON_HOLD",
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_staff_act_for_the_client_with_a_reason(act: str, rows: Any):
    """First the question, and nothing happens; with a reason it is done and recorded."""
    meera, row = operations(), rows[act]
    browser, before = sign_in(Browser(), meera), row.state
    page = run(browser, act, row)
    assert "What the client asked for" in page.text
    run(browser, act, row, confirmed="1", reason=" ")
    row.refresh_from_db()
    assert row.state == before
    run(browser, act, row, confirmed="1", reason=WHY)
    row.refresh_from_db()
    assert row.state == AFTER[act]
    event = AuditEvent.objects.get(action="client.acted_for")
    assert (event.by, event.on_id) == (meera, str(row.pk))
    assert event.new == {"client": "Orchid Retail", "act": act, "why": WHY}
    assert row.events.order_by("pk").last().by == meera


@pytest.mark.parametrize("act", ACTS)
def test_staff_without_the_role_are_refused(act: str, rows: Any, staff_without_role: Any):
    """The list offers no such action, and a request of one does nothing."""
    row = rows[act]
    before = row.state
    looks = make_staff("Omar")
    looks.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    for person in (staff_without_role, make_staff("Fina", "finance"), looks):
        run(sign_in(Browser(), person), act, row, confirmed="1", reason=WHY)
    row.refresh_from_db()
    assert row.state == before
    assert not AuditEvent.objects.filter(action="client.acted_for").exists()


def test_service_refuses_other_roles(rows: Any, staff_without_role: Any, owner: Any):
    """Not only the page: neither other staff nor members act through it."""
    draft = rows["publish"]
    for person in (staff_without_role, owner.user):
        with pytest.raises(behalf.NotOperations):
            behalf.act_for_client(
                "publish", partial(opportunity_services.publish, opportunity=draft),
                client=draft.client, on=draft, why=WHY, by=person, at=NOON,
            )  # fmt: skip


def test_refusal_leaves_no_record(rows: Any):
    """What the rules refuse is not in the audit log as done."""
    meera, gig = operations(), rows["end"]
    gig_services.end_gig(gig=gig, why="Done.", by=meera, at=NOON)
    page = run(sign_in(Browser(), meera), "end", gig, confirmed="1", reason=WHY)
    assert "has changed since" in page.text
    assert not AuditEvent.objects.filter(action="client.acted_for").exists()


def test_staff_who_are_the_agent_do_not_decide(rows: Any, asha: Any):
    """Nobody decides on what concerns themselves, also not on a client's behalf."""
    meera = operations()
    asha.__class__.objects.filter(pk=asha.pk).update(user=meera)
    gig = rows["end"].__class__.objects.get(pk=rows["end"].pk)
    with pytest.raises(OwnCase):
        behalf.act_for_client(
            "end", partial(gig_services.end_gig, gig=gig, why="x"), client=gig.client, on=gig,
            why=WHY, by=meera, at=NOON,
        )  # fmt: skip
