"""Refusing to send a code when no SMS can be sent, with the same answer for every contact."""

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
def sms_disabled(settings) -> None:
    """SMS is switched off."""
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": "off"}


@pytest.fixture
def sms_budget_spent(settings) -> None:
    """A provider is configured, and the daily budget is used up."""
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": "twilio"}
    budget.reserve(settings.HITOUCH_SMS_PAISE_A_DAY, at=NOON)


def nothing_was_sent() -> bool:
    """Whether there is neither a code nor a message."""
    return not (OneTimeCode.objects.exists() or OutboxMessage.objects.exists())


@pytest.mark.parametrize("why", ["sms_disabled", "sms_budget_spent"])
@pytest.mark.parametrize("begin", BEGIN)
def test_code_is_refused_while_sms_is_unavailable(begin, why, lata: User, request) -> None:
    """SMS off or over budget: a refusal and no row, for known and unknown numbers alike."""
    request.getfixturevalue(why)
    for phone in (lata.phone, STRANGER):
        with pytest.raises(availability.ChannelUnavailable):
            begin(contact=phone, at=NOON)
    assert nothing_was_sent()
    begin(contact=lata.email, at=NOON)


@pytest.mark.parametrize("why", ["sms_disabled", "sms_budget_spent"])
def test_page_and_api_answer_503(client: Client, call, why, lata: User, request) -> None:
    """The page shows the error at the field; the API answers 503 with a problem."""
    request.getfixturevalue(why)
    bodies = set()
    for phone in (lata.phone, STRANGER):
        page = client.post("/sign-up/", {"contact": phone})
        assert "address instead." in page.content.decode()
        response = call("auth/log-in/code/", contact=phone)
        assert (response.status_code, response.json()["code"]) == (503, "channel_closed")
        bodies.add(response.json()["detail"])
    assert len(bodies) == 1


@pytest.mark.parametrize("phone", ["+447911123456", "+12015550123", "+911123456789"])
@pytest.mark.parametrize("begin", BEGIN)
def test_only_indian_mobile_numbers(begin, phone, settings) -> None:
    """Foreign numbers and landlines are refused, whether they have an account or not."""
    for _ in range(2):
        with pytest.raises(availability.NumberNotSupported, match="Indian mobile number"):
            begin(contact=phone, at=NOON)
        User.objects.create(phone=phone, phone_verified_at=NOON, status=User.Status.ACTIVE)
        assert nothing_was_sent()
        User.objects.all().delete()


def test_other_countries_can_be_allowed(settings) -> None:
    """The setting names the countries, or allows all."""
    for regions in (["IN", "GB"], ["*"]):
        settings.HITOUCH_SMS_REGIONS = regions
        availability.require_channel(contact="+447400123456", at=NOON)
    with pytest.raises(availability.NumberNotSupported):
        availability.require_channel(contact="+442071838750", at=NOON)


def test_page_and_api_refuse_a_foreign_number(client: Client, call) -> None:
    """The page shows the error at the field; the API points to the field."""
    page = client.post("/sign-up/", {"contact": "+44 7911 123456"})
    assert "Indian mobile number" in page.content.decode()
    response = call("auth/sign-up/code/", contact="+44 7911 123456")
    assert response.status_code == 422
    assert response.json()["code"] == "number_not_served"
