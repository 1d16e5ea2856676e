"""The clocks of tickets: when they are due, when they stand still, and how that is explained."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from chatbot.desk import clocks, hours, refusals, services
from chatbot.desk.calendar import ClockReason
from chatbot.desk.clocks import ClockKind, ClockStatus
from chatbot.models import ServiceTarget, SupportHoliday, SupportHours
from chatbot.tests.desk.conftest import DAY, HOUR, MINUTE, make_member, open_one
from chatbot.tests.desk.minute_counter import MinuteCounter
from conftest import NOON, make_staff
from hitouch.core.india_time import INDIA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


@pytest.fixture
def member(db):
    return make_member("Sunita", on_duty=False)


def clock(ticket, kind, now):
    ticket.refresh_from_db()
    return next(each for each in clocks.read(ticket, now=now) if each.kind == kind)


def independent_count(start, end, stopped=()):
    """Working minutes between two moments, counted one by one from the rows of the calendar."""
    periods = {}
    for row in SupportHours.objects.all():
        periods.setdefault(row.weekday, []).append((row.opens, row.closes))
    days = set(SupportHoliday.objects.values_list("day", flat=True))
    return MinuteCounter(periods, days, list(stopped)).count(start, end)


def test_due_moments(asha):
    """A ticket of Monday noon is due after four working hours, around lunch."""
    ticket = open_one(asha.user)
    assert ticket.first_due_at.astimezone(INDIA) == datetime(2026, 11, 23, 17, tzinfo=INDIA)
    assert independent_count(NOON, ticket.first_due_at) == 240
    assert independent_count(NOON, ticket.resolution_due_at) == 1620
    assert ticket.next_due_at is None


def test_second_message_does_not_put_off_the_first_answer(asha):
    """The first response is due as before; the next response begins after an answer only."""
    ticket = open_one(asha.user)
    due = ticket.first_due_at
    services.reply(ticket=ticket, text="Hello?", at=NOON + 3 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.first_due_at, ticket.next_due_at) == (due, None)


def test_next_response(asha, member):
    """It runs from the oldest message without an answer until the answer."""
    ticket = open_one(asha.user)
    services.answer(ticket=ticket, by=member, text="Which?", at=NOON + MINUTE)
    services.reply(ticket=ticket, text="Today's.", at=NOON + HOUR)
    services.reply(ticket=ticket, text="At six.", at=NOON + 2 * HOUR)
    ticket.refresh_from_db()
    assert independent_count(NOON + HOUR, ticket.next_due_at) == 240
    assert ticket.first_due_at is None
    services.answer(ticket=ticket, by=member, text="Done.", at=NOON + 3 * HOUR)
    ticket.refresh_from_db()
    assert ticket.next_due_at is None


def test_hold_puts_off_by_what_it_lasted(asha, member):
    """On hold nothing is due; afterwards it is due later by the working time of the hold."""
    ticket = open_one(asha.user)
    due = ticket.first_due_at
    services.hold(ticket=ticket, by=member, reason="Asked the bank", at=NOON + HOUR)
    ticket.refresh_from_db()
    assert ticket.first_due_at is None
    assert clock(ticket, ClockKind.FIRST_RESPONSE, NOON + 2 * HOUR).status == ClockStatus.PAUSED
    services.resume(ticket=ticket, by=member, at=NOON + DAY)
    ticket.refresh_from_db()
    held = [("ON_HOLD", NOON + HOUR, NOON + DAY)]
    assert ticket.first_due_at > due
    assert independent_count(NOON, ticket.first_due_at, held) == 240


def test_clock_of_the_resolution_waits_for_the_user(asha, member):
    """Between an answer and the user's reply the resolution stands still, also after reopening."""
    ticket = open_one(asha.user)
    services.answer(ticket=ticket, by=member, text="Which?", at=NOON + HOUR)
    services.reply(ticket=ticket, text="Today's.", at=NOON + 2 * DAY)
    services.resolve(ticket=ticket, by=member, at=NOON + 2 * DAY + HOUR)
    services.reply(ticket=ticket, text="Still.", at=NOON + 4 * DAY)
    ticket.refresh_from_db()
    stopped = [
        ("WAITING_FOR_PERSON", NOON + HOUR, NOON + 2 * DAY),
        ("RESOLVED", NOON + 2 * DAY + HOUR, NOON + 4 * DAY),
    ]
    assert independent_count(NOON, ticket.resolution_due_at, stopped) == 1620
    found = clock(ticket, ClockKind.RESOLUTION, NOON + 5 * DAY)
    assert found.spent == independent_count(NOON, NOON + 5 * DAY, stopped) * MINUTE


def test_explanation_adds_up(asha, member):
    """The intervals of a clock have no gaps, and those that count are the time that was spent."""
    ticket = open_one(asha.user)
    services.hold(ticket=ticket, by=member, reason="Asked the bank", at=NOON + HOUR)
    services.resume(ticket=ticket, by=member, at=NOON + 7 * HOUR)
    ticket.refresh_from_db()
    now = NOON + 2 * DAY
    found = clocks.explain(ticket, ClockKind.FIRST_RESPONSE, now=now)
    assert (found[0].start, found[-1].end) == (NOON, now)
    assert all(one.end == two.start for one, two in pairwise(found))
    reasons = {each.reason for each in found}
    assert reasons >= {ClockReason.WORKING, ClockReason.ON_HOLD, ClockReason.CLOSED}
    counted = sum((each.length for each in found if each.counts), timedelta())
    assert counted == clock(ticket, ClockKind.FIRST_RESPONSE, now).spent
    assert clocks.explain(ticket, ClockKind.NEXT_RESPONSE, now=now) == []


@pytest.mark.parametrize(("late", "status"), [(-MINUTE, "MET"), (MINUTE, "MISSED")])
def test_met_or_missed(asha, member, late, status):
    """An answer before the due moment meets the target; one after it does not."""
    ticket = open_one(asha.user)
    due = ticket.first_due_at
    running = clock(ticket, ClockKind.FIRST_RESPONSE, due + late).status
    assert running == (ClockStatus.OVERDUE if late > timedelta() else ClockStatus.RUNNING)
    services.answer(ticket=ticket, by=member, text="Here.", at=due + late)
    assert clock(ticket, ClockKind.FIRST_RESPONSE, due + DAY).status == status


def test_priority_moves_the_due_moment(asha, member):
    """The targets of the new priority hold from the beginning of the clock."""
    ticket = open_one(asha.user)
    services.set_priority(ticket=ticket, by=member, priority=3, at=NOON)
    ticket.refresh_from_db()
    assert ticket.first_due_at == NOON + 15 * MINUTE


def test_changes_of_the_calendar_move_open_tickets(asha, member):
    """A holiday, other hours and other targets change what is due; closed tickets keep nothing."""
    ticket, closed = open_one(asha.user), open_one(asha.user)
    services.resolve(ticket=closed, by=member, at=NOON)
    hours.add_holiday(day=date(2026, 11, 23), name="Election day", by=member, at=NOON)
    ticket.refresh_from_db()
    assert ticket.first_due_at > NOON + 20 * HOUR
    assert independent_count(NOON, ticket.first_due_at) == 240
    hours.remove_holiday(
        holiday=SupportHoliday.objects.get(day=date(2026, 11, 23)), by=member, at=NOON
    )
    hours.change_hours(weekday=0, periods=[(time(9), time(20))], by=member, at=NOON)
    ticket.refresh_from_db()
    assert ticket.first_due_at == NOON + 4 * HOUR
    hours.change_target(
        priority=1, first_response_minutes=60, next_response_minutes=60, resolution_minutes=600,
        by=member, at=NOON,
    )  # fmt: skip
    ticket.refresh_from_db()
    closed.refresh_from_db()
    assert ticket.first_due_at == NOON + HOUR
    assert closed.first_due_at is None


@pytest.mark.parametrize(
    "periods",
    [[(time(9), time(9))], [(time(12), time(9))], [(time(9), time(13)), (time(12), time(18))]],
    ids=["empty", "backwards", "overlapping"],
)
def test_wrong_hours_are_refused(member, periods):
    """Periods of a day end after they begin and do not overlap; touching ones are fine."""
    with pytest.raises(refusals.HoursOverlap):
        hours.change_hours(weekday=0, periods=periods, by=member, at=NOON)
    touching = [(time(9), time(13)), (time(13), time(18))]
    hours.change_hours(weekday=0, periods=touching, by=member, at=NOON)
    assert SupportHours.objects.filter(weekday=0).count() == 2


def test_only_support_changes_the_calendar(staff_without_role):
    """Staff of other roles change neither hours nor holidays nor targets."""
    for by in (staff_without_role, make_staff("Mohan", "finance")):
        with pytest.raises(refusals.NotSupport):
            hours.change_hours(weekday=0, periods=[], by=by, at=NOON)
        with pytest.raises(refusals.NotSupport):
            hours.add_holiday(day=date(2026, 11, 24), name="Mine", by=by, at=NOON)
        with pytest.raises(refusals.NotSupport):
            hours.remove_holiday(holiday=SupportHoliday.objects.first(), by=by, at=NOON)
        with pytest.raises(refusals.NotSupport):
            hours.change_target(
                priority=1, first_response_minutes=1, next_response_minutes=1,
                resolution_minutes=1, by=by, at=NOON,
            )  # fmt: skip


def test_without_hours_nothing_is_due(asha):
    """Without a calendar there is no promise: no due moment, and no error."""
    SupportHours.objects.all().delete()
    ticket = open_one(asha.user)
    assert ticket.first_due_at is None
    ServiceTarget.objects.all().delete()
    assert open_one(asha.user).resolution_due_at is None


def test_seeded_holidays():
    """The three national holidays are there, next year's from October on, and only once."""
    days = set(SupportHoliday.objects.values_list("day", flat=True))
    for year in (2026, 2027):
        assert {date(year, 1, 26), date(year, 8, 15), date(year, 10, 2)} <= days
    assert hours.add_public_holidays(at=NOON) == 0
