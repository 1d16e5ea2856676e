"""The calendar feed: read by another library, by its secret address only, and revocable."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from conftest import NOON
from gigs.slots import calendar_feed, claims
from gigs.tests.support.marketplace import DAY, HOUR, hire, make_slot, seat


@pytest.fixture
def token(asha: Any) -> str:
    return calendar_feed.create_feed(agent=asha, at=NOON)


def events_of(token: str) -> list[Any]:
    answer = Browser().get(reverse("gigs:calendar", args=[token]))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return vobject.readOne(answer.content.decode()).contents.get("vevent", [])


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (datetime(2026, 11, 25, 17, 0, tzinfo=UTC), 4),  # over midnight in India
        (datetime(2026, 11, 30, 16, 30, tzinfo=UTC), 4),  # over the end of the month
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 6),  # over the end of the year
    ],
)
def test_another_library_reads_the_hours(
    start: datetime, hours: int, asha: Any, opportunity: Any, token: str
):
    """Start, end and title are what was claimed, over midnight, month and year."""
    gig = hire(asha, opportunity)
    slot = make_slot(opportunity, start - NOON, ends_at=start + hours * HOUR)
    claim = seat(asha, slot)
    (event,) = events_of(token)
    assert (event.dtstart.value, event.dtend.value) == (start, start + hours * HOUR)
    assert event.summary.value == f"{gig.title}, {gig.client}"
    assert event.uid.value.startswith(str(claim.pk))
    assert event.status.value == "CONFIRMED"


def test_a_released_shift_is_cancelled(asha: Any, opportunity: Any, token: str):
    """Calendars remove it: the same id with a higher sequence."""
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    (before,) = events_of(token)
    claims.release_claim(claim=claim, by=asha.user, at=NOON)
    (after,) = events_of(token)
    assert (after.uid.value, after.status.value) == (before.uid.value, "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)


def test_text_is_escaped(asha: Any, orchid: Any, opportunity: Any, token: str):
    """Commas, semicolons and line breaks of a title stay text."""
    title = "Chat; late, with\nBEGIN:VEVENT and हिंदी " + "long " * 15
    gig = hire(asha, opportunity)
    type(gig).objects.filter(pk=gig.pk).update(title=title[:120])
    seat(asha, make_slot(opportunity))
    (event,) = events_of(token)
    assert event.summary.value == f"{title[:120]}, {orchid}"


def test_only_the_newest_address_works(asha: Any, token: str, browser: Any):
    """A new address stops the one before, and stopping it leaves none."""
    page = browser(asha).post(reverse("gigs:create-calendar"))
    address = page.context["address"]
    assert address.startswith("http")
    assert Browser().get(reverse("gigs:calendar", args=[token])).status_code == 404
    assert Browser().get(address).status_code == 200
    browser(asha).post(reverse("gigs:revoke-calendar"))
    assert Browser().get(address).status_code == 404
    assert not hasattr(type(asha).objects.get(pk=asha.pk), "calendar_feed")


def test_a_suspended_agent_has_no_feed(asha: Any, token: str):
    """The address stops with the account."""
    User.objects.filter(pk=asha.user_id).update(status=User.Status.SUSPENDED)
    assert Browser().get(reverse("gigs:calendar", args=[token])).status_code == 404


def test_the_feed_asks_a_fixed_number_of_questions(
    asha: Any, opportunity: Any, token: str, django_assert_num_queries: Any
):
    """However many shifts there are."""
    hire(asha, opportunity)
    for number in range(3):
        seat(asha, make_slot(opportunity, (3 + number) * DAY))
    with django_assert_num_queries(2):
        assert len(events_of(token)) == 3


def test_old_shifts_leave_the_feed(asha: Any, opportunity: Any, token: str, at_noon: Any):
    """After a month."""
    hire(asha, opportunity)
    slot = make_slot(opportunity)
    seat(asha, slot)
    at_noon.move_to(slot.ends_at + calendar_feed.PAST + timedelta(minutes=1))
    assert events_of(token) == []
