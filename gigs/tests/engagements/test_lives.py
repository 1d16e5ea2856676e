"""Gigs and opportunities: hold, resume, end, replace and cancel, by page, API and staff."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff, sign_in
from gigs import tasks
from gigs.applications import services as application_services
from gigs.engagements import services as gig_services
from gigs.models import Gig, Opportunity, Project
from gigs.opportunities import services as opportunity_services
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    is_invalid,
    make_opportunity,
    make_slot,
    post_to,
    problem,
    seat,
    work_hours,
)
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates

WHY = {"reason": "The campaign is over."}
EACH = 300_00 * 40


@pytest.fixture
def gig(asha: Any, orchid: Any) -> Gig:
    return hire(asha, make_opportunity(orchid, headcount=1))


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_untouched_gig_can_be_ended(prefix: str, gig: Any, owner: Any, browser: Any):
    """The agent is told why, the place stays filled, and the project's money is free."""
    assert is_invalid(post_to(browser(owner), prefix + "client-end-gig", gig.pk))
    assert post_to(browser(owner), prefix + "client-end-gig", gig.pk, **WHY).status_code < 400
    gig.refresh_from_db()
    assert (gig.state, gig.unearned_paise) == ("CANCELLED", EACH)
    assert gig.events.get().why == WHY["reason"]
    assert AuditEvent.objects.get(action="gig.ended").by == owner.user
    assert OutboxMessage.objects.get(template="gigs/gig_ended")
    assert (gig.opportunity.state, Project.objects.get().promised_paise) == ("FILLED", 0)
    again = post_to(browser(owner), "api:gigs:client-end-gig", gig.pk, **WHY)
    assert problem(again) == (409, "wrong_state")


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_replaced_place_is_open_again(prefix: str, gig: Any, ravi: Any, owner: Any, browser: Any):
    """Headcount counts the gigs that were not replaced; another agent takes the place."""
    assert post_to(browser(owner), prefix + "client-replace-gig", gig.pk, **WHY).status_code < 400
    offer = Opportunity.objects.get()
    assert (offer.state, offer.filled) == ("OPEN", 0)
    assert Project.objects.get().promised_paise == EACH
    hire(ravi, offer)
    offer.refresh_from_db()
    assert (offer.state, offer.filled, offer.gigs.count()) == ("FILLED", 1, 2)


def test_ending_submits_what_was_worked(gig: Any, asha: Any, owner: Any, at_noon: Any):
    """A running shift ends, and its rest is paid; its time is handed in; what is left is free."""
    slot, later = make_slot(gig.opportunity), make_slot(gig.opportunity, DAY * 5)
    claim, ahead = seat(asha, slot), seat(asha, later)
    shift_services.clock_in(claim=claim, by=asha.user, at=slot.starts_at)
    end = slot.starts_at + HOUR
    seed_rates()
    gig_services.end_gig(gig=gig, why="Over.", by=owner.user, at=end)
    work = gig.works.get()
    assert (work.state, work.sessions.get().ended_by) == ("PENDING", "PLATFORM")
    ahead.refresh_from_db()
    later.refresh_from_db()
    assert (ahead.state, ahead.is_late_release, later.taken) == ("CANCELLED", False, 0)
    assert Project.objects.get().promised_paise == 4 * 300_00
    gig.refresh_from_db()
    facts: dict[str, Any] = {"gig": gig, "by": asha.user, "at": end}
    assert code_of(lambda: work_services.submit_work(summary="More", **facts)) == "gig_not_active"
    assert code_of(lambda: seat(asha, later, at=end)) == "gig_not_active"
    work_services.reject_work(work=work, member=owner, comment="Nothing was done.", at=end)
    assert Project.objects.get().promised_paise == 3 * 300_00
    assert work.sessions.count() == 1


def test_gig_on_hold_keeps_its_shifts(gig: Any, asha: Any, owner: Any, browser: Any, at_noon: Any):
    """Nobody works or claims meanwhile; a kept shift that passes is excused."""
    claim = seat(asha, make_slot(gig.opportunity))
    for prefix in ("gigs:", "api:gigs:"):
        post_to(browser(owner), prefix + "client-hold-gig", gig.pk, **WHY)
        gig.refresh_from_db()
        assert gig.is_on_hold
        assert code_of(lambda: seat(asha, make_slot(gig.opportunity, DAY * 9))) == "gig_not_active"
        gig.opportunity.slots.filter(taken=0).delete()
        post_to(browser(owner), prefix + "client-resume-gig", gig.pk)
        gig.refresh_from_db()
        assert gig.is_active
    gig_services.hold_gig(gig=gig, why="Pause.", by=owner.user, at=NOON)
    at_noon.move_to(claim.slot.ends_at)
    tasks.sweep()
    claim.refresh_from_db()
    assert claim.state == "EXCUSED"
    gig_services.end_gig(gig=gig, why="Over.", by=owner.user, at=claim.slot.ends_at)


def test_opportunity_on_hold_takes_nobody(
    asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """Neither applications nor acceptances, and what waits is kept."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    for prefix in ("gigs:", "api:gigs:"):
        post_to(browser(owner), prefix + "client-hold", opportunity.pk)
        answer = post_to(browser(owner), "api:gigs:client-accept", application.pk)
        assert problem(answer) == (409, "not_open")
        assert code_of(lambda: hire(ravi, opportunity)) == "not_open"
        post_to(browser(owner), prefix + "client-resume", opportunity.pk)
    application.refresh_from_db()
    assert application.is_pending
    opportunity_services.hold(opportunity=opportunity, by=None, at=NOON)
    tasks.maintenance.sweep(at=opportunity.decide_by)
    opportunity.refresh_from_db()
    assert opportunity.state == "CLOSED"


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_cancelling_ends_all(
    prefix: str, asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """Gigs end, applicants are told, shifts are cancelled, and no money is promised."""
    gig = hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    application = application_services.apply(opportunity=opportunity, agent=ravi, now=NOON)
    url = reverse("gigs:client-cancel", args=[opportunity.pk])
    assert "Agents whose gigs end" in browser(owner).get(url).content.decode()
    post_to(browser(owner), prefix + "client-cancel", opportunity.pk, **WHY)
    for row in (gig, claim, application, opportunity):
        row.refresh_from_db()
    states = [row.state for row in (opportunity, gig, claim, application)]
    assert states == ["CANCELLED", "CANCELLED", "CANCELLED", "EXPIRED"]
    assert Project.objects.get().promised_paise == 0
    assert code_of(lambda: make_slot(opportunity, DAY * 7)) == "opportunity_closed"


@pytest.mark.parametrize("state", ["OPEN", "ON_HOLD", "FILLED", "CLOSED"])
def test_only_a_draft_is_published(state: str, asha: Any, orchid: Any, owner: Any):
    """What was published keeps its terms and its money, also when it is on hold or filled."""
    opportunity = make_opportunity(orchid, headcount=1)
    if state == "ON_HOLD":
        opportunity_services.hold(opportunity=opportunity, by=owner.user, at=NOON)
    elif state == "FILLED":
        hire(asha, opportunity)
    elif state == "CLOSED":
        opportunity_services.close(opportunity=opportunity, by=owner.user, at=NOON)
    act = opportunity_services.publish
    refused = code_of(lambda: act(opportunity=opportunity, by=owner.user, at=NOON))
    opportunity.refresh_from_db()
    assert (refused, opportunity.state) == ("wrong_state", state)
    assert opportunity.terms.count() == 1


def test_replacement_needs_budget_and_an_open_opportunity(asha: Any, orchid: Any, owner: Any):
    """What the gig earns is committed once more; nothing changes where that is too much."""
    gig = hire(asha, make_opportunity(orchid, headcount=1))
    project = gig.opportunity.project
    work_hours(seat(asha, make_slot(gig.opportunity)), 2 * HOUR)
    Project.objects.filter(pk=project.pk).update(budget_paise=EACH + 599_99)
    facts: dict[str, Any] = {"gig": gig, "why": "Slow.", "by": owner.user, "at": NOON + 4 * DAY}
    assert code_of(lambda: gig_services.replace_gig(**facts)) == "budget_too_small"
    Project.objects.filter(pk=project.pk).update(budget_paise=EACH + 600_00)
    opportunity_services.close(opportunity=gig.opportunity, by=None, at=NOON)
    assert code_of(lambda: gig_services.replace_gig(**facts)) == "no_replacement"
    gig.refresh_from_db()
    assert gig.is_active


NAMES = ["client-hold-gig", "client-end-gig", "client-replace-gig", "client-complete"]


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_only_managers_of_the_client_change_gigs(
    prefix: str, gig: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Other clients get 404; viewers, agents and staff are refused."""
    for name in NAMES:
        url_name = prefix + name
        for who, status in (("another client", 404), ("another agent", 403), ("staff", 403)):
            assert post_to(outsiders[who], url_name, gig.pk, **WHY).status_code == status
        assert post_to(browser(viewer), url_name, gig.pk, **WHY).status_code == 403
        assert post_to(outsiders["nobody"], url_name, gig.pk, **WHY).status_code in (302, 401)
    gig.refresh_from_db()
    assert gig.is_active


def test_pages_of_a_gig(gig: Any, asha: Any, owner: Any, viewer: Any, browser: Any):
    """The client sees what ending costs; viewers only read; the agent reads the reason."""
    url = reverse("gigs:client-gig", args=[gig.pk])
    assert "End this gig" in browser(owner).get(url).content.decode()
    assert "End this gig" not in browser(viewer).get(url).content.decode()
    gig_services.end_gig(gig=gig, why="The shop closes.", by=owner.user, at=NOON)
    own = browser(asha).get(reverse("gigs:gig", args=[gig.pk])).content.decode()
    assert "The shop closes." in own


def test_staff_end_gigs_for_the_client(gig: Any, client: Any):
    """Operations can, and the audit says who did."""
    staff = make_staff("Omar", "operations")
    staff.user_permissions.set(Permission.objects.filter(codename="view_gig"))
    url = reverse("admin:gigs_gig_changelist")
    data = {"action": "end_for_the_client", "_selected_action": [str(gig.pk)]}
    data |= {"confirmed": "1", "reason": "Asked by phone."}
    sign_in(client, staff).post(url, data)
    gig.refresh_from_db()
    assert gig.state == "CANCELLED"
    assert AuditEvent.objects.get(action="gig.ended").by == staff
