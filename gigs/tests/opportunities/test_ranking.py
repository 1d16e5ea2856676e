"""The best agents for an opportunity, as its client ranks them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from gigs import receivers, tasks
from gigs.applications import services as application_services
from gigs.invitations import services as invitations
from gigs.models import MatchProfile
from gigs.opportunities import match_profiles, matches, ranking
from gigs.tests.support.marketplace import (
    cleared,
    make_member,
    make_opportunity,
    owner_of,
    post_to,
)
from onboarding.signals import clearance_settled


def ranked(*agents: Agent) -> None:
    """Have these agents in the ranking, the first as the latest changed."""
    for number, agent in enumerate(agents):
        at = NOON - timedelta(minutes=number)
        match_profiles.request_refresh(agent, at=at)
    tasks.sweep()


def best(opportunity: Any) -> list[ranking.RankedAgent]:
    return ranking.best_agents(opportunity, now=NOON)


def agent_with(name: str, level: str = "B2", **facts: Any) -> Agent:
    made = cleared(name, level)
    for field, value in facts.items():
        setattr(made, field, value)
    made.save()
    return made


def test_score_is_that_which_the_agent_sees(asha: Any, orchid: Any):
    """Client and agent read the same parts, of the same words, for every kind of requirement."""
    offer = make_opportunity(
        orchid, skills=["Chat support", "Excel"], languages=["English", "Tamil"],
        qualifications="Bachelor's degree", experience_years=2,
    )  # fmt: skip
    ranked(asha)
    (row,) = best(offer)
    own = matches.match_of(offer, asha, on=NOON)
    assert row.match.parts == own.parts
    assert row.match.score == own.score
    assert row.parts[0].why == "Needs B1. Their level is B2."
    assert row.parts[1].why == "They have 1 of 2. Missing: Excel."


def test_order_is_by_score_then_by_the_latest_change(orchid: Any):
    """Who has all skills comes first; of equal agents, who changed the profile last."""
    offer = make_opportunity(orchid, skills=["Chat support", "Typing"])
    half, full = agent_with("Nila"), agent_with("Dev", skills=["Typing", "Chat support"])
    same = agent_with("Usha", skills=["Chat support", "Typing"])
    ranked(half, same, full)
    assert [row.agent_id for row in best(offer)] == [same.pk, full.pk, half.pk]


def test_only_agents_who_may_work_are_ranked(orchid: Any, opportunity: Any):
    """Below the level, not cleared, suspended: not in the list."""
    low, none, gone = agent_with("Nila", "A2"), agent_with("Dev"), agent_with("Usha")
    ranked(low, none, gone, agent_with("Ila"))
    assert len(best(opportunity)) == 3
    Agent.objects.filter(pk=none.pk).update(level="")
    match_profiles.request_refresh(none, at=NOON)
    tasks.sweep()
    receivers.account_was_shut(user=gone.user)
    assert len(best(opportunity)) == 1


def test_list_has_fifty_at_most(orchid: Any, monkeypatch: Any):
    """The rest is not shown, and few rows are compared."""
    monkeypatch.setattr(ranking, "BEST", 2)
    offer = make_opportunity(orchid)
    ranked(*(agent_with(f"Agent{number}") for number in range(4)))
    assert len(ranking.best_agents(offer, now=NOON, most=2)) == 2


def test_narrowing_finds_those_who_lack_something(orchid: Any, monkeypatch: Any):
    """With few rows compared, near ones are still found before far ones."""
    monkeypatch.setattr(ranking, "COMPARED", 1)
    monkeypatch.setattr(ranking, "MARGIN", 0)
    offer = make_opportunity(orchid, skills=["Typing", "Excel"], languages=["Tamil"])
    near = agent_with("Nila", skills=["Typing", "Excel"], languages=["English"])
    nearest = agent_with("Dev", skills=["Typing", "Excel"], languages=["Tamil"])
    far = [agent_with(f"Agent{number}", skills=[], languages=[]) for number in range(4)]
    ranked(*far, near, nearest)
    assert [row.agent_id for row in best(offer)][:2] == [nearest.pk, near.pk]


def test_twenty_skills_are_narrowed_with_small_statements(orchid: Any):
    """As many skills as a form takes: no statement names their half a million combinations."""
    names = [f"Skill {number:02}" for number in range(20)]
    offer = make_opportunity(orchid, skills=names)
    agents = [
        agent_with(f"Agent {number}", skills=names[:number], languages=["English"])
        for number in (19, 12, 3, 0)
    ]
    ranked(*agents)
    with CaptureQueriesContext(connection) as done:
        found = best(offer)
    assert [row.agent_id for row in found] == [agent.pk for agent in agents]
    assert max(len(query["sql"]) for query in done) < 50_000


def test_page_and_api_show_no_name_and_no_contact(
    asha: Any, opportunity: Any, owner: Any, viewer: Any, browser: Any
):
    """Reference, level, skills, languages, experience and reasons; the invitation is one click."""
    Agent.objects.filter(pk=asha.pk).update(bio="Call me at 98765 43210.")
    ranked(asha)
    url = reverse("gigs:client-agents", args=[opportunity.pk])
    page = browser(owner).get(url).content.decode()
    row = browser(viewer).get(reverse("api:gigs:client-agents", args=[opportunity.pk])).json()[0]
    assert "Their level is B2" in page
    assert set(row) == {
        "agent", "level", "skills", "languages", "months", "score", "parts", "standing", "status",
    }  # fmt: skip
    for secret in ("Asha", asha.user.email, "98765"):
        assert secret not in page
        assert secret not in str(row)
    post_to(browser(owner), "gigs:client-invite", opportunity.pk, agent=row["agent"])
    assert "Invitation sent" in browser(owner).get(url).content.decode()
    assert "Invite</button>" not in browser(viewer).get(url).content.decode()


def test_what_stands_is_marked(asha: Any, ravi: Any, opportunity: Any):
    """Who is invited or has applied is marked, with its state."""
    ranked(asha, ravi)
    by = owner_of(opportunity.client)
    invitations.invite(opportunity=opportunity, agent=asha, by=by, at=NOON)
    application_services.apply(opportunity=opportunity, agent=ravi, now=NOON)
    found = {row.agent_id: row.status for row in best(opportunity)}
    assert found == {asha.pk: "Invitation sent", ravi.pk: "Application pending"}


def test_blocking_agents_and_members_are_left_out(
    asha: Any, ravi: Any, opportunity: Any, orchid: Any
):
    """Who blocks the client, or works for it, is not offered."""
    ranked(asha, ravi)
    invitations.block_client(agent=asha, client=orchid, by=asha.user, at=NOON)
    make_member("Ravi", orchid, "MANAGER", user=ravi.user)
    assert best(opportunity) == []


@pytest.mark.parametrize("url_name", ["gigs:client-agents", "api:gigs:client-agents"])
def test_strangers_rank_nobody(url_name: str, opportunity: Any, outsiders: Any):
    """Another client does not find the opportunity; agents, staff and nobody are refused."""
    url = reverse(url_name, args=[opportunity.pk])
    found = {who: each.get(url).status_code for who, each in outsiders.items()}
    assert found["another client"] == 404
    assert found["another agent"] == found["staff"] == 403
    assert found["nobody"] in (302, 401)


def test_changed_profile_is_ranked_anew(asha: Any, opportunity: Any):
    """Saving the profile asks for a new row, which the next sweep writes."""
    ranked(asha)
    Agent.objects.filter(pk=asha.pk).update(skills=["Excel"])
    clearance_settled.send(sender=Agent, agent=asha, at=NOON)
    assert MatchProfile.objects.get().skills == ["chat support"]
    tasks.sweep()
    assert MatchProfile.objects.get().skills == ["excel"]


def test_row_is_refreshed_each_day(asha: Any, at_noon: Any):
    """Months of experience grow without a change of the profile."""
    ranked(asha)
    before = MatchProfile.objects.get()
    at_noon.move_to(NOON + timedelta(days=1))
    tasks.sweep()
    assert MatchProfile.objects.get().refresh_at > before.refresh_at


def test_statements_do_not_grow_with_agents(opportunity: Any):
    """Two agents and ten take the same statements."""

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            best(opportunity)
        return len(asked)

    ranked(*(agent_with(f"Agent{number}") for number in range(2)))
    few = statements()
    ranked(*(agent_with(f"More{number}") for number in range(8)))
    assert statements() == few
