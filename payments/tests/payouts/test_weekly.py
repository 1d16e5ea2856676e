"""The weekly batch: made once, by the site, for a person to approve, and not while stopped."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from conftest import NOON, make_agent, make_staff
from hitouch.core.india_time import INDIA
from hitouch.core.models import OperationsAlarm
from payments import seeding
from payments.earnings import services as earnings
from payments.models import Difference, Payout, PayoutBatch, WeeklyBatch
from payments.payouts import batches, services, switch, weekly
from payments.tests.factories import make_bank_account, make_work
from payments.tests.payouts import provider as support
from payments.tests.payouts.provider import send

pytestmark = pytest.mark.django_db
provider = support.provider
#: NOON is a Monday at noon in India.
MONDAY, HOUR = datetime(2026, 11, 23, 11, tzinfo=INDIA), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def schedule(provider, settings):
    settings.HITOUCH_PAYOUT_WEEKDAY, settings.HITOUCH_PAYOUT_HOUR = "MONDAY", 11


def ready(name, number, *, rupees=10_000):
    agent = make_agent(name)
    make_bank_account(agent, number)
    work = make_work(agent, title=f"Gig {name}", rate_paise=rupees * 100)
    return earnings.open_payment(work=work, at=NOON).payouts.get()


def overdue_difference():
    return Difference.objects.create(
        kind="MISSING_OURS", side="BANK", key="x", opened_at=NOON - 4 * DAY
    )


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MONDAY, MONDAY),
        (MONDAY + HOUR, MONDAY),
        (MONDAY - timedelta(microseconds=1), MONDAY - WEEK),
        (MONDAY + 6 * DAY, MONDAY),
        # Still Sunday in UTC.
        (datetime(2026, 11, 23, 0, 30, tzinfo=INDIA), MONDAY - WEEK),
    ],
)
def test_the_schedule_is_indias(now, due):
    """The last moment that has passed, by days and hours in India."""
    assert weekly.last_due(now, weekday="MONDAY", hour=11) == due


def test_it_is_made_once_and_waits_for_a_person(payout, checker, maker, signed_in):
    """All that is ready, submitted by nobody; a person approves, and it is sent."""
    other = ready("Tara", "501001234568")
    assert weekly.make_weekly_batch(now=NOON) == 1
    assert weekly.make_weekly_batch(now=NOON + DAY) == 0
    batch = PayoutBatch.objects.get()
    assert (batch.state, batch.maker, batch.count) == ("SUBMITTED", None, 2)
    page = signed_in(maker).get(reverse("admin:payments_payoutbatch_change", args=[batch.pk]))
    assert b"HitouchCX, weekly" in page.content
    assert b"Approve and send" in page.content
    shown = signed_in(maker).get(reverse("api:payments:batch", args=[batch.pk])).json()
    assert (shown["maker"], shown["count"]) == (None, 2)
    batches.approve_batch(batch=batch, count=2, total_paise=batch.total_paise, by=checker, at=NOON)
    for row in (payout, other):
        row.refresh_from_db()
        assert send(row).state == Payout.State.PROCESSING


def test_nobody_submits_or_empties_it(payout, maker, checker):
    """It has no maker who could change it; it can be rejected."""
    weekly.make_weekly_batch(now=NOON)
    batch = PayoutBatch.objects.get()
    with pytest.raises(batches.NotYourBatch):
        batches.submit_batch(batch=batch, by=maker, at=NOON)
    payout.refresh_from_db()
    with pytest.raises(batches.NotYourBatch):
        batches.remove_payout(payout=payout, by=maker, at=NOON)
    assert batches.reject_batch(batch=batch, reason="No.", by=maker, at=NOON).state == "REJECTED"


def test_a_large_one_needs_two_more_people(payout, settings, maker, checker):
    """Above the limit of one approval, two different people approve."""
    settings.HITOUCH_PAYOUT_SECOND_CHECK_RUPEES = 1
    weekly.make_weekly_batch(now=NOON)
    batch = PayoutBatch.objects.get()
    stated = {"batch": batch, "count": 1, "total_paise": batch.total_paise, "at": NOON}
    assert batches.approve_batch(by=maker, **stated).state == "CHECKED"
    with pytest.raises(batches.OwnBatch):
        batches.approve_batch(by=maker, **stated)
    assert batches.approve_batch(by=checker, **stated).state == "SENDING"


def test_the_next_week_has_its_own(payout):
    """Nothing ready is a week too; what was ready later is of the next one."""
    weekly.make_weekly_batch(now=NOON)
    assert weekly.make_weekly_batch(now=NOON + WEEK) == 0
    assert WeeklyBatch.objects.get(due_at=MONDAY + WEEK).reason == weekly.NOTHING_READY
    late = ready("Tara", "501001234568")
    assert weekly.make_weekly_batch(now=NOON + WEEK + DAY) == 0
    assert weekly.make_weekly_batch(now=NOON + 2 * WEEK) == 1
    late.refresh_from_db()
    assert late.batch.state == "SUBMITTED"


def test_limits_of_a_batch(payout, settings):
    """More than one batch may hold becomes several; what alone is too large is left to a person."""
    settings.HITOUCH_PAYOUT_BATCH_RUPEES = 20_000
    few = [ready("Tara", "501001234568"), ready("Ravi", "501001234569")]
    large = ready("Nila", "501001234570", rupees=30_000)
    assert weekly.make_weekly_batch(now=NOON) == 2
    assert sorted(PayoutBatch.objects.values_list("count", flat=True)) == [1, 2]
    large.refresh_from_db()
    assert (large.batch, large.state) == (None, "READY")
    assert len(few) == 2


def test_what_is_on_hold_is_left_out(payout, payment):
    """And a batch of nothing is not made."""
    services.hold_payment(payment=payment, cause="CHECK", note="Look.", at=NOON)
    assert weekly.make_weekly_batch(now=NOON) == 0
    assert not PayoutBatch.objects.exists()


@pytest.mark.parametrize("cause", ["stopped", "difference"])
def test_not_while_sending_is_stopped_or_differences_are_old(
    payout, maker, checker, signed_in, cause
):
    """A sentence says why, operations are told; it is made later in the week, once."""
    if cause == "stopped":
        switch.stop_sending(reason="The bank is closed.", by=maker, at=NOON)
        sentence = "Sending is stopped: The bank is closed."
    else:
        difference = overdue_difference()
        sentence = "1 difference has been open for more than 3 days."
    for minutes in range(3):
        assert weekly.make_weekly_batch(now=NOON + timedelta(minutes=minutes)) == 0
    page = signed_in(maker).get(reverse("admin:payments_payoutbatch_changelist"))
    assert sentence in page.content.decode()
    assert OperationsAlarm.objects.filter(name=weekly.ALARM).count() == 1
    if cause == "stopped":
        switch.start_sending(by=maker, at=NOON)
        switch.start_sending(by=checker, at=NOON)
    else:
        Difference.objects.filter(pk=difference.pk).update(state="RESOLVED")
    assert weekly.make_weekly_batch(now=NOON + DAY) == 1
    assert weekly.make_weekly_batch(now=NOON + DAY) == 0
    assert not OperationsAlarm.objects.filter(name=weekly.ALARM).exists()
    assert WeeklyBatch.objects.get().reason == ""


@pytest.mark.parametrize("off", ["day", "provider"])
def test_without_a_schedule_nothing_is_made(payout, settings, off):
    """No day, or nobody who sends batches."""
    if off == "day":
        settings.HITOUCH_PAYOUT_WEEKDAY = "NEVER"
    else:
        settings.RAZORPAYX_KEY_ID = ""
    assert weekly.make_weekly_batch(now=NOON) == 0
    assert (weekly.next_due(NOON), WeeklyBatch.objects.count()) == (None, 0)


def test_strangers(payout, signed_in):
    """Nobody outside of finance sees the batches."""
    weekly.make_weekly_batch(now=NOON)
    batch = PayoutBatch.objects.get()
    for stranger in (make_staff("Sita", "support"), make_staff("Noor")):
        client = signed_in(stranger)
        assert client.get(reverse("admin:payments_payoutbatch_changelist")).status_code == 403
        assert client.get(reverse("api:payments:batch", args=[batch.pk])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_it_once(provider):
    """At the same moment, on connections of their own."""
    seeding.seed(NOON)
    ready("Tara", "501001234568")
    together, made = threading.Barrier(4), []

    def work():
        together.wait(timeout=60)
        try:
            made.append(weekly.make_weekly_batch(now=NOON))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(made) == [0, 0, 0, 1]
    assert (PayoutBatch.objects.count(), WeeklyBatch.objects.count()) == (1, 1)
