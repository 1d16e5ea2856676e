"""Re-authentication over the API, and how long it is valid."""

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
from accounts.tests.conftest import sent_code, wrong_code
from conftest import NOON, PASSWORD, make_user
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=6)


@pytest.fixture
def token(call, lata: User) -> str:
    """An access token of Lata, logged in at noon."""
    return call("auth/tokens/", contact=lata.email, password=PASSWORD).json()["access_token"]


def is_recent(user: User, now) -> bool:
    """Whether the newest token family was re-authenticated recently."""
    request = RequestFactory().get("/")
    request.auth = type("Auth", (), {"family": user.token_families.get()})()
    return recently_reauthenticated(request, now)


def test_login_counts_for_five_minutes(token: str, lata: User) -> None:
    """A log-in counts as re-authentication for five minutes."""
    assert is_recent(lata, timezone.now())
    assert not is_recent(lata, timezone.now() + LATER)


@pytest.mark.parametrize("way", ["password", "code"])
def test_api_reauthenticates(call, token: str, lata: User, way: str) -> None:
    """With the password, or with a code sent to a verified contact."""
    with time_machine.travel(NOON + LATER):
        sent = call("me/proof/code/", token=token)
        assert sent.json() == {"contact": "l•••@example.com"}
        credentials = (
            {"password": PASSWORD} if way == "password" else {"code": sent_code(lata.email)}
        )
        assert call("me/proof/", token=token, **credentials).status_code == 204
        assert is_recent(lata, timezone.now())


def test_wrong_input_is_refused(call, token: str, lata: User) -> None:
    """A wrong password, a wrong code or nothing changes nothing."""
    with time_machine.travel(NOON + LATER):
        call("me/proof/code/", token=token)
        for credentials in ({"password": "x"}, {"code": wrong_code(sent_code(lata.email))}, {}):
            assert call("me/proof/", token=token, **credentials).status_code in (401, 422)
        assert not is_recent(lata, timezone.now())
        assert call("me/proof/", password=PASSWORD).status_code == 401


def test_two_secrets_at_once_are_refused(call, token: str, lata: User) -> None:
    """Also when both are right: only one of them would be compared."""
    with time_machine.travel(NOON + LATER):
        call("me/proof/code/", token=token)
        secrets = {"password": PASSWORD, "code": sent_code(lata.email), "second_factor": "123456"}
        for left_out in ("", *secrets):
            both = {name: value for name, value in secrets.items() if name != left_out}
            assert call("me/proof/", token=token, **both).status_code == 422
        assert not is_recent(lata, timezone.now())
        assert call("me/proof/", token=token, code=secrets["code"]).status_code == 204


def test_code_needs_a_verified_contact() -> None:
    """An unverified contact does not prove who the user is."""
    user = make_user("Tia", email_verified_at=None, phone_verified_at=None)
    with pytest.raises(reauthentication.ContactNotConfirmed):
        reauthentication.send_reauthentication_code(user=user, at=NOON)


def test_login_code_is_refused(lata: User) -> None:
    """A code for logging in does not re-authenticate."""
    login.begin_log_in_by_code(contact=lata.email, at=NOON)
    with pytest.raises(Refusal):
        reauthentication.reauthenticate(
            user=lata, at=NOON, origin=UNKNOWN_ORIGIN, code=sent_code(lata.email)
        )
    assert not OneTimeCode.objects.exclude(used_at=None).exists()


def test_staff_need_their_second_factor(db: None) -> None:
    """For staff the password is not enough; the app's code is."""
    staff.apply_roles()
    new_staff = staff.create_staff(
        contact="dev@example.com", password=PASSWORD, role_names=[], by=None, at=NOON
    )
    with pytest.raises(Refusal) as refused:
        reauthentication.reauthenticate(
            user=new_staff.user, at=NOON, origin=UNKNOWN_ORIGIN, password=PASSWORD
        )
    assert refused.value.code == "second_factor_required"
    code = totp.code(new_staff.setup_key, NOON)
    credentials = {"user": new_staff.user, "at": NOON, "origin": UNKNOWN_ORIGIN}
    assert reauthentication.reauthenticate(**credentials, second_factor=code) == "mfa"


def test_session_reauthenticates_over_the_api(lata: User) -> None:
    """A browser session that re-authenticates over the API counts on pages too."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    with time_machine.travel(NOON + LATER):
        response = client.post(
            "/api/v1/me/proof/", {"password": PASSWORD}, content_type="application/json"
        )
        assert response.status_code == 204
        newest = max(record["at"] for record in client.session["account_authentication_methods"])
        assert newest >= (NOON + LATER).timestamp()
