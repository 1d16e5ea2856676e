"""Second factors at log-in: codes are accepted once, and staff always need one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.mfa import services as mfa
from accounts.mfa import totp
from accounts.models import AuditEvent, LogInEvent, User
from accounts.staff import services as staff
from accounts.staff.services import NewStaff
from accounts.tests.conftest import sent_code
from conftest import NOON, PASSWORD, make_staff, make_user, sign_in
from hitouch.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
BODY = {"contact": "dev@example.com", "password": PASSWORD}


def make_dev(*roles: str) -> NewStaff:
    """Create a staff user with an authenticator app, as the command does."""
    staff.apply_roles()
    return staff.create_staff(
        contact=BODY["contact"], password=PASSWORD, role_names=roles, by=None, at=NOON
    )


@pytest.fixture
def dev(db: None) -> NewStaff:
    """A staff user with an authenticator app."""
    return make_dev("admin")


@pytest.fixture
def clock():
    """A clock that the tests move."""
    with time_machine.travel(NOON) as turned:
        yield turned


def code_at(dev: NewStaff, at: datetime = NOON) -> str:
    """The code that the app shows."""
    return totp.code(dev.setup_key, at)


def log_in(client: Client, code: str) -> int:
    """Log in with password and code; returns the number of active sessions."""
    assert client.post("/log-in/", BODY).url == "/log-in/second-factor/"
    return client.post("/log-in/second-factor/", {"code": code}).status_code


def test_code_verifies_the_session(client: Client, dev: NewStaff, clock) -> None:
    """With password and code staff are logged in, and the session is verified."""
    assert log_in(client, code_at(dev)) == 302
    assert client.session["_auth_user_id"] == str(dev.user.pk)
    assert client.session["otp_device_id"]


def test_password_alone_does_not_log_in(client: Client, dev: NewStaff, clock) -> None:
    """Before the code nobody is logged in, and a wrong code changes nothing."""
    assert log_in(client, "000000") == 200
    assert "_auth_user_id" not in client.session


def test_page_refuses_a_used_code(dev: NewStaff, clock) -> None:
    """The same code does not log in a second session."""
    assert log_in(Client(), code_at(dev)) == 302
    assert log_in(Client(), code_at(dev)) == 200
    clock.shift(timedelta(seconds=30))
    assert log_in(Client(), code_at(dev)) == 200
    assert log_in(Client(), code_at(dev, NOON + timedelta(seconds=30))) == 302


@pytest.mark.parametrize("seconds", [1, 29, 31, 59, 61, 120, 300])
def test_used_code_never_works_again(dev: NewStaff, seconds: int) -> None:
    """Also while its time step is within the tolerance."""
    code = code_at(dev)
    mfa.check_second_factor(user=dev.user, code=code, at=NOON)
    with pytest.raises(mfa.WrongSecondFactor):
        mfa.check_second_factor(user=dev.user, code=code, at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "code", ["१२३४५६", "\u00e9" * 6, "\U0001f600", "12 34", "x" * 20, "-1", "\t"]
)
def test_nonsense_is_a_wrong_code(call, dev: NewStaff, code: str) -> None:
    """Any other input is refused with the same error."""
    with pytest.raises(mfa.WrongSecondFactor):
        mfa.check_second_factor(user=dev.user, code=code, at=NOON)
    response = call("auth/tokens/", **BODY, second_factor=code)
    assert response.status_code in (401, 422)
    assert response.json()["detail"]


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_clock_may_be_half_a_minute_off(dev: NewStaff, seconds: int) -> None:
    """A phone whose clock is one step off still works."""
    code = code_at(dev, NOON + timedelta(seconds=seconds))
    assert mfa.check_second_factor(user=dev.user, code=code, at=NOON)


@pytest.mark.parametrize("seconds", [-600, -300, -60, 60, 240, 600])
def test_code_of_another_time_is_a_wrong_code(dev: NewStaff, seconds: int) -> None:
    """The answer does not tell whether a guess is the code of a time to come."""
    with pytest.raises(mfa.WrongSecondFactor) as wrong:
        mfa.check_second_factor(user=dev.user, code="000000", at=NOON)
    code = code_at(dev, NOON + timedelta(seconds=seconds))
    with pytest.raises(mfa.WrongSecondFactor) as refused:
        mfa.check_second_factor(user=dev.user, code=code, at=NOON)
    assert (refused.value.code, str(refused.value)) == (wrong.value.code, str(wrong.value))
    assert "automatic time" in str(refused.value)


def test_recovery_code_works_once(dev: NewStaff, clock) -> None:
    """A recovery code replaces the app, once."""
    code = dev.recovery_codes[0]
    assert log_in(Client(), code) == 302
    assert log_in(Client(), code) == 200


def test_api_needs_the_second_factor(call, dev: NewStaff, clock) -> None:
    """401 without a code or with a wrong or used one; the family records the right one."""
    missing = call("auth/tokens/", **BODY)
    assert (missing.status_code, missing.json()["code"]) == (401, "second_factor_required")
    wrong = call("auth/tokens/", **BODY, second_factor="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_second_factor")
    right = call("auth/tokens/", **BODY, second_factor=code_at(dev))
    assert right.status_code == 201
    assert dev.user.token_families.get().second_factor_at
    assert call("auth/tokens/", **BODY, second_factor=code_at(dev)).status_code == 401


def test_page_and_api_share_used_codes(call, client: Client, dev: NewStaff, clock) -> None:
    """A code used on a page is refused by the API."""
    assert log_in(client, code_at(dev)) == 302
    assert call("auth/tokens/", **BODY, second_factor=code_at(dev)).status_code == 401


def test_sixth_code_is_limited(call, dev: NewStaff, clock) -> None:
    """Five wrong codes in five minutes, on pages and API together."""
    for _ in range(5):
        assert call("auth/tokens/", **BODY, second_factor="000000").status_code == 401
    response = call("auth/tokens/", **BODY, second_factor=code_at(dev))
    assert response.status_code == 429
    assert log_in(Client(), code_at(dev)) == 200


def test_owner_is_notified_of_wrong_codes(dev: NewStaff, clock) -> None:
    """Five wrong codes are recorded, and the owner is notified once a day."""
    for minutes in (0, 6):
        for _ in range(5):
            with pytest.raises(mfa.WrongSecondFactor):
                mfa.check_second_factor(
                    user=dev.user, code="000000", at=NOON + timedelta(minutes=minutes)
                )
    assert LogInEvent.objects.filter(user=dev.user, outcome="WRONG_FACTOR").count() == 10
    messages = OutboxMessage.objects.filter(template="accounts/security")
    assert ["five wrong" in message.body for message in messages] == [True]


def test_secret_is_encrypted(dev: NewStaff) -> None:
    """Neither the app's key nor the recovery codes' seed is in clear in the database."""
    for factor in Authenticator.objects.filter(user=dev.user):
        assert dev.setup_key not in str(factor.data)
        assert not str(factor.data.get("seed", "")).isalnum() or len(factor.data["seed"]) > 80


def admin_paths() -> list[str]:
    """Every page of the admin without arguments."""
    names = [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in admin.site._registry
    ]
    return [reverse("admin:index"), *map(reverse, names)]


def test_admin_needs_a_second_factor() -> None:
    """A password alone opens no page of the admin, also for superusers."""
    root = make_user("Root", is_staff=True, is_superuser=True)
    client = sign_in(Client(), root)
    for path in admin_paths():
        assert client.get(path).status_code in (302, 403), path


def test_admin_opens_with_a_second_factor(client: Client, dev: NewStaff, clock) -> None:
    """The admin role sees the list of users."""
    log_in(client, code_at(dev))
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 200


def test_staff_without_a_factor_are_redirected_to_set_up(client: Client) -> None:
    """After the log-in; later after re-authentication."""
    user = make_user("Tara", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    response = client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    assert response.url == "/account/second-factor/"
    assert "Set up two-step verification to continue" in client.get(response.url).content.decode()
    assert client.get("/account/second-factor/set-up/").status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=6)):
        redirect_url = client.get("/account/second-factor/set-up/").url
    assert redirect_url.startswith("/account/is-it-you/")


@pytest.mark.django_db(transaction=True)
def test_set_up_verifies_the_session(client: Client, lata: User, clock) -> None:
    """The first code activates the app, cannot be used again, and recovery codes are shown once."""
    client.force_login(lata)
    client.post("/account/is-it-you/", {"way": "password", "password": PASSWORD})
    key = client.get("/account/second-factor/set-up/").context["form"].secret
    response = client.post("/account/second-factor/set-up/", {"code": totp.code(key, NOON)})
    assert response.url == "/account/second-factor/recovery-codes/"
    assert client.session["otp_device_id"]
    codes = client.get(response.url).context["unused_codes"]
    assert "****" not in codes
    assert set(client.get(response.url).context["unused_codes"]) == {"****"}
    with pytest.raises(mfa.WrongSecondFactor):
        mfa.check_second_factor(user=lata, code=totp.code(key, NOON), at=NOON)
    assert AuditEvent.objects.filter(action="account.second_factor_added").exists()


def test_staff_cannot_remove_the_app(client: Client, dev: NewStaff, clock) -> None:
    """Staff cannot remove their second factor."""
    log_in(client, code_at(dev))
    client.post("/account/is-it-you/", {"way": "password", "password": PASSWORD})
    client.post("/account/second-factor/remove/")
    assert Authenticator.objects.filter(user=dev.user, type="totp").exists()


def test_removing_the_app_unverifies_the_session(client: Client, lata: User, clock) -> None:
    """An agent may remove it; sessions that used it are not verified any more."""
    client.force_login(lata)
    key, _ = mfa.enrol_totp(user=lata)
    wanted = "/account/second-factor/remove/"
    for body in ({"password": PASSWORD}, {"second_factor": totp.code(key, NOON)}):
        client.post(wanted)
        assert Authenticator.objects.filter(user=lata).exists()
        way = next(iter(body))
        client.post("/account/is-it-you/", {"way": way, "next": wanted, **body})
    assert client.post("/account/second-factor/remove/").status_code == 302
    assert not Authenticator.objects.filter(user=lata).exists()


def test_code_login_needs_the_second_factor(client: Client, dev: NewStaff, clock) -> None:
    """A code to the contact replaces the password only."""
    client.post("/log-in/by-code/", {"contact": BODY["contact"]})
    response = client.post("/log-in/code/", {"code": sent_code(BODY["contact"])})
    assert response.url == "/log-in/second-factor/"


def test_staff_token_without_factor_is_refused(call) -> None:
    """No staff endpoint accepts it."""
    user = make_staff("Uma", "admin")
    user.set_password(PASSWORD)
    user.save()
    assert call("auth/tokens/", contact=user.email, password=PASSWORD).status_code == 201
    assert user.token_families.get().second_factor_at is None


@pytest.mark.django_db(transaction=True)
def test_concurrent_right_codes_succeed_once() -> None:
    """Of 30 concurrent log-ins with one code one succeeds."""
    with time_machine.travel(NOON):
        dev = make_dev()
        code = code_at(dev)

        def give(_: int) -> bool:
            try:
                mfa.check_second_factor(user=dev.user, code=code, at=NOON)
            except Exception:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(30) as pool:
            assert sum(pool.map(give, range(30))) == 1


def test_staff_sessions_last_eight_hours(client: Client, dev: NewStaff, clock) -> None:
    """A session of staff ends after eight hours, an agent's after two weeks."""
    log_in(client, code_at(dev))
    assert client.get(reverse("admin:index")).status_code == 200
    clock.shift(timedelta(hours=8, seconds=1))
    assert client.get(reverse("admin:index")).status_code == 302
