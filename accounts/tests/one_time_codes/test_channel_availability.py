"""When no SMS can go out: said before a code is promised, and the same for everybody."""

import pytest
from django.test import Client

from accounts.authentication.services import login, passwords, signup
from accounts.models import OneTimeCode, User
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import availability, budget

pytestmark = pytest.mark.django_db
STRANGER = "+919876599999"
BEGIN = [signup.begin_sign_up, login.begin_log_in_by_code, passwords.begin_reset]


@pytest.fixture
def closed(settings) -> None:
    """SMS is switched off."""
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": "off"}


@pytest.fixture
def spent(settings) -> None:
    """A provider is chosen, and the day's money is gone."""
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": "twilio"}
    budget.reserve(settings.HITOUCH_SMS_PAISE_A_DAY, at=NOON)


def nothing_was_promised() -> bool:
    return not (OneTimeCode.objects.exists() or OutboxMessage.objects.exists())


@pytest.mark.parametrize("why", ["closed", "spent"])
@pytest.mark.parametrize("begin", BEGIN)
def test_no_sms_is_said_at_once(begin, why, lata: User, request) -> None:
    """Off, or over the day's money: a sentence, no row, for the known and the unknown alike."""
    request.getfixturevalue(why)
    for phone in (lata.phone, STRANGER):
        with pytest.raises(availability.ChannelUnavailable):
            begin(contact=phone, at=NOON, ip="")
    assert nothing_was_promised()
    begin(contact=lata.email, at=NOON, ip="")


@pytest.mark.parametrize("why", ["closed", "spent"])
def test_both_doors_answer_503(client: Client, call, why, lata: User, request) -> None:
    """The page shows the sentence where the number was typed; the API says it in its own way."""
    request.getfixturevalue(why)
    bodies = set()
    for phone in (lata.phone, STRANGER):
        page = client.post("/sign-up/", {"contact": phone})
        assert "address instead." in page.content.decode()
        answer = call("auth/log-in/code/", contact=phone)
        assert (answer.status_code, answer.json()["code"]) == (503, "channel_closed")
        bodies.add(answer.json()["detail"])
    assert len(bodies) == 1


@pytest.mark.parametrize("phone", ["+447911123456", "+12015550123", "+911123456789"])
@pytest.mark.parametrize("begin", BEGIN)
def test_only_indian_mobile_numbers(begin, phone, settings) -> None:
    """Another country costs more, and a landline gets no SMS: refused, owned or not."""
    for _ in range(2):
        with pytest.raises(availability.NumberNotSupported, match="Indian mobile number"):
            begin(contact=phone, at=NOON, ip="")
        User.objects.create(phone=phone, phone_verified_at=NOON, status=User.Status.ACTIVE)
        assert nothing_was_promised()
        User.objects.all().delete()


def test_other_countries_can_be_let_in(settings) -> None:
    """Operations name the countries, or all."""
    for regions in (["IN", "GB"], ["*"]):
        settings.HITOUCH_SMS_REGIONS = regions
        availability.require_channel(contact="+447400123456", at=NOON)
    with pytest.raises(availability.NumberNotSupported):
        availability.require_channel(contact="+442071838750", at=NOON)


def test_a_foreign_number_is_said_so_at_both_doors(client: Client, call) -> None:
    """On the page it stands at the field, over the API it points there."""
    page = client.post("/sign-up/", {"contact": "+44 7911 123456"})
    assert "Indian mobile number" in page.content.decode()
    answer = call("auth/sign-up/code/", contact="+44 7911 123456")
    assert answer.status_code == 422
    assert answer.json()["code"] == "number_not_served"
