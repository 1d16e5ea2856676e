"""Proving once more who one is, before something delicate."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.authentication.services import login, reauthentication
from accounts.mfa import totp
from accounts.models import OneTimeCode, User
from accounts.security.origin import UNKNOWN_ORIGIN
from accounts.security.reauthentication import recently_reauthenticated
from accounts.staff import services as staff
from accounts.tests.conftest import sent_code, wrong
from conftest import NOON, PASSWORD, make_user
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=6)


@pytest.fixture
def token(call, lata: User) -> str:
    return call("auth/tokens/", contact=lata.email, password=PASSWORD).json()["access_token"]


def proved(user: User, now) -> bool:
    request = RequestFactory().get("/")
    request.auth = type("Auth", (), {"family": user.token_families.get()})()
    return recently_reauthenticated(request, now)


def test_log_in_is_a_proof_for_five_minutes(token: str, lata: User) -> None:
    """Who has just logged in is not asked again; five minutes later they are."""
    assert proved(lata, timezone.now())
    assert not proved(lata, timezone.now() + LATER)


@pytest.mark.parametrize("way", ["password", "code"])
def test_program_proves_again(call, token: str, lata: User, way: str) -> None:
    """By the password, or by a code that goes to a confirmed contact."""
    with time_machine.travel(NOON + LATER):
        sent = call("me/proof/code/", token=token)
        assert sent.json() == {"contact": "l•••@example.com"}
        given = {"password": PASSWORD} if way == "password" else {"code": sent_code(lata.email)}
        assert call("me/proof/", token=token, **given).status_code == 204
        assert proved(lata, timezone.now())


def test_nothing_wrong_proves(call, token: str, lata: User) -> None:
    """A wrong password, wrong digits, or nothing at all change nothing."""
    with time_machine.travel(NOON + LATER):
        call("me/proof/code/", token=token)
        for given in ({"password": "x"}, {"code": wrong(sent_code(lata.email))}, {}):
            assert call("me/proof/", token=token, **given).status_code in (401, 422)
        assert not proved(lata, timezone.now())
        assert call("me/proof/", password=PASSWORD).status_code == 401


def test_code_goes_only_to_a_confirmed_contact() -> None:
    """Somebody who merely typed a contact is not proved by it."""
    user = make_user("Tia", email_verified_at=None, phone_verified_at=None)
    with pytest.raises(reauthentication.ContactNotConfirmed):
        reauthentication.send_reauthentication_code(user=user, at=NOON, ip="")


def test_code_for_another_act_proves_nothing(lata: User) -> None:
    """A log-in code is not a proof."""
    login.begin_log_in_by_code(contact=lata.email, at=NOON, ip="")
    with pytest.raises(Refusal):
        reauthentication.reauthenticate(
            user=lata, at=NOON, origin=UNKNOWN_ORIGIN, code=sent_code(lata.email)
        )
    assert not OneTimeCode.objects.exclude(used_at=None).exists()


def test_staff_give_their_second_factor(db: None) -> None:
    """For staff the password is not enough; the app's code is."""
    staff.apply_roles()
    made = staff.create_staff(
        contact="dev@example.com", password=PASSWORD, role_names=[], by=None, at=NOON
    )
    with pytest.raises(Refusal) as refused:
        reauthentication.reauthenticate(
            user=made.user, at=NOON, origin=UNKNOWN_ORIGIN, password=PASSWORD
        )
    assert refused.value.code == "second_factor_required"
    code = totp.code(made.setup_key, NOON)
    given = {"user": made.user, "at": NOON, "origin": UNKNOWN_ORIGIN}
    assert reauthentication.reauthenticate(**given, second_factor=code) == "mfa"


def test_session_proves_over_the_api(lata: User) -> None:
    """A browser's session that proves itself over the API is proved on the pages too."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    with time_machine.travel(NOON + LATER):
        answer = client.post(
            "/api/v1/me/proof/", {"password": PASSWORD}, content_type="application/json"
        )
        assert answer.status_code == 204
        newest = max(record["at"] for record in client.session["account_authentication_methods"])
        assert newest >= (NOON + LATER).timestamp()
