"""Codes of second factors, however they are written."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.mfa import services as mfa
from accounts.mfa import totp
from accounts.models import User
from accounts.tests.conftest import log_in_recently
from conftest import NOON, PASSWORD

pytestmark = pytest.mark.django_db
DEVANAGARI, GUJARATI, ARABIC = (
    str.maketrans("0123456789", "".join(map(chr, range(zero, zero + 10))))
    for zero in (0x966, 0xAE6, 0x660)
)
WAYS = {
    "blank": lambda code: f"{code[:3]} {code[3:]}",
    "hyphen": lambda code: f"{code[:3]}-{code[3:]}",
    "no-break space": lambda code: f" {code[:3]}\u00a0{code[3:]}\n",
    "dash": lambda code: f"{code[:3]} \u2013 {code[3:]}",
    "pairs": lambda code: " ".join(code[n : n + 2] for n in range(0, len(code), 2)),
    "Devanagari": lambda code: code.translate(DEVANAGARI),
    "Gujarati in groups": lambda code: f"{code[:3]} {code[3:]}".translate(GUJARATI),
    "Arabic": lambda code: code.translate(ARABIC),
    "full width": lambda code: "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    "mark of a messenger": lambda code: f"\u2068{code}\u2069",
}


@pytest.fixture
def factors(lata: User) -> tuple[str, list[str]]:
    """The set-up key of Lata's app, and her recovery codes."""
    return mfa.enrol_totp(user=lata)


@pytest.fixture(autouse=True)
def stopped_clock():
    """A clock that stands still."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize("way", WAYS)
def test_app_code_at_log_in(lata: User, factors, call, way: str) -> None:
    """The page accepts it."""
    browser = Client()
    browser.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    code = WAYS[way](totp.code(factors[0], NOON))
    assert browser.post("/log-in/second-factor/", {"code": code}).status_code == 302
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize("way", WAYS)
def test_recovery_code_in_the_api(lata: User, factors, call, way: str) -> None:
    """The API accepts a recovery code once, however it is written."""
    body = {"contact": lata.email, "password": PASSWORD}
    code = factors[1][0]
    typed = WAYS[way](code)
    assert call("auth/tokens/", **body, second_factor=typed).status_code == 201
    assert call("auth/tokens/", **body, second_factor=code).status_code == 401


@pytest.mark.parametrize("way", WAYS)
def test_app_code_before_a_sensitive_act(lata: User, factors, way: str) -> None:
    """Re-authentication accepts it."""
    browser = Client()
    browser.force_login(lata)
    typed = WAYS[way](totp.code(factors[0], NOON))
    body = {"way": "second_factor", "second_factor": typed}
    assert browser.post("/account/is-it-you/", body).status_code == 302


@pytest.mark.parametrize("way", WAYS)
def test_first_code_of_an_app(lata: User, way: str) -> None:
    """The set-up accepts it."""
    browser = log_in_recently(Client(), lata)
    page = "/account/second-factor/set-up/"
    key = browser.get(page).context["form"].secret
    assert browser.post(page, {"code": WAYS[way](totp.code(key, NOON))}).status_code == 302
    assert Authenticator.objects.filter(user=lata, type="totp").exists()


@pytest.mark.parametrize("typed", ["123 45", "1234567890", "12\u0967\u0968\u0969\u096a", "123.456"])
def test_other_numbers_are_wrong_codes(lata: User, factors, typed: str) -> None:
    """Nothing is guessed: no digit is added or left out, and scripts are not mixed."""
    with pytest.raises(mfa.WrongSecondFactor):
        mfa.check_second_factor(user=lata, code=typed, at=NOON)
