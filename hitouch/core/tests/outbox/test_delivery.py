"""The outbox: rows first, sent after the commit, at least once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection

from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import delivery, senders
from hitouch.core.outbox import services as outbox
from hitouch.core.outbox.senders import base as senders_base
from tests.support.waiting import DEADLINE_SECONDS, wait_until


class Recorder:
    """A sender that records messages, or fails a number of times."""

    keeps_body = False
    is_paid = False

    def __init__(self, faults: int = 0) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.faults = faults

    def send(self, *, to: str, subject: str, body: str, **other: Any) -> str:
        if self.faults:
            self.faults -= 1
            raise senders_base.SendFailed("down")
        self.sent.append((to, subject, body))
        return "its-id"


@pytest.fixture
def recorder(monkeypatch):
    made = Recorder()
    monkeypatch.setattr(senders, "for_channel", lambda channel: made)
    return made


@pytest.fixture
def message(tmp_path, settings, db):
    """A queued mail with a template of its own."""
    folder = tmp_path / "test" / "messages"
    folder.mkdir(parents=True)
    (folder / "hello.txt").write_text("Subject: Hello {{ name }}\n\nYour code is 123456.\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return outbox.queue_mail(
        to="asha@example.com", template="test/hello", context={"name": "Asha"}, at=NOON
    )


def test_message_is_sent_once(message, recorder):
    """Delivering twice sends once, and the body is removed from the row."""
    assert delivery.deliver(message_id=message.pk, now=NOON)
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    assert recorder.sent == [("asha@example.com", "Hello Asha", "Your code is 123456.\n")]
    row = OutboxMessage.objects.get()
    assert (row.state, row.body, row.sent_at) == ("SENT", "", NOON)


def test_a_code_never_lies_in_the_database_in_clear(message):
    """Address and body are stored encrypted."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT "to", subject, body FROM core_outboxmessage')
        raw = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"123456" not in raw
    assert b"asha" not in raw


def test_a_fault_of_the_provider_is_tried_again_later(message, recorder):
    """It waits a minute, then five, and is not lost."""
    recorder.faults = 2
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    assert not delivery.deliver(message_id=message.pk, now=NOON + timedelta(seconds=59))
    assert delivery.sweep(now=NOON + timedelta(minutes=1)) == 0
    assert delivery.sweep(now=NOON + timedelta(minutes=6)) == 1
    assert len(recorder.sent) == 1


def test_a_message_is_given_up_after_its_last_wait(message, recorder):
    """After six failures it is FAILED, with the error."""
    recorder.faults = 99
    for hour in range(0, 60, 5):
        delivery.sweep(now=NOON + timedelta(hours=hour))
    row = OutboxMessage.objects.get()
    assert (row.state, row.tries, row.last_error) == ("FAILED", 6, "down")


def test_a_worker_that_died_while_sending_is_followed_by_another(message, recorder):
    """The lease ends after ten seconds; then the sweep sends the message."""
    delivery._take(message.pk, NOON)
    assert delivery.sweep(now=NOON + timedelta(seconds=9)) == 0
    assert delivery.sweep(now=NOON + timedelta(seconds=10)) == 1


def test_a_message_that_kills_its_workers_is_given_up(message, recorder):
    """A killed worker counts as an attempt, as a failing provider does."""
    for seconds in range(0, 60, 10):
        assert delivery._take(message.pk, NOON + timedelta(seconds=seconds))
    assert delivery.sweep(now=NOON + timedelta(minutes=1)) == 0
    row = OutboxMessage.objects.get()
    assert (row.state, row.last_error) == ("FAILED", "every worker that took it died")
    assert recorder.sent == []


def test_lag_is_the_age_of_the_oldest_message(message):
    """The figure for alarms and metrics."""
    assert delivery.lag(NOON + timedelta(minutes=7)) == timedelta(minutes=7)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_message_once(tmp_path, settings, recorder):
    """A lease is one conditional update, so that one worker gets it."""
    (tmp_path / "test" / "messages").mkdir(parents=True)
    (tmp_path / "test" / "messages" / "hi.txt").write_text("Subject: Hi\n\nHi\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    row = outbox.queue_mail(to="asha@example.com", template="test/hi", context={}, at=NOON)

    def deliver(_: int) -> bool:
        try:
            return delivery.deliver(message_id=row.pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(deliver, range(8))) == [False] * 7 + [True]
    assert len(recorder.sent) == 1


class Slow(Recorder):
    """A sender that waits for the provider until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_end = threading.Event(), threading.Event()

    def send(self, **message: Any) -> str:
        self.begun.set()
        assert self.may_end.wait(DEADLINE_SECONDS)
        return super().send(**message)


@pytest.fixture
def slow(tmp_path, settings, monkeypatch, transactional_db) -> Iterator[Slow]:
    (tmp_path / "test" / "messages").mkdir(parents=True)
    (tmp_path / "test" / "messages" / "hi.txt").write_text("Subject: Hi\n\nHi\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    made = Slow()
    monkeypatch.setattr(senders, "for_channel", lambda channel: made)
    yield made
    made.may_end.set()


def in_a_session_of_its_own(act: Callable[[], bool]) -> bool:
    try:
        return act()
    finally:
        connection.close()


def test_a_worker_that_is_slow_is_not_overtaken(slow: Slow) -> None:
    """An expired lease is not taken while its worker is still sending."""
    row = outbox.queue_mail(to="asha@example.com", template="test/hi", context={}, at=NOON)
    deliver = partial(delivery.deliver, message_id=row.pk, now=NOON)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_a_session_of_its_own, deliver)
        assert slow.begun.wait(DEADLINE_SECONDS)
        for minutes in (1, 5, 60):
            assert delivery.sweep(now=NOON + timedelta(minutes=minutes)) == 0
        slow.may_end.set()
        assert first.result(DEADLINE_SECONDS)
    assert len(slow.sent) == 1
    row.refresh_from_db()
    assert (row.state, row.tries) == ("SENT", 1)


def test_a_worker_that_was_overtaken_before_it_began_sends_nothing(slow: Slow) -> None:
    """A worker whose lease expired before it had the lock sends nothing."""
    row = outbox.queue_mail(to="asha@example.com", template="test/hi", context={}, at=NOON)
    late = delivery._take(row.pk, NOON)
    slow.may_end.set()
    assert delivery.sweep(now=NOON + timedelta(minutes=1)) == 1
    delivery._send_locked(late, 0, NOON)
    assert len(slow.sent) == 1


def test_a_session_that_nobody_is_behind_holds_a_message_for_a_while_only(
    slow: Slow, monkeypatch
) -> None:
    """A machine that vanished from the network leaves its session open; PostgreSQL ends it."""
    monkeypatch.setattr(delivery, "SESSION_TIMEOUT", timedelta(seconds=1))
    row = outbox.queue_mail(to="asha@example.com", template="test/hi", context={}, at=NOON)
    deliver = partial(delivery.deliver, message_id=row.pk, now=NOON)
    with ThreadPoolExecutor(1) as pool:
        vanished = pool.submit(in_a_session_of_its_own, deliver)
        assert slow.begun.wait(DEADLINE_SECONDS)
        wait_until(lambda: delivery._take(row.pk, NOON + timedelta(minutes=1)))
        slow.may_end.set()
        with pytest.raises(OperationalError):
            vanished.result(DEADLINE_SECONDS)


def test_what_is_overtaken_is_dropped(message, recorder):
    """Of one template to one contact, and only while no worker has taken it."""

    def waiting(**changes):
        facts = {"contact": "asha@example.com", "template": "test/hello"} | changes
        return outbox.cancel_pending(**facts)

    assert waiting(contact="ravi@example.com") == waiting(template="accounts/security") == 0
    assert waiting(contact=" Asha@Example.com") == 1
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    assert recorder.sent == []


def test_leased_message_is_not_cancelled(message):
    """A leased message may be with the provider already: its row stays and is not cancelled."""
    delivery._take(message.pk, NOON)
    assert outbox.cancel_pending(contact="asha@example.com", template="test/hello") == 0


def test_without_a_provider_a_message_waits(message, settings):
    """A channel that is switched off keeps its messages with the reason."""
    settings.HITOUCH_SENDERS = {"MAIL": "off", "SMS": "off"}
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    row = OutboxMessage.objects.get()
    assert row.state == "WAITING"
    assert "no provider" in row.last_error
