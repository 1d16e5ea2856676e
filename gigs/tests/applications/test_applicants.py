"""The people behind applications: what a client sees of them, in which order, and deciding."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.applications import applicants
from gigs.applications import services as application_services
from gigs.models import Application, Rating
from gigs.slots import claims
from gigs.standing import standing_of_agent
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_member,
    make_opportunity,
    make_slot,
    owner_of,
    post_to,
    problem,
    seat,
    work_hours,
)

HISTORY = applicants.History


def apply(agent: Any, opportunity: Any, note: str = "") -> Application:
    return application_services.apply(
        opportunity=opportunity, agent=agent, note=note, terms_version=1, now=NOON
    )


def rate(agent: Any, stars: list[int], client: Any, ages: list[int] | None = None) -> None:
    """Open ratings by a client, each so many days old."""
    for number, value in enumerate(stars):
        gig = hire(agent, make_opportunity(client, title=f"Rated {number}"))
        at = NOON - (ages[number] if ages else 1) * DAY
        Rating.objects.create(
            gig=gig,
            side="CLIENT",
            stars=value,
            submitted_at=at,
            opened_at=at,
            by=owner_of(client),
        )


def person_of(application: Application) -> applicants.Applicant:
    (found,) = applicants.people_behind([application], now=NOON)
    return found


def test_history_counts_gigs_shifts_and_time(asha: Any, opportunity: Any, orchid: Any):
    """Hours are those that count: within the shift, and not those that a correction replaced."""
    hire(asha, opportunity)
    slots = [make_slot(opportunity, n * DAY) for n in (3, 4, 5)]
    work_hours(seat(asha, slots[0]), 2 * HOUR)
    late = seat(asha, slots[1], NOON + 2 * DAY)
    claims.release_claim(claim=late, by=asha.user, at=NOON + 3 * DAY)
    found = person_of(apply(asha, make_opportunity(orchid, title="Next")))
    assert found.history == HISTORY(running=1, worked=1, late_releases=1, time=2 * HOUR)


def test_newcomer_has_no_history(asha: Any, opportunity: Any):
    """Nothing is made up for somebody who has done nothing yet."""
    found = person_of(apply(asha, opportunity))
    assert found.history.is_new
    assert found.standing is None


def test_what_is_asked_for_comes_first(asha: Any, opportunity: Any):
    """Skills and languages that the opportunity asks for are listed before the others."""
    asha.skills = ["Data entry", "Chat support"]
    asha.save()
    assert person_of(apply(asha, opportunity)).skills == ["Chat support", "Data entry"]


def test_people_cost_a_fixed_number_of_queries(opportunity: Any, owner: Any, browser: Any):
    """The page reads as often for ten applicants as for one."""

    def queries(number: int) -> int:
        for each in range(number):
            apply(cleared(f"Agent{number}{each}"), opportunity)
        client = browser(owner)
        client.get(reverse("gigs:client-applications"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("gigs:client-applications"))
        return len(found)

    assert queries(1) == queries(9)


def test_best_rated_first(asha: Any, ravi: Any, opportunity: Any, orchid: Any, rival: Any):
    """By the weighted average that is shown; who has too few ratings comes last."""
    rate(asha, [5, 5, 1], rival, [400, 400, 1])
    rate(ravi, [4, 4, 4], rival)
    new = cleared("Nila")
    rows = [apply(agent, opportunity) for agent in (asha, ravi, new)]
    found = applicants.by_standing(
        Application.objects.filter(pk__in=[r.pk for r in rows]), now=NOON
    )
    assert [row.agent for row in found] == [ravi, asha, new]
    for row, agent in ((found[0], ravi), (found[1], asha)):
        shown = standing_of_agent(agent, now=NOON)
        assert shown is not None
        assert abs(row.average * 100 - shown.average) <= 1


def test_page_filters_and_sorts(
    asha: Any, ravi: Any, opportunity: Any, orchid: Any, browser: Any, owner: Any
):
    """By opportunity, status and order; values that cannot be read are refused."""
    other = make_opportunity(orchid, title="Mail desk")
    first, second = apply(asha, opportunity), apply(ravi, other)
    Application.objects.filter(pk=first.pk).update(score=90)
    Application.objects.filter(pk=second.pk).update(score=40)
    client = browser(owner)

    def shown(**query: Any) -> list[str]:
        page = client.get(reverse("gigs:client-applications"), query)
        return [person.agent.given_name for person in page.context["people"]]

    assert shown(sort="match") == ["Asha", "Ravi"]
    assert shown(opportunity=str(other.pk)) == ["Ravi"]
    assert shown(state="REJECTED") == []
    for name in ("opportunity", "sort", "state", "colour"):
        answer = client.get(reverse("gigs:client-applications"), {name: "y"})
        assert answer.status_code == 400, name
    assert len(shown(sort="standing")) == 2


def test_compare_two_to_four(
    asha: Any, ravi: Any, opportunity: Any, browser: Any, owner: Any, rival: Any
):
    """Side by side; one, five, and applications to another client are not compared."""
    rows = [apply(agent, opportunity) for agent in (asha, ravi)]
    stranger = apply(cleared("Nila"), make_opportunity(rival))
    client, path = browser(owner), reverse("gigs:client-compare")
    page = client.get(path, {"applications": [row.pk for row in rows]})
    assert asha.name in page.text
    assert ravi.name in page.text
    assert client.get(path, {"applications": [rows[0].pk]}).status_code == 302
    assert client.get(path, {"applications": ["x", "y"]}).status_code == 302
    assert client.get(path).status_code == 302
    page = client.get(path, {"applications": [rows[0].pk, stranger.pk]})
    assert "Nila" not in page.text


def test_no_contacts(asha: Any, opportunity: Any, browser: Any, owner: Any):
    """Neither page nor API shows an address or a number of the agent."""
    application = apply(asha, opportunity)
    client = browser(owner)
    for name, *ids in (
        ("gigs:client-applications",),
        ("gigs:client-application", application.pk),
        ("api:gigs:client-application", application.pk),
    ):
        text = client.get(reverse(name, args=ids)).text
        assert asha.name in text
        assert asha.user.contact not in text


def test_accepting_several_names_the_cost_first(
    asha: Any, ravi: Any, opportunity: Any, browser: Any, owner: Any
):
    """The question says who, how many openings and how much; only the answer accepts."""
    rows = [apply(agent, opportunity) for agent in (asha, ravi)]
    client, path = browser(owner), reverse("gigs:client-accept-several")
    page = client.get(path, {"applications": [row.pk for row in rows]}).text
    assert "₹24,000.00" in page
    assert {row.state for row in Application.objects.all()} == {"PENDING"}
    client.post(path, {"applications": [row.pk for row in rows]})
    assert {row.state for row in Application.objects.all()} == {"ACCEPTED"}
    assert client.get(path).status_code == 302


def test_accepting_more_than_openings(opportunity: Any, browser: Any, owner: Any):
    """Each is accepted by itself, up to the headcount; the others are named and go on waiting."""
    rows = [apply(cleared(f"Agent{n}"), opportunity) for n in range(4)]
    answer = post_to(
        browser(owner),
        "api:gigs:client-accept-several",
        applications=[str(row.pk) for row in rows],
    ).json()
    assert (answer["accepted"], [row["code"] for row in answer["left_out"]]) == (
        3,
        ["headcount_reached"],
    )
    assert Application.objects.filter(state="PENDING").count() == 1


@pytest.mark.parametrize("site", ["gigs", "api:gigs"])
def test_strangers_accept_nothing(
    site: str, asha: Any, opportunity: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Applications of another client are as if they did not exist; others may not ask."""
    application = apply(asha, opportunity)
    for who, each in {**outsiders, "viewer": browser(viewer)}.items():
        answer = post_to(each, f"{site}:client-accept-several", applications=[str(application.pk)])
        assert answer.status_code in ((200, 302) if who == "another client" else (302, 401, 403))
        detail = each.get(reverse("api:gigs:client-application", args=[application.pk]))
        assert (detail.status_code == 200) == (who == "viewer")
    application.refresh_from_db()
    assert application.is_pending


def test_member_does_not_accept_themselves_among_several(
    asha: Any, ravi: Any, opportunity: Any, orchid: Any, browser: Any
):
    """Of several, the member's own application is left out."""
    own, other = apply(asha, opportunity), apply(ravi, opportunity)
    make_member("Asha", orchid, "MANAGER", user=asha.user)
    answer = post_to(
        browser(asha), "api:gigs:client-accept-several",
        applications=[str(own.pk), str(other.pk)],
    ).json()  # fmt: skip
    assert (answer["accepted"], answer["left_out"][0]["code"]) == (1, "own_case")


def test_rejecting_several_asks_for_the_reason(
    asha: Any, opportunity: Any, browser: Any, owner: Any
):
    """The question lists who it is; without a reason it stays, with what was ticked."""
    application = apply(asha, opportunity)
    client, path = browser(owner), reverse("gigs:client-reject-several")
    assert asha.name in client.get(path, {"applications": [application.pk]}).text
    page = client.post(path, {"applications": [application.pk]})
    assert "Choose a reason" in page.text
    assert str(application.pk) in page.text
    client.post(path, {"applications": [application.pk], "reason_code": "LEVEL"})
    application.refresh_from_db()
    assert application.state == "REJECTED"


def test_api_gives_the_person(asha: Any, opportunity: Any, browser: Any, owner: Any):
    """Skills, history and own words over the API, and a stranger's application is 404."""
    application = apply(asha, opportunity, note="I like shoppers.")
    answer = (
        browser(owner).get(reverse("api:gigs:client-application", args=[application.pk])).json()
    )
    assert answer["application"]["note"] == "I like shoppers."
    assert answer["skills"] == ["Chat support"]
    assert answer["standing"] is None
    assert answer["history"]["shifts_worked"] == 0
    missing = browser(owner).get(
        reverse("api:gigs:client-application", args=["00000000-0000-4000-8000-000000000000"])
    )
    assert problem(missing)[0] == 404
