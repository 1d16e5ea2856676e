"""Ratings: sealed until both are in or two weeks have passed, once, by both sides."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from gigs import standing, tasks
from gigs.applications import services as application_services
from gigs.engagements import services as gig_services
from gigs.models import Gig, Rating
from gigs.ratings import queries as rating_queries
from gigs.ratings import services as rating_services
from gigs.tests.support.marketplace import (
    DAY,
    hire,
    make_member,
    make_opportunity,
    message_of,
    owner_of,
    post_to,
    problem,
)
from hitouch.core.errors import Refusal

BOTH = pytest.mark.parametrize("api", ["", "api:"])


@pytest.fixture
def gig(asha: Any, opportunity: Any) -> Gig:
    """A gig that has ended."""
    made = hire(asha, opportunity)
    gig_services.end_gig(gig=made, why="Season over", by=None, at=NOON)
    made.refresh_from_db()
    return made


def rate(gig: Gig, side: str = "AGENT", **changes: Any) -> Rating:
    by = gig.agent.user if side == "AGENT" else owner_of(gig.client)
    facts = {"stars": 4, "comment": "Clear tasks.", "by": by, "at": NOON}
    return rating_services.rate(gig=gig, side=side, **(facts | changes))


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_both_open_at_once(gig: Gig):
    """The first is sealed; the second opens both."""
    first = rate(gig)
    assert not first.is_open
    assert list(rating_queries.readable_ratings(gig, "CLIENT")) == []
    assert list(rating_queries.readable_ratings(gig, "AGENT")) == [first]
    second = rate(gig, "CLIENT", stars=5)
    assert second.is_open
    assert rating_queries.readable_ratings(gig, "CLIENT").count() == 2


def test_a_rating_opens_after_two_weeks(gig: Gig, at_noon: Any):
    """Whether the other side rates or not."""
    rate(gig)
    at_noon.move_to(NOON + 14 * DAY - timedelta(seconds=1))
    tasks.sweep()
    assert not Rating.objects.get().is_open
    at_noon.move_to(NOON + 14 * DAY)
    tasks.sweep()
    assert Rating.objects.get().is_open


def test_a_change_shows(gig: Gig):
    """Stars cannot be changed, and the seal shows another comment."""
    rating = rate(gig)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Rating.objects.filter(pk=rating.pk).update(stars=1)
    assert rating.is_intact
    Rating.objects.filter(pk=rating.pk).update(comment="Terrible.")
    rating.refresh_from_db()
    assert not rating.is_intact


def test_once_each(gig: Gig):
    """A side rates once, and the database says so, too."""
    rating = rate(gig)
    assert code_of(lambda: rate(gig)) == "rated_already"
    rating.pk = None
    rating._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        rating.save(force_insert=True)


def test_refusals(asha: Any, opportunity: Any, gig: Gig):
    """Stars from one to five, not before something was approved, not months later."""
    assert code_of(lambda: rate(gig, stars=6)) == "stars_out_of_range"
    assert code_of(lambda: rate(gig, at=NOON + 61 * DAY)) == "rating_too_late"
    assert code_of(lambda: rate(gig, side="CLIENT", by=asha.user)) == "own_case"


def test_nothing_to_rate(ravi: Any, opportunity: Any):
    """A gig that has just begun cannot be rated."""
    made = hire(ravi, opportunity)
    assert code_of(lambda: rate(made)) == "nothing_to_rate"


@BOTH
def test_pages_and_api(api: str, gig: Gig, asha: Any, browser: Any, outsiders: Any):
    """Both sides rate, the second one reads the first, strangers find nothing."""
    owner = browser(owner_of(gig.client))
    mine, theirs = api + "gigs:rating", api + "gigs:client-rating"
    for name, stranger in ((mine, "another agent"), (theirs, "another client")):
        assert post_to(outsiders[stranger], name, gig.pk, stars=1).status_code == 404
        assert post_to(outsiders["nobody"], name, gig.pk, stars=1).status_code in (302, 401)
    post_to(browser(asha), mine, gig.pk, stars=5, comment="Friendly people.")
    assert "Friendly" not in owner.get(reverse(theirs, args=[gig.pk])).text
    post_to(owner, theirs, gig.pk, stars=4, comment="On time.")
    assert "Friendly" in owner.get(reverse(theirs, args=[gig.pk])).text
    assert "On time" in browser(asha).get(reverse(mine, args=[gig.pk])).text
    again = post_to(browser(asha), mine, gig.pk, stars=1)
    assert problem(again) == (409, "rated_already") if api else "already rated" in message_of(again)


def test_the_page_of_an_ended_gig_leads_to_its_rating(gig: Gig, asha: Any, browser: Any):
    """Both sides find it after the end; a viewer, who cannot rate, is not sent there."""
    owner, viewer = browser(owner_of(gig.client)), make_member("Vera", gig.client, role="VIEWER")
    theirs = reverse("gigs:client-rating", args=[gig.pk])
    page = reverse("gigs:client-gig", args=[gig.pk])
    assert theirs in owner.get(page).text
    assert theirs not in browser(viewer.user).get(page).text
    mine = browser(asha).get(reverse("gigs:gig", args=[gig.pk])).text
    assert reverse("gigs:rating", args=[gig.pk]) in mine


def test_a_hidden_comment_is_not_read(gig: Gig, staff_without_role: Any):
    """Staff hide it with a reason; the stars stay."""
    rate(gig)
    rating = rate(gig, "CLIENT", comment="Call her on 98...")
    assert (
        code_of(
            lambda: rating_services.hide(rating=rating, why=" ", by=staff_without_role, at=NOON)
        )
        == "reason_missing"
    )
    hidden = rating_services.hide(
        rating=rating, why="Contact details", by=staff_without_role, at=NOON
    )
    assert (hidden.shown_comment, hidden.stars) == ("", 4)


def test_standing_is_shown_before_people_decide(asha: Any, orchid: Any, browser: Any):
    """The client reads how an applicant was rated, an applicant how the client was."""
    for number in range(3):
        ended = hire(asha, make_opportunity(orchid, title=f"Chat {number}"))
        gig_services.end_gig(gig=ended, why="Over", by=None, at=NOON)
        ended.refresh_from_db()
        rate(ended, stars=4)
        rate(ended, "CLIENT", stars=5)
    offer = make_opportunity(orchid, title="Chat again")
    made = application_services.apply(opportunity=offer, agent=asha, now=NOON)
    owner = browser(owner_of(orchid))
    page = owner.get(reverse("gigs:client-application", args=[made.pk]))
    assert "5.0 of 5, in 3 gigs" in page.text
    page = browser(asha).get(reverse("gigs:opportunity", args=[offer.pk]))
    assert "rated 4.0 of 5 by agents, in 3 gigs" in page.text


def test_standing_needs_three():
    """Two ratings say nothing; old ones count less."""
    day = timedelta(days=1)
    assert standing.weighted([(5, NOON), (1, NOON)], now=NOON) is None
    recent = standing.weighted([(5, NOON), (5, NOON), (1, NOON - 720 * day)], now=NOON)
    assert recent is not None
    assert (recent.stars, recent.count) == ("4.9", 3)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3000)), min_size=3, max_size=30))
def test_standing_stays_between_the_stars(rows: list[tuple[int, int]]):
    """The average lies between the lowest and the highest rating, at any age."""
    found = standing.weighted(
        [(stars, NOON - timedelta(days=age)) for stars, age in rows], now=NOON
    )
    stars = [stars for stars, _ in rows]
    assert found is not None
    assert 100 * min(stars) <= found.average <= 100 * max(stars)
