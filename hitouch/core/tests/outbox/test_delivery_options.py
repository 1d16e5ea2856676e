"""Messages that may wait or be left out: quiet hours, and SMS over a person's daily limit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core.india_time import INDIA
from hitouch.core.models import OutboxMessage, SmsDay
from hitouch.core.outbox import delivery, senders
from hitouch.core.outbox import services as outbox
from hitouch.core.outbox.senders import base as senders_base
from hitouch.core.quiet_hours import QuietHours
from tests.support.waiting import DEADLINE_SECONDS

NIGHT = QuietHours(time(21), time(9))
EVENING = datetime(2026, 11, 30, 20, 59, 30, tzinfo=INDIA)
MORNING = datetime(2026, 12, 1, 9, tzinfo=INDIA)
State = OutboxMessage.State


class Provider:
    """A paid sender that records texts, or is down."""

    keeps_body = False
    is_paid = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_down = False

    def send(self, *, body: str, **other: Any) -> str:
        if self.is_down:
            raise senders_base.SendFailed("down")
        self.sent.append(body)
        return "its-id"


@pytest.fixture
def provider(monkeypatch, settings) -> Provider:
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)
    settings.HITOUCH_SMS_PER_PERSON_A_DAY = 3
    made = Provider()
    monkeypatch.setattr(senders, "for_channel", lambda channel: made)
    return made


def queue(at: datetime = NOON, to: str = "+919876500001", **options: Any) -> OutboxMessage:
    return outbox.queue_sms(
        to=to,
        template="chatbot/answered",
        context={"subject": "Pay"},
        at=at,
        options=outbox.DeliveryOptions(**options),
    )


def deliver(message: OutboxMessage, at: datetime = NOON) -> str:
    delivery.deliver(message_id=message.pk, now=at)
    message.refresh_from_db()
    return message.state


@pytest.mark.django_db
def test_a_message_that_comes_due_in_quiet_hours_waits(provider):
    """Queued before nine in the evening, taken by a slow worker after: it waits, uncounted."""
    message = queue(at=EVENING, quiet_hours=NIGHT)
    assert message.next_try_at == EVENING
    assert deliver(message, EVENING + timedelta(minutes=1)) == State.WAITING
    assert (message.next_try_at, message.tries, provider.sent) == (MORNING, 0, [])
    assert deliver(message, MORNING) == State.SENT


@pytest.mark.django_db
def test_another_try_does_not_fall_into_quiet_hours(provider):
    """A try that failed in the evening is repeated in the morning."""
    provider.is_down = True
    message = queue(at=EVENING, quiet_hours=NIGHT)
    deliver(message, EVENING)
    assert (message.next_try_at, message.tries) == (MORNING, 1)


@pytest.mark.django_db
def test_an_urgent_message_goes_at_night(provider):
    """Without quiet hours of its own a message never waits."""
    at = EVENING + timedelta(hours=3)
    assert deliver(queue(at=at), at) == State.SENT


@pytest.mark.django_db
def test_an_expiry_holds_in_quiet_hours_as_well(provider):
    """What is of no use in the morning is given up then, not sent."""
    at = EVENING + timedelta(hours=3)
    message = queue(at=at, quiet_hours=NIGHT)
    OutboxMessage.objects.update(good_until=MORNING - timedelta(hours=1))
    assert deliver(message, MORNING) == State.FAILED
    assert provider.sent == []


@pytest.mark.django_db
def test_a_person_gets_so_many_sms_a_day(provider):
    """The fourth that is not urgent is withheld and costs nothing; the next day counts anew."""
    messages = [queue(is_limited=True) for _ in range(4)]
    assert [deliver(each) for each in messages] == [State.SENT] * 3 + [State.WITHHELD]
    assert messages[3].body == ""
    spent = SmsDay.objects.get().paise
    assert deliver(queue(to="+919876500002", is_limited=True)) == State.SENT
    assert SmsDay.objects.get().paise == spent * 4 // 3
    tomorrow = NOON + timedelta(days=1)
    assert deliver(queue(at=tomorrow, is_limited=True), tomorrow) == State.SENT


@pytest.mark.django_db
def test_urgent_sms_do_not_count(provider):
    """Codes and security go out over the limit, and take none of its places."""
    assert [deliver(queue()) for _ in range(5)] == [State.SENT] * 5
    assert [deliver(queue(is_limited=True)) for _ in range(3)] == [State.SENT] * 3
    assert deliver(queue()) == State.SENT


@pytest.mark.django_db
def test_the_day_of_the_limit_is_indias(provider):
    """It ends at midnight in India, not at midnight UTC."""
    late, early = (
        datetime(2026, 11, 30, 23, 59, tzinfo=INDIA), datetime(2026, 12, 1, 0, 1, tzinfo=INDIA)
    )  # fmt: skip
    for _ in range(3):
        deliver(queue(at=late, is_limited=True), late)
    assert deliver(queue(at=late, is_limited=True), late) == State.WITHHELD
    assert deliver(queue(at=early, is_limited=True), early) == State.SENT


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_keep_the_limit(provider):
    """Eight workers with a message each to one number send three."""
    messages = [queue(is_limited=True) for _ in range(8)]

    def act(message: OutboxMessage) -> bool:
        try:
            return delivery.deliver(message_id=message.pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(act, messages, timeout=DEADLINE_SECONDS))
    assert sum(sent) == 3
    assert len(provider.sent) == 3
    assert OutboxMessage.objects.filter(state=State.WITHHELD).count() == 5


@pytest.mark.django_db
def test_withdraw_by_source(provider):
    """Only what waits, of these rows, and of one channel if asked."""
    sources = [uuid4(), uuid4()]
    first, second, other = queue(source=sources[0]), queue(source=sources[1]), queue()
    deliver(first)
    assert outbox.withdraw_mails(sources) == 0
    assert outbox.withdraw_sms(sources) == 1
    left = set(OutboxMessage.objects.values_list("pk", flat=True))
    assert left == {first.pk, other.pk}
    assert second.pk not in left


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "next_try"),
    [
        (None, EVENING + timedelta(hours=2)),
        (QuietHours(time(22), time(6)), MORNING - timedelta(hours=3)),
    ],
)
def test_other_quiet_hours_hold_for_what_waits(provider, hours, next_try):
    """A change holds for waiting messages; an urgent one is not made to wait."""
    at = EVENING + timedelta(hours=2)
    source = uuid4()
    message, urgent = queue(at=at, source=source, quiet_hours=NIGHT), queue(at=at, source=source)
    outbox.change_quiet_hours([source], quiet_hours=hours, at=at)
    message.refresh_from_db()
    urgent.refresh_from_db()
    assert (message.next_try_at, message.quiet_hours) == (next_try, hours)
    assert (urgent.next_try_at, urgent.quiet_hours) == (at, None)
