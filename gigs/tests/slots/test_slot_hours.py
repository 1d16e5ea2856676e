"""The hours of slots: half hours of Indian time, over midnight and the end of a month, at most 12
hours; and slots that ask for a higher level than their opportunity."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from conftest import NOON
from gigs.eligibility import LevelTooLow
from gigs.models import Slot
from gigs.slots import claims, waitlist
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_slot,
    message_of,
    post_to,
    problem,
)
from hitouch.core.india_time import INDIA

MINUTE = timedelta(minutes=1)
BOTH = pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"], ids=["page", "api"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=INDIA)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-11-25T10:15", "2026-11-25T14:00", "slot_off_grid"),
        ("2026-11-25T10:00", "2026-11-25T14:29", "slot_off_grid"),
        ("2026-11-25T10:00:30", "2026-11-25T14:00", "slot_off_grid"),
        ("2026-11-25T10:00", "2026-11-25T22:30", "slot_too_long"),
        ("2026-11-25T10:00", "2026-12-25T10:00", "slot_too_long"),
        ("2026-11-25T10:00", "2026-11-25T10:00", "slot_empty"),
        ("2026-11-25T10:00", "2026-11-25T09:30", "slot_empty"),
        ("2026-11-22T10:00", "2026-11-22T12:00", "slot_over"),
    ],
)
def test_hours_that_no_slot_may_have(
    start: str, end: str, code: str, opportunity: Any, owner: Any, browser: Any
):
    """Page and API refuse with the same words, each fault with its own code; nothing is added."""
    times = {"starts_at": at(start).isoformat(), "ends_at": at(end).isoformat(), "capacity": 1}
    answer = post_to(browser(owner), "api:gigs:client-add-slot", opportunity.pk, **times)
    page = post_to(browser(owner), "gigs:client-add-slot", opportunity.pk, **times)
    assert problem(answer) == (409, code)
    assert answer.json()["detail"] in message_of(page)
    assert not opportunity.slots.exists()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-30T22:00", "2026-12-01T06:00"),
        ("2026-12-31T20:30", "2027-01-01T08:30"),
        ("2026-11-25T00:00", "2026-11-25T00:30"),
    ],
    ids=["month end", "year end, twelve hours", "half an hour at midnight"],
)
@BOTH
def test_hours_over_midnight(
    prefix: str, start: str, end: str, opportunity: Any, owner: Any, browser: Any
):
    """A slot may end on the next day, in the next month and in the next year."""
    times = {"starts_at": at(start).isoformat(), "ends_at": at(end).isoformat(), "capacity": 1}
    post_to(browser(owner), f"{prefix}client-add-slot", opportunity.pk, **times)
    slot = opportunity.slots.get()
    assert (slot.starts_at, slot.ends_at) == (at(start), at(end))


def test_the_database_keeps_new_slots_on_the_grid(opportunity: Any):
    """SQL past the services makes no slot off the half hours, nor at a level that is none."""
    for off in (MINUTE, timedelta(seconds=1), timedelta(microseconds=1)):
        for change in ({"starts_at": NOON + off}, {"ends_at": NOON + HOUR + off}):
            times = {"starts_at": NOON, "ends_at": NOON + HOUR, "capacity": 1, **change}
            with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic():
                opportunity.slots.create(**times)
    make_slot(opportunity)
    with pytest.raises(IntegrityError, match="slot_level_is_one"), transaction.atomic():
        opportunity.slots.update(minimum_level="D1")


@BOTH
def test_a_slot_asks_for_a_higher_level(
    prefix: str, opportunity: Any, owner: Any, asha: Any, ravi: Any, browser: Any
):
    """Only agents at the slot's level claim it; a lower one is shown which level is missing."""
    gigs = [hire(agent, opportunity) for agent in (asha, ravi)]
    times = {
        "starts_at": (NOON + DAY).isoformat(),
        "ends_at": (NOON + DAY + HOUR).isoformat(),
        "capacity": 2,
        "minimum_level": "C1",
    }
    post_to(browser(owner), f"{prefix}client-add-slot", opportunity.pk, **times)
    slot = Slot.objects.get()
    refused = post_to(browser(asha), f"{prefix}claim-slot", slot.pk)
    words = "This shift needs level C1. Your level is B2."
    if prefix == "gigs:":
        assert words in message_of(refused)
        assert "Needs level C1, above yours" in _gig_page(browser(asha), gigs[0])
        assert "Needs level C1, above yours" not in _gig_page(browser(ravi), gigs[1])
    else:
        assert problem(refused) == (409, "level_too_low")
        assert refused.json()["detail"] == words
        assert [_listed(browser(asha), gigs[0]), _listed(browser(ravi), gigs[1])] == ["C1", ""]
    assert post_to(browser(ravi), f"{prefix}claim-slot", slot.pk).status_code in (201, 302)
    assert [claim.agent for claim in slot.claims.all()] == [ravi]


def _gig_page(browser: Any, gig: Any) -> str:
    return str(browser.get(reverse("gigs:gig", args=[gig.pk])).content.decode())


def _listed(browser: Any, gig: Any) -> str:
    [row] = browser.get(reverse("api:gigs:gig-slots", args=[gig.pk])).json()["data"]
    assert row["minimum_level"] == "C1"
    return str(row["level_missing"])


@pytest.mark.parametrize(("level", "kept"), [("B1", ""), ("", ""), ("B2", "B2"), ("C2", "C2")])
def test_the_level_kept(level: str, kept: str, opportunity: Any):
    """The opportunity's own level is not repeated, so that a slot follows it."""
    assert make_slot(opportunity, minimum_level=level).minimum_level == kept


def test_a_slot_never_asks_for_a_lower_level(opportunity: Any, owner: Any, browser: Any):
    """Page and API refuse a level below the opportunity's."""
    times = {"starts_at": (NOON + DAY).isoformat(), "ends_at": (NOON + DAY + HOUR).isoformat()}
    facts = {**times, "capacity": 1, "minimum_level": "A2"}
    answer = post_to(browser(owner), "api:gigs:client-add-slot", opportunity.pk, **facts)
    page = post_to(browser(owner), "gigs:client-add-slot", opportunity.pk, **facts)
    assert problem(answer) == (409, "level_below_opportunity")
    assert answer.json()["detail"] in message_of(page)
    assert not Slot.objects.exists()


def test_who_waits_for_a_slot_needs_its_level(opportunity: Any, ravi: Any):
    """A waitlist is no way around the level."""
    slot = make_slot(opportunity, capacity=1, minimum_level="C1")
    hire(ravi, opportunity)
    low = cleared("Bina")
    hire(low, opportunity)
    claims.claim_slot(slot=slot, agent=ravi, now=NOON)
    with pytest.raises(LevelTooLow):
        waitlist.join(slot=slot, agent=low, at=NOON)
