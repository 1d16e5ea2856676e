"""The time of a sitting: rows, deadlines, accommodations, outages, time added by staff."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NOON
from hitouch.core.errors import Refusal
from proctoring import queries
from proctoring.delivery import accommodations, timing
from proctoring.delivery import services as sittings
from proctoring.delivery.locks import lock_sitting
from proctoring.models import Accommodation, TimeAdjustment
from proctoring.tests.support.cast import make_sitting

TODAY = NOON.date()


def after(**time):
    return NOON + timedelta(**time)


def grant(agent, by, **facts):
    facts = {
        "extra_percent": 25, "break_minutes": 0, "reason": "Dyslexia, certificate seen",
        "valid_from": TODAY, "until": None,
    } | facts  # fmt: skip
    return accommodations.grant_accommodation(agent=agent, by=by, at=NOON, **facts)


def check_deadlines(sitting):
    """Work out all deadlines anew from the rows."""
    sitting.refresh_from_db()
    open_until, rest = None, 0
    for part in sitting.parts.all():
        seconds = part.adjustments.aggregate(sum=Sum("seconds"))["sum"] or 0
        if part.opened_at is not None:
            assert part.ends_at == part.opened_at + timedelta(seconds=seconds)
        if part.closed_at is None and part.opened_at is None:
            rest += seconds
        elif part.closed_at is None:
            open_until = part.ends_at
    if open_until is not None:
        assert sitting.ends_at == open_until + timedelta(seconds=rest)


ACTS = st.one_of(
    st.tuples(st.just("add"), st.integers(-1, 130)),
    st.tuples(st.just("outage"), st.integers(0, 400)),
    st.tuples(st.just("next"), st.integers(1, 2)),
    st.tuples(st.just("clock"), st.just(0)),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.tuples(ACTS, st.integers(0, 300)), max_size=8))
def test_deadlines_are_the_sum_of_their_rows(asha, assessment, proctor, acts):
    """Whatever happens: each deadline is the opening plus the rows, and outages keep the cap."""
    with transaction.atomic():
        sitting = make_sitting(asha, "IN_PROGRESS")
        now = NOON
        for (act, number), wait in acts:
            now += timedelta(seconds=wait)
            with suppress(Refusal):
                do(act, number, sitting=sitting, by=proctor, at=now)
            check_deadlines(sitting)
        outage = sitting.adjustments.filter(kind="OUTAGE").aggregate(sum=Sum("seconds"))["sum"]
        assert (outage or 0) <= 120
        transaction.set_rollback(True)


def do(act, number, *, sitting, by, at):
    """One thing that may happen to the time of a sitting."""
    if act == "add":
        timing.add_time(sitting=sitting, minutes=number, reason="x", by=by, at=at)
    elif act == "outage":
        locked = lock_sitting(sitting)
        timing.credit_outage(locked, since=at - timedelta(seconds=number), at=at)
    elif act == "next":
        sittings.close_section(sitting=sitting, position=number, at=at)
    else:
        sittings.advance_clock(sitting=sitting, at=at)


def test_accommodation_is_frozen_when_the_sitting_begins(asha, assessment, proctor):
    """25 % more time and breaks are added at the start; revoking it later changes nothing."""
    granted = grant(asha, proctor, break_minutes=5)
    sitting = make_sitting(asha, "IN_PROGRESS")
    first = queries.current_section(sitting)
    assert first.ends_at == after(minutes=8 + 2, seconds=150)
    assert sitting.ends_at == after(minutes=14 * 1.25 + 5)
    accommodations.revoke_accommodation(accommodation=granted, by=proctor, at=NOON)
    sittings.close_section(sitting=sitting, position=1, at=after(minutes=1))
    second = queries.current_section(sitting)
    assert second.ends_at == after(minutes=1 + 6 * 1.25, seconds=150)
    assert set(second.adjustments.values_list("kind", flat=True)) == {
        "PLAN", "ACCOMMODATION", "PAUSE",
    }  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"valid_from": TODAY + timedelta(days=1)},
        {"valid_from": TODAY - timedelta(days=9), "until": TODAY},
    ],
)
def test_accommodation_counts_in_its_period(asha, assessment, proctor, facts):
    """Only an accommodation that is valid on the day of the start gives time."""
    grant(asha, proctor, **facts)
    sitting = make_sitting(asha, "IN_PROGRESS")
    is_valid = facts["valid_from"] <= TODAY
    assert sitting.adjustments.filter(kind="ACCOMMODATION").exists() is is_valid


@pytest.mark.parametrize(
    "facts",
    [
        {"extra_percent": 0}, {"extra_percent": 201}, {"reason": "  "},
        {"until": TODAY - timedelta(days=1)},
    ],
)  # fmt: skip
def test_accommodation_needs_time_reason_and_period(asha, assessment, proctor, facts):
    """Nothing granted, too much, no reason or a period that is over are refused."""
    with pytest.raises(Refusal):
        grant(asha, proctor, **facts)
    assert not Accommodation.objects.exists()


def test_staff_add_time_by_api_and_admin(asha, assessment, proctor, signed_in, live_clock):
    """A proctor adds minutes with a reason; the row says who and why."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    client, path = signed_in(proctor), f"/api/v1/staff/sittings/{sitting.pk}/more-time/"
    facts = {"minutes": 5, "reason": "TECHNICAL", "text": "Power cut"}
    assert client.post(path, facts, "application/json").status_code == 200
    form = {
        "action": "add_time", "_selected_action": str(sitting.pk), "minutes": "3",
        "reason": "Fire drill",
    }  # fmt: skip
    client.post("/admin/proctoring/sitting/", form)
    client.post("/admin/proctoring/sitting/", {**form, "reason": " "})
    rows = list(sitting.adjustments.filter(kind="STAFF").order_by("at"))
    assert [(row.seconds, row.reason, row.by) for row in rows] == [
        (300, "A technical problem: Power cut", proctor),
        (180, "Something else: Fire drill", proctor),
    ]
    assert [row.text for row in sitting.interventions.order_by("at")] == ["Power cut", "Fire drill"]
    assert queries.current_section(sitting).ends_at == live_clock + timedelta(minutes=16)
    for wrong in ({**facts, "minutes": 0}, {**facts, "reason": "x"}):
        assert client.post(path, wrong, "application/json").status_code == 422


def test_only_proctors_give_time(asha, ravi, assessment, reviewer, signed_in, client, live_clock):
    """Agents, other staff and strangers neither add time nor grant accommodations."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    time, list_ = f"/api/v1/staff/sittings/{sitting.pk}/more-time/", "/api/v1/staff/accommodations/"
    for path in (time, list_):
        assert client.post(path, {}, "application/json").status_code == 401
        for user in (asha.user, ravi.user, reviewer):
            assert signed_in(user).post(path, {}, "application/json").status_code == 403
    assert not TimeAdjustment.objects.filter(kind="STAFF").exists()


def test_proctor_grants_and_revokes_by_api(asha, assessment, proctor, signed_in):
    """Accommodations are granted, listed and revoked through the API."""
    client, path = signed_in(proctor), "/api/v1/staff/accommodations/"
    facts = {
        "agent": str(asha.pk), "extra_percent": 25, "reason": "Low vision",
        "valid_from": str(TODAY),
    }  # fmt: skip
    made = client.post(path, facts, "application/json")
    assert (made.status_code, made.json()["break_minutes"]) == (201, 0)
    assert len(client.get(path).json()["data"]) == 1
    gone = client.post(f"{path}{made.json()['id']}/revoke/")
    assert gone.json()["revoked_at"]
    refused = client.post(path, facts | {"extra_percent": 0}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_granted")


def test_proctor_grants_and_revokes_in_the_admin(asha, assessment, proctor, signed_in):
    """The admin offers the same, with the refusals beside the fields."""
    client, page = signed_in(proctor), "/admin/proctoring/accommodation/"
    form = {
        "agent": str(asha.pk), "extra_percent": 0, "break_minutes": 0, "reason": "Low vision",
        "valid_from": str(TODAY), "until": "",
    }  # fmt: skip
    assert b"Enter more time" in client.post(f"{page}add/", form).content
    assert client.post(f"{page}add/", form | {"extra_percent": 50}).status_code == 302
    row = Accommodation.objects.get()
    assert (row.extra_percent, row.granted_by) == (50, proctor)
    client.post(page, {"action": "revoke", "_selected_action": str(row.pk)})
    row.refresh_from_db()
    assert row.revoked_at is not None
