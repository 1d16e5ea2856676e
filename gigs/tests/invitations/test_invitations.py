"""Invitations of agents, and opportunities that only the invited see."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from conftest import NOON
from gigs import tasks
from gigs.applications import services as application_services
from gigs.invitations import services as invitations
from gigs.models import AgentInvitation, Opportunity, SearchWord
from gigs.privacy import export
from gigs.tests.support.marketplace import (
    DAY,
    cleared,
    make_member,
    make_opportunity,
    message_of,
    owner_of,
    post_to,
    problem,
)
from hitouch.core.models import OutboxMessage


@pytest.fixture
def private(orchid: Any) -> Opportunity:
    return make_opportunity(orchid, title="Quiet desk", visibility="PRIVATE")


def invite(agent: Any, opportunity: Any, at: Any = NOON) -> AgentInvitation:
    by = owner_of(opportunity.client)
    return invitations.invite(opportunity=opportunity, agent=agent, by=by, at=at)


def apply(agent: Any, opportunity: Any, at: Any = NOON) -> Any:
    return application_services.apply(opportunity=opportunity, agent=agent, now=at)


def shown_to(browser: Any, opportunity: Any) -> set[int]:
    """What every page and endpoint about one opportunity answers an agent."""
    found = set()
    for site in ("gigs", "api:gigs"):
        for name in ("opportunity", "terms"):
            url = reverse(f"{site}:{name}", args=[opportunity.pk])
            found.add(browser.get(url).status_code)
        found.add(post_to(browser, f"{site}:apply", opportunity.pk).status_code)
    return found


def test_private_opportunity_is_found_by_the_invited_only(
    asha: Any, ravi: Any, private: Any, browser: Any
):
    """Others get a 404 by its id, on pages and over the API, for reading and for applying."""
    invite(asha, private)
    assert shown_to(browser(ravi), private) == {404}
    assert 404 not in shown_to(browser(asha), private)


def test_board_and_counts_leave_private_work_out(asha: Any, private: Any, browser: Any):
    """Neither list, search nor counts tell of it, not even to the invited."""
    invite(asha, private)
    here = browser(asha)
    assert here.get(reverse("api:gigs:opportunities")).json()["data"] == []
    for query in ("?q=quiet", "?sort=match", "?sort=pay", "?open_to_me=true"):
        answer = here.get(reverse("api:gigs:opportunities") + query).json()
        assert answer["data"] == []
    page = here.get(reverse("gigs:opportunities") + "?q=quiet").content.decode()
    assert "Quiet desk" not in page
    assert not SearchWord.objects.filter(word="quiet").exists()


def test_work_made_public_is_on_the_board(asha: Any, private: Any, owner: Any, browser: Any):
    """The client may open it to all later, without a new version of the terms."""
    url = reverse("api:gigs:client-opportunity", args=[private.pk])
    answer = (
        browser(owner).patch(url, {"visibility": "PUBLIC"}, content_type="application/json").json()
    )
    assert (answer["visibility"], answer["terms_version"]) == ("PUBLIC", 1)
    rows = browser(asha).get(reverse("api:gigs:opportunities") + "?q=quiet").json()["data"]
    assert [row["id"] for row in rows] == [str(private.pk)]


def test_inviting_on_the_page(asha: Any, opportunity: Any, owner: Any, browser: Any):
    """The agent is told, sees it at home and in the list, and the client sees no name."""
    post_to(browser(owner), "gigs:client-invite", opportunity.pk, agent=str(asha.pk))
    assert OutboxMessage.objects.filter(template="gigs/agent_invited").count() == 1
    mine = browser(asha).get(reverse("gigs:invitations")).content.decode()
    home = browser(asha).get(reverse("onboarding:home")).content.decode()
    assert "Orchid Retail" in mine
    assert str(asha.pk) in mine
    assert "Orchid Retail invites you to apply" in home
    page = browser(owner).get(reverse("gigs:client-agents", args=[opportunity.pk]))
    assert str(asha.pk) in page.content.decode()
    assert "Asha" not in page.content.decode()


def test_inviting_over_the_api(asha: Any, opportunity: Any, owner: Any, browser: Any):
    """Both sides list the invitation; the client's row has no name or contact."""
    url = reverse("api:gigs:client-agent-invitations", args=[opportunity.pk])
    made = browser(owner).post(url, {"agent": str(asha.pk)}, content_type="application/json")
    assert made.status_code == 201
    row = browser(owner).get(url).json()["data"][0]
    assert (row["agent"], row["state"], row["agent_level"]) == (str(asha.pk), "SENT", "B2")
    assert not any("name" in key or "mail" in key or "phone" in key for key in row)
    mine = browser(asha).get(reverse("api:gigs:invitations")).json()["data"][0]
    assert (mine["id"], mine["client"]) == (made.json()["id"], "Orchid Retail")


def not_open(agent: Any, opportunity: Any) -> None:
    Opportunity.objects.filter(pk=opportunity.pk).update(state="ON_HOLD")


def agent_not_eligible(agent: Any, opportunity: Any) -> None:
    type(agent).objects.filter(pk=agent.pk).update(level="A2")


def applied_already(agent: Any, opportunity: Any) -> None:
    apply(agent, opportunity)


def invited_already(agent: Any, opportunity: Any) -> None:
    invite(agent, opportunity)


def too_many_invitations(agent: Any, opportunity: Any) -> None:
    for number in range(3):
        invite(cleared(f"Agent{number}"), opportunity)


REFUSALS = [
    not_open, agent_not_eligible, applied_already, invited_already, too_many_invitations,
]  # fmt: skip


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_invitation_is_refused(
    arrange: Any, asha: Any, opportunity: Any, owner: Any, browser: Any, monkeypatch: Any
):
    """Page and API refuse with the same message, and nobody is told."""
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    arrange(asha, opportunity)
    before = AgentInvitation.objects.count()
    page = post_to(browser(owner), "gigs:client-invite", opportunity.pk, agent=str(asha.pk))
    url_name = "api:gigs:client-agent-invitations"
    answer = post_to(browser(owner), url_name, opportunity.pk, agent=str(asha.pk))
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)
    assert AgentInvitation.objects.count() == before


def test_limit_counts_the_last_day(opportunity: Any, monkeypatch: Any):
    """A day later the client can invite again."""
    monkeypatch.setattr(invitations, "MOST_A_DAY", 1)
    invite(cleared("Nila"), opportunity)
    with pytest.raises(invitations.TooManyAgentInvitations):
        invite(cleared("Dev"), opportunity, NOON + DAY - timedelta(seconds=1))
    assert invite(cleared("Usha"), opportunity, NOON + DAY).is_sent


def test_member_does_not_invite_themselves(asha: Any, opportunity: Any, orchid: Any):
    """Who decides is never whom it concerns."""
    make_member("Asha", orchid, "MANAGER", user=asha.user)
    with pytest.raises(Exception, match="concerns you"):
        invitations.invite(opportunity=opportunity, agent=asha, by=asha.user, at=NOON)


@pytest.mark.parametrize("agent", ["x", "", "00000000-0000-4000-8000-000000000000"])
def test_unknown_reference_invites_nobody(agent: str, opportunity: Any, owner: Any, browser: Any):
    """A malformed reference is an error of its field; one of nobody is not found."""
    answer = post_to(
        browser(owner), "api:gigs:client-agent-invitations", opportunity.pk, agent=agent
    )
    assert answer.status_code == (404 if len(agent) > 9 else 422)
    page = post_to(browser(owner), "gigs:client-invite", opportunity.pk, agent=agent)
    assert page.status_code == (404 if len(agent) > 9 else 200)


def test_applying_answers_the_invitation(asha: Any, private: Any, browser: Any):
    """The agent applies for private work, and still sees it afterwards."""
    sent = invite(asha, private)
    answer = post_to(browser(asha), "api:gigs:apply", private.pk, terms_version=1)
    assert answer.status_code == 201
    sent.refresh_from_db()
    assert sent.state == "APPLIED"
    url = reverse("api:gigs:opportunity", args=[private.pk])
    assert browser(asha).get(url).status_code == 200


def test_agent_who_withdrew_applies_again(asha: Any, private: Any):
    """Being invited once is enough for a second application."""
    invite(asha, private)
    first = apply(asha, private)
    application_services.withdraw(application=first, by=asha.user, at=NOON)
    assert apply(asha, private).is_pending


@pytest.mark.parametrize("site", ["gigs", "api:gigs"])
def test_declined_work_is_not_found_any_more(
    site: str, asha: Any, private: Any, owner: Any, browser: Any
):
    """The client reads the reason, cannot ask again, and the agent cannot decline twice."""
    sent = invite(asha, private)
    post_to(browser(asha), f"{site}:decline-invitation", sent.pk, reason="Too late at night.")
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("DECLINED", "Too late at night.")
    assert shown_to(browser(asha), private) == {404}
    again = post_to(browser(asha), "api:gigs:decline-invitation", sent.pk)
    assert problem(again) == (409, "wrong_state")
    page = browser(owner).get(reverse("gigs:client-agents", args=[private.pk])).content.decode()
    assert "Too late at night." in page
    with pytest.raises(invitations.AlreadyInvited):
        invite(asha, private)


@pytest.mark.parametrize("site", ["gigs", "api:gigs"])
def test_revoked_work_is_not_found_any_more(
    site: str, asha: Any, private: Any, owner: Any, browser: Any
):
    """A taken back invitation is gone for the agent; the client may send another."""
    sent = invite(asha, private)
    post_to(browser(owner), f"{site}:client-revoke-invitation", sent.pk)
    assert shown_to(browser(asha), private) == {404}
    assert browser(asha).get(reverse("api:gigs:invitations")).json()["data"] == []
    assert invite(asha, private).is_sent


def test_invitation_expires(asha: Any, private: Any, browser: Any, at_noon: Any):
    """After a week, or at the deadline if that is sooner, it ends by itself."""
    sent = invite(asha, private)
    assert sent.expires_at == private.apply_by
    at_noon.move_to(sent.expires_at)
    answer = post_to(browser(asha), "api:gigs:decline-invitation", sent.pk)
    assert problem(answer) == (409, "invitation_expired")
    tasks.sweep()
    sent.refresh_from_db()
    assert sent.state == "EXPIRED"
    assert shown_to(browser(asha), private) == {404}


def test_expired_invitation_opens_nothing(asha: Any, orchid: Any, browser: Any, at_noon: Any):
    """Also before the sweep has run, and while the opportunity is open."""
    private = make_opportunity(orchid, visibility="PRIVATE", apply_by=NOON + 20 * DAY)
    invite(asha, private)
    at_noon.move_to(NOON + 7 * DAY)
    answer = post_to(browser(asha), "api:gigs:apply", private.pk, terms_version=1)
    assert problem(answer) == (409, "invitation_expired")


def test_closing_ends_the_invitations(asha: Any, opportunity: Any, owner: Any, browser: Any):
    """Nobody is asked to apply for what is closed."""
    sent = invite(asha, opportunity)
    post_to(browser(owner), "gigs:client-close", opportunity.pk)
    sent.refresh_from_db()
    assert sent.state == "EXPIRED"


@pytest.mark.parametrize("site", ["gigs", "api:gigs"])
def test_agent_blocks_a_client(site: str, asha: Any, opportunity: Any, browser: Any):
    """What waits is declined, and the client is refused as for any agent who cannot work."""
    sent = invite(asha, opportunity)
    post_to(browser(asha), f"{site}:block-invitations", sent.pk)
    sent.refresh_from_db()
    assert sent.state == "DECLINED"
    with pytest.raises(Exception, match="cannot take up this work"):
        invite(asha, make_opportunity(opportunity.client, title="Mail desk"))
    blocked = asha.blocked_clients.get()
    if site == "gigs":
        post_to(browser(asha), "gigs:unblock-client", blocked.pk)
    else:
        listed = browser(asha).get(reverse("api:gigs:blocked-clients")).json()
        assert [row["client"] for row in listed] == ["Orchid Retail"]
        browser(asha).delete(reverse("api:gigs:unblock-client", args=[blocked.pk]))
    assert invite(asha, make_opportunity(opportunity.client, title="Mail desk")).is_sent


def test_strangers_do_nothing(asha: Any, private: Any, outsiders: Any, viewer: Any, browser: Any):
    """Another agent, another client, staff and nobody; a viewer reads and does not invite."""
    sent = invite(asha, private)
    asha_blocks = invitations.block_client(
        agent=asha, client=make_opportunity(private.client).client, by=asha.user, at=NOON
    )
    for site in ("gigs", "api:gigs"):
        for name, row in (
            ("decline-invitation", sent),
            ("block-invitations", sent),
            ("unblock-client", asha_blocks),
        ):
            url = reverse(f"{site}:{name}", args=[row.pk])
            ask = "delete" if (site, name) == ("api:gigs", "unblock-client") else "post"
            codes = {who: getattr(each, ask)(url).status_code for who, each in outsiders.items()}
            assert codes["another agent"] == 404
            assert codes["another client"] == codes["staff"] == 403
            assert codes["nobody"] in (302, 401)
        for name, row in (
            ("client-invite" if site == "gigs" else "client-agent-invitations", private),
            ("client-revoke-invitation", sent),
        ):
            url = reverse(f"{site}:{name}", args=[row.pk])
            codes = {who: each.post(url).status_code for who, each in outsiders.items()}
            assert codes["another client"] == 404
            assert codes["another agent"] == codes["staff"] == 403
            assert codes["nobody"] in (302, 401)
            assert browser(viewer).post(url).status_code == 403
    url = reverse("gigs:client-agents", args=[private.pk])
    assert browser(viewer).get(url).status_code == 200
    assert outsiders["another client"].get(url).status_code == 404


def test_database_keeps_invitations(asha: Any, ravi: Any, opportunity: Any):
    """One standing invitation per agent; whom it is for, and its end, cannot be rewritten."""
    sent = invite(asha, opportunity)
    rows = AgentInvitation.objects.filter(pk=sent.pk)
    for change in ({"agent": ravi}, {"state": "SENT", "sent_at": NOON + DAY}):
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        opportunity.invitations.create(agent=asha, by=sent.by, sent_at=NOON, expires_at=NOON + DAY)


def test_export_has_the_invitations(asha: Any, opportunity: Any):
    """The agent's export names client, opportunity and answer, and blocked clients."""
    sent = invite(asha, opportunity)
    invitations.block_client(agent=asha, client=opportunity.client, by=asha.user, at=NOON)
    found = export(asha.user)
    assert found["invitations"][0]["state"] == "Declined"
    assert found["blocked_clients"][0]["client"] == sent.opportunity.client.name
