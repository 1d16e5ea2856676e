"""SMS through Twilio's and Exotel's protocol: accepted, refused permanently, or retried."""

import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from conftest import NOON
from hitouch.core.models import OutboxMessage, SmsDay
from hitouch.core.outbox import delivery, sms_templates
from hitouch.core.outbox import services as outbox
from hitouch.core.outbox.senders import http
from tests.fakes.sms import FAILURE_RESPONSES, Exotel, Provider, Twilio, served

pytestmark = pytest.mark.django_db
PHONE, WRONG = "+919876543210", "+919876500000"
SURELY_NOT_SENT = {"429", "400 in HTML", "redirect"}
LIFE = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def no_task_is_sent(monkeypatch) -> None:
    """No task is dispatched."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


@pytest.fixture
def impatient(monkeypatch) -> None:
    """A timeout of half a second, for tests of unresponsive providers."""
    monkeypatch.setattr(http, "SECONDS", 0.5)


@pytest.fixture
def ids(tmp_path, settings) -> dict[str, str]:
    """Every SMS template has a DLT id."""
    given = {
        name: f"11071{number:014}" for number, name in enumerate(sms_templates.sms_templates())
    }
    path = tmp_path / "ids.yaml"
    path.write_text("".join(f"{name}: {number}\n" for name, number in given.items()))
    settings.HITOUCH_SMS_TEMPLATE_IDS = str(path)
    return given


@pytest.fixture(params=[Twilio, Exotel])
def provider(request, settings, ids) -> Iterator[Provider]:
    """A fake provider, and settings that select it."""
    with served(request.param()) as made:
        made.registered = {
            ids[name]: text.registered for name, text in sms_templates.sms_templates().items()
        }
        choice = request.param.__name__.lower()
        settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": choice}
        settings.HITOUCH_SMS_URL = made.url
        settings.HITOUCH_SMS_ACCOUNT = made.account
        settings.HITOUCH_SMS_KEY = made.key
        settings.HITOUCH_SMS_SECRET = made.secret
        settings.HITOUCH_SMS_FROM = "HITUCH"
        settings.HITOUCH_SMS_ENTITY = "1101000000000000001"
        yield made


def queue(to: str = PHONE, **facts) -> OutboxMessage:
    asked = {"template": "accounts/code_log_in", "context": {"code": "123456", "minutes": 10}}
    return outbox.queue_sms(to=to, at=NOON, **(asked | facts))


def delivered(message: OutboxMessage, now=NOON) -> OutboxMessage:
    delivery.deliver(message_id=message.pk, now=now)
    return OutboxMessage.objects.get(pk=message.pk)


def spent() -> int:
    return sum(SmsDay.objects.values_list("paise", flat=True))


def test_accepted_message(provider: Provider, settings, ids) -> None:
    """The provider's id is stored, the body deleted and the cost counted."""
    row = delivered(queue())
    (taken,) = provider.taken
    assert row.state == "SENT"
    assert row.body == ""
    assert row.reference.endswith(taken["reference"])
    assert taken["Body"].endswith("\n@127.0.0.1 #123456")
    assert taken["To"] == PHONE
    assert taken["From"] == "HITUCH"
    assert provider.dropped == []
    assert spent() == settings.HITOUCH_SMS_PAISE
    if isinstance(provider, Exotel):
        assert taken["DltTemplateId"] == ids["accounts/code_log_in"]
        assert taken["DltEntityId"] == "1101000000000000001"


def test_twilio_messaging_service(provider: Provider, settings) -> None:
    """A messaging service id is sent in Twilio's parameter for it."""
    settings.HITOUCH_SMS_FROM = "MG" + "0" * 32
    assert delivered(queue()).state == "SENT"
    field = "MessagingServiceSid" if isinstance(provider, Twilio) else "From"
    assert provider.taken[0][field] == settings.HITOUCH_SMS_FROM


def test_invalid_number_is_not_retried(provider: Provider, caplog) -> None:
    """A permanent refusal is not retried or paid, and the number is not logged."""
    row = delivered(queue(WRONG))
    assert row.state == "FAILED"
    assert "400" in row.last_error
    assert delivery.sweep(now=NOON + timedelta(days=1)) == 0
    assert len(provider.asked) == 1
    assert spent() == 0
    said = row.last_error + "".join(str(vars(record)) for record in caplog.records)
    assert WRONG.lstrip("+") not in said
    assert "123456" not in said
    assert provider.secret not in said


@pytest.mark.parametrize("failure_mode", sorted(set(FAILURE_RESPONSES) - {"well"}))
def test_invalid_response_is_retried(provider: Provider, failure_mode: str, settings) -> None:
    """An invalid response raises nothing; the cost counts if the message may be sent."""
    provider.failure_mode = failure_mode
    row = delivered(queue())
    assert row.state == "WAITING"
    assert row.next_try_at == NOON + timedelta(minutes=1)
    assert row.last_error
    assert row.body
    assert len(provider.asked) == 1
    assert spent() == (0 if failure_mode in SURELY_NOT_SENT else settings.HITOUCH_SMS_PAISE)
    provider.failure_mode = "well"
    assert delivered(row, NOON + timedelta(minutes=1)).state == "SENT"


@pytest.mark.parametrize("failure_mode", ["slow", "drips", "hangs up"])
def test_timeout_is_retried(provider: Provider, failure_mode: str, settings, impatient) -> None:
    """A provider that responds too slowly or not at all delays no other message."""
    provider.failure_mode = failure_mode
    row = delivered(queue())
    assert row.state == "WAITING"
    assert "no answer" in row.last_error
    assert spent() == settings.HITOUCH_SMS_PAISE


def test_refused_connection(provider: Provider, settings) -> None:
    """A refused connection costs nothing and is retried until the last attempt."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.HITOUCH_SMS_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        row = queue()
        for hour in range(0, 36, 6):
            row = delivered(row, NOON + timedelta(hours=hour))
    assert (row.state, row.tries) == ("FAILED", 6)
    assert "no connection" in row.last_error
    assert row.body
    assert spent() == 0


def test_untrusted_certificate(provider: Provider, settings, tmp_path) -> None:
    """Neither key nor code is sent to a server with an untrusted certificate."""
    with served(type(provider)(), certificate=self_signed(tmp_path)) as impostor:
        settings.HITOUCH_SMS_URL = impostor.url
        row = delivered(queue())
        assert impostor.asked == []
    assert row.state == "WAITING"
    assert row.last_error == "no connection: ConnectError"


def self_signed(folder: Path) -> Path:
    """A key and a self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1).add_extension(here, False)
    span = made.not_valid_before(NOON - LIFE).not_valid_after(NOON + timedelta(days=9999))
    signed = span.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "both.pem"
    path.write_bytes(secret + signed)
    return path


@pytest.mark.parametrize("wrong", ["HITOUCH_SMS_SECRET", "HITOUCH_SMS_ACCOUNT"])
def test_wrong_api_key_is_retried(provider: Provider, settings, wrong: str, caplog) -> None:
    """After a wrong API key the message is retried, and the key is not logged."""
    setattr(settings, wrong, "not-the-right-one")
    with caplog.at_level(logging.DEBUG):
        row = delivered(queue())
    assert row.state == "WAITING"
    assert "40" in row.last_error
    said = "".join(str(vars(r)) for r in caplog.records if not r.name.startswith("hpack"))
    assert settings.HITOUCH_SMS_SECRET not in said.replace(settings.HITOUCH_SMS_ACCOUNT, "")
    assert spent() == 0


def test_accepted_message_is_sent_once(provider: Provider) -> None:
    """Repeated tasks and sweeps send an accepted message once."""
    row = delivered(queue())
    assert not delivery.deliver(message_id=row.pk, now=NOON)
    assert delivery.sweep(now=NOON + timedelta(days=1)) == 0
    assert len(provider.asked) == 1


def test_expired_code_is_not_sent(provider: Provider, impatient) -> None:
    """After a lost response a code is retried until it expires."""
    provider.failure_mode = "hangs up"
    row = queue(good_until=NOON + LIFE)
    tried = []
    for minute in range(60):
        asked = len(provider.asked)
        row = delivered(row, NOON + timedelta(minutes=minute))
        tried += [minute] * (len(provider.asked) - asked)
    assert tried == [0, 1, 6]
    assert row.state == "FAILED"
    assert "too late" in row.last_error
    assert row.body == ""


def test_late_task_sends_no_expiring_code(provider: Provider) -> None:
    """A code that expires within ten seconds is not sent."""
    row = delivered(queue(good_until=NOON + LIFE), NOON + LIFE - timedelta(seconds=9))
    assert (row.state, row.last_error) == ("FAILED", "too late")
    assert provider.asked == []


def test_expired_code_is_not_mailed(settings) -> None:
    """A mail with a code is not delivered after the code expired."""
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"MAIL": "off"}
    context: dict[str, object] = {"code": "123456", "purpose": "LOG_IN", "minutes": 10}
    row = outbox.queue_mail(
        to="asha@example.com", template="accounts/code", context=context, at=NOON,
        good_until=NOON + LIFE,
    )  # fmt: skip
    assert delivered(row).state == "WAITING"
    late = delivered(row, NOON + LIFE)
    assert (late.state, late.body) == ("FAILED", "")


def test_unregistered_text_delays_no_other_message(provider: Provider, ids, settings) -> None:
    """A text without DLT id waits with its reason; the next message is sent."""
    broken = queue()
    OutboxMessage.objects.filter(pk=broken.pk).update(template="accounts/unknown", channel="FAX")
    fine = queue()
    assert delivery.sweep(now=NOON) == 1
    assert OutboxMessage.objects.get(pk=broken.pk).last_error == "KeyError"
    assert OutboxMessage.objects.get(pk=fine.pk).state == "SENT"
