"""The outbox: rows first, sent after the commit, at least once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core import delivery, outbox, senders
from hitouch.core.models import OutboxMessage


class Recorder:
    """A sender that notes what it was given, or fails as often as it is told."""

    keeps_body = False
    is_paid = False

    def __init__(self, faults: int = 0) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.faults = faults

    def send(self, *, to: str, subject: str, body: str, template: str, attachments) -> str:
        if self.faults:
            self.faults -= 1
            raise senders.NotSent("down")
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
    return outbox.mail(
        to="asha@example.com", template="test/hello", context={"name": "Asha"}, at=NOON
    )


def test_a_message_goes_out_once(message, recorder):
    """Delivering twice sends once, and what was sent is wiped from the row."""
    assert delivery.deliver(message_id=message.pk, now=NOON)
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    assert recorder.sent == [("asha@example.com", "Hello Asha", "Your code is 123456.\n")]
    row = OutboxMessage.objects.get()
    assert (row.state, row.body, row.sent_at) == ("SENT", "", NOON)


def test_a_code_never_lies_in_the_database_in_clear(message):
    """Address and body are encrypted while they wait."""
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
    """After six faults it is FAILED, with the fault, for a person to look at."""
    recorder.faults = 99
    for hour in range(0, 60, 5):
        delivery.sweep(now=NOON + timedelta(hours=hour))
    row = OutboxMessage.objects.get()
    assert (row.state, row.tries, row.last_error) == ("FAILED", 6, "down")


def test_a_worker_that_died_while_sending_is_followed_by_another(message, recorder):
    """The lease ends after two minutes, then the sweep takes the message up."""
    delivery._take(message.pk, NOON)
    assert delivery.sweep(now=NOON + timedelta(minutes=1)) == 0
    assert delivery.sweep(now=NOON + timedelta(minutes=3)) == 1


def test_lag_says_how_long_the_oldest_waits(message):
    """What readiness looks at."""
    assert delivery.lag(NOON + timedelta(minutes=7)) == timedelta(minutes=7)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_message_once(tmp_path, settings, recorder):
    """Taking a message is one conditional update: a race has one winner."""
    (tmp_path / "test" / "messages").mkdir(parents=True)
    (tmp_path / "test" / "messages" / "hi.txt").write_text("Subject: Hi\n\nHi\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    row = outbox.mail(to="asha@example.com", template="test/hi", context={}, at=NOON)

    def deliver(_: int) -> bool:
        try:
            return delivery.deliver(message_id=row.pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(deliver, range(8))) == [False] * 7 + [True]
    assert len(recorder.sent) == 1


def test_what_is_overtaken_is_dropped(message, recorder):
    """Of one template to one contact, and only while no worker has taken it."""

    def waiting(**changes):
        facts = {"contact": "asha@example.com", "template": "test/hello"} | changes
        return outbox.drop(**facts)

    assert waiting(contact="ravi@example.com") == waiting(template="accounts/security") == 0
    assert waiting(contact=" Asha@Example.com") == 1
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    assert recorder.sent == []


def test_what_a_worker_has_taken_goes_out(message):
    """It may be with the provider already: its row stays, and says so."""
    delivery._take(message.pk, NOON)
    assert outbox.drop(contact="asha@example.com", template="test/hello") == 0


def test_without_a_provider_a_message_waits(message, settings):
    """A channel that is off keeps its messages and says why."""
    settings.HITOUCH_SENDERS = {"MAIL": "off", "SMS": "off"}
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    row = OutboxMessage.objects.get()
    assert row.state == "WAITING"
    assert "no provider" in row.last_error
