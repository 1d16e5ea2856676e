"""The daily SMS budget: counted exactly, with alarms at half of it and at its end."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as live
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from conftest import NOON
from hitouch.core.india_time import next_day
from hitouch.core.models import OutboxMessage, SmsDay
from hitouch.core.outbox import budget, delivery, senders, sms_templates
from hitouch.core.outbox import services as outbox
from hitouch.core.outbox.checks import check_sms, require_sms_settings
from hitouch.core.outbox.senders import base as senders_base

PHONE, OPERATIONS = "+919876543210", "operations@hitouch.example"
MIDNIGHT = NOON + timedelta(hours=12)


class Counting:
    """A provider that accepts everything, or fails on demand."""

    keeps_body = False
    is_paid = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fault: senders_base.SendFailed | None = None

    def send(self, *, to: str, subject: str, body: str, **other: Any) -> str:
        if self.fault:
            raise self.fault
        self.sent.append(body)
        return "its-id"


@pytest.fixture
def provider(monkeypatch, settings) -> Counting:
    """One segment costs 25 paise, and ten of them are the budget of a day."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)
    settings.HITOUCH_OPERATIONS_MAIL = OPERATIONS
    settings.HITOUCH_SMS_PAISE = 25
    settings.HITOUCH_SMS_PAISE_A_DAY = 250
    made = Counting()
    monkeypatch.setattr(senders, "for_channel", lambda channel: made)
    return made


def queue(at=NOON, **facts) -> OutboxMessage:
    return outbox.queue_sms(
        to=PHONE, template="chatbot/answered", context={"subject": "Pay"}, at=at, **facts
    )


def send(number: int, now=NOON) -> list[bool]:
    return [delivery.deliver(message_id=queue(now).pk, now=now) for _ in range(number)]


def alarms() -> list[str]:
    mails = OutboxMessage.objects.filter(template="core/sms_money")
    return sorted(mail.subject for mail in mails)


HALF, ALL = "Half of today's SMS budget is spent", "Today's SMS budget is spent"


@pytest.mark.django_db
def test_ten_segments_a_day(provider: Counting, settings):
    """The eleventh message is not sent: it waits for the next Indian day, without losing a try."""
    settings.HITOUCH_OPERATIONS_MAIL = ""
    assert send(10) == [True] * 10
    late = queue()
    assert not delivery.deliver(message_id=late.pk, now=NOON)
    late.refresh_from_db()
    assert (late.state, late.tries, late.next_try_at) == ("WAITING", 0, next_day(NOON))
    assert delivery.lag(NOON + timedelta(hours=5)) == timedelta(0)
    assert delivery.sweep(now=MIDNIGHT - timedelta(seconds=1)) == 0
    assert delivery.sweep(now=MIDNIGHT) == 1
    assert dict(SmsDay.objects.values_list("day__day", "paise")) == {23: 250, 24: 25}


@pytest.mark.django_db
def test_a_code_over_the_money_is_given_up(provider: Counting):
    """A code expires before the next day."""
    send(10)
    code = queue(good_until=NOON + timedelta(minutes=10))
    assert not delivery.deliver(message_id=code.pk, now=NOON)
    code.refresh_from_db()
    assert code.state == "FAILED"
    assert "SMS budget" in code.last_error


@pytest.mark.django_db
def test_alarms_at_half_and_at_the_end(provider: Counting, caplog):
    """Each once a day: a mail to operations and a line in the log."""
    send(4)
    assert alarms() == []
    send(1)
    assert alarms() == [HALF]
    send(4)
    assert alarms() == [HALF]
    send(1)
    assert alarms() == [HALF, ALL]
    send(3)
    assert alarms() == [HALF, ALL]
    lines = [r for r in caplog.records if r.levelno == logging.ERROR and "sms.money" in str(r.msg)]
    assert len(lines) == 2
    send(10, now=MIDNIGHT)
    assert alarms() == [HALF, HALF, ALL, ALL]


@pytest.mark.django_db
def test_long_texts_cost_more(provider: Counting, settings):
    """A segment is what is paid for."""
    settings.HITOUCH_SMS_PAISE_A_DAY = 49
    budget.reserve(budget.price_of("a" * 100), at=NOON)
    assert not budget.has_budget(NOON)
    assert budget.price_of("a" * 161) == 50
    with pytest.raises(budget.BudgetExhausted):
        budget.reserve(50, at=MIDNIGHT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (senders_base.SendRejected("400"), 0),
        (senders_base.SendFailed("429"), 0),
        (senders_base.SendFailed("no answer", may_have_gone=True), 25),
    ],
)
def test_what_was_surely_not_sent_is_given_back(provider: Counting, fault, kept):
    """The amount stays counted only if the message may have been sent."""
    provider.fault = fault
    send(1)
    assert SmsDay.objects.get().paise == kept


@pytest.mark.django_db
def test_mails_and_the_local_outbox_cost_nothing(provider: Counting, monkeypatch):
    """Only a provider that is paid is counted."""
    monkeypatch.setattr(provider, "is_paid", False)
    assert send(12) == [True] * 12
    assert not SmsDay.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once(provider: Counting):
    """Of 30 concurrent messages exactly ten are sent, with one alarm each."""
    ids = [queue().pk for _ in range(30)]

    def deliver(pk: object) -> bool:
        try:
            return delivery.deliver(message_id=pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as pool:
        assert sum(pool.map(deliver, ids)) == 10
    assert len(provider.sent) == 10
    assert SmsDay.objects.get().paise == 250
    assert alarms() == [HALF, ALL]


GOOD = {
    "HITOUCH_SMS_ACCOUNT": "hitouch1",
    "HITOUCH_SMS_KEY": "key",
    "HITOUCH_SMS_SECRET": "secret",
    "HITOUCH_SMS_FROM": "HITUCH",
    "HITOUCH_SMS_ENTITY": "1101000000000000001",
    "HITOUCH_OPERATIONS_MAIL": OPERATIONS,
}


@pytest.fixture
def chosen(settings, tmp_path):
    """Exotel, with all it needs; answers with the file of ids."""
    for name, value in GOOD.items():
        setattr(settings, name, value)
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": "exotel"}
    path = tmp_path / "ids.yaml"
    path.write_text(
        "".join(f"{name}: 1107{n:015}\n" for n, name in enumerate(sms_templates.sms_templates()))
    )
    settings.HITOUCH_SMS_TEMPLATE_IDS = str(path)
    return path


def refusal() -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        require_sms_settings()
    found = [message.msg for message in check_sms() if message.id == "hitouch.E001"]
    assert str(refused.value) in found
    return str(refused.value)


def test_all_that_is_needed_is_enough(chosen):
    """Complete settings cause no error."""
    require_sms_settings()
    assert check_sms() == []
    assert check_sms in registry.get_checks()


@pytest.mark.parametrize("missing", [name for name in GOOD if name != "HITOUCH_OPERATIONS_MAIL"])
def test_a_missing_setting_is_named(chosen, settings, missing):
    """A provider without its account, key, sender or registration does not start."""
    setattr(settings, missing, "")
    assert refusal() == f"HITOUCH_SMS is exotel: set {missing} too."


def test_missing_and_unknown_ids_are_named(chosen):
    """Unregistered texts and ids of unknown texts are errors."""
    lines = chosen.read_text().splitlines()
    beside = chosen.with_name("fewer.yaml")
    beside.write_text("\n".join(lines[1:]))
    assert "no id for accounts/code_sign_up;" in with_ids(beside)
    beside = chosen.with_name("more.yaml")
    beside.write_text("\n".join([*lines, "accounts/love_letter: 1107999999999999999"]))
    assert "names accounts/love_letter, which we never send" in with_ids(beside)
    beside = chosen.with_name("double.yaml")
    beside.write_text("\n".join([lines[0], *(f"{line.split(':')[0]}: 1" for line in lines[1:])]))
    assert "one id to two texts" in with_ids(beside)


@pytest.mark.parametrize("content", [None, "- a\n- list\n", "{", "accounts: {a: 1}"])
def test_invalid_registry_file_is_reported(chosen, content):
    """A missing, malformed or unexpected file is an error message, not a traceback."""
    beside = chosen.with_name("odd.yaml")
    if content is not None:
        beside.write_text(content)
    assert "HITOUCH_SMS_TEMPLATE_IDS" in with_ids(beside)


def with_ids(path) -> str:
    live.HITOUCH_SMS_TEMPLATE_IDS = str(path)
    return refusal()


@pytest.mark.parametrize("url", ["http://api.exotel.com", "ftp://x", "api.exotel.com"])
def test_provider_is_called_over_tls(chosen, settings, url):
    """Only a server on this machine may be called without TLS."""
    settings.HITOUCH_SMS_URL = url
    assert "https://" in refusal()
    settings.HITOUCH_SMS_URL = "http://127.0.0.1:9000"
    require_sms_settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HITOUCH_OPERATIONS_MAIL", "", "nobody is told"),
        ("HITOUCH_SMS_PAISE_A_DAY", 50, "not enough"),
        ("HITOUCH_SMS_REGIONS", ["*"], "every country"),
    ],
)
def test_what_is_hardly_meant_is_a_warning(chosen, settings, name, value, said):
    """Unlikely settings are warnings of `manage.py check`."""
    setattr(settings, name, value)
    require_sms_settings()
    (doubt,) = [m.msg for m in check_sms() if m.id == "hitouch.W001"]
    assert said in doubt
