"""Break-glass tokens: staff who lost their second factor log in once, within an hour."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django_otp import devices_for_user

from accounts.bridge.models import BreakGlass
from accounts.mfa import break_glass, totp
from accounts.mfa import services as mfa
from accounts.models import AuditEvent, User
from accounts.staff import services as staff
from accounts.tests.conftest import last_message
from conftest import NOON, PASSWORD, make_staff
from hitouch.core.rate_limits import RateLimited

pytestmark = pytest.mark.django_db


@pytest.fixture
def dev(db: None) -> User:
    """A reviewer who lost their second factor."""
    return make_dev()


def make_dev() -> User:
    """Create the reviewer."""
    staff.apply_roles()
    new_staff = staff.create_staff(
        contact="dev@example.com", password=PASSWORD, role_names=["reviewer"], by=None, at=NOON
    )
    return new_staff.user


def run_command(*args: str) -> str:
    """Run the command; returns the printed token."""
    out = StringIO()
    call_command("break_glass", *args, stdout=out)
    return out.getvalue().split()[-1]


def log_in(code: str) -> Client:
    """A browser that sent the password and this code."""
    client = Client()
    client.post("/log-in/", {"contact": "dev@example.com", "password": PASSWORD})
    client.post("/log-in/second-factor/", {"code": code})
    return client


def is_logged_in(client: Client) -> bool:
    """Whether somebody is logged in in this browser."""
    return "_auth_user_id" in client.session


def test_token_verifies_the_session(dev: User) -> None:
    """Entered after the password; the first page is setting up a new factor."""
    token = run_command("dev@example.com", "--why", "Her phone was stolen")
    client = Client()
    client.post("/log-in/", {"contact": "dev@example.com", "password": PASSWORD})
    response = client.post("/log-in/second-factor/", {"code": token})
    assert response.url == "/account/second-factor/"
    assert "break-glass token" in client.get(response.url).content.decode()
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_new_app_replaces_the_lost_one() -> None:
    """The old app and the old recovery codes do not work any more."""
    with time_machine.travel(NOON, tick=False):
        dev = make_dev()
        lost = list(Authenticator.objects.values_list("pk", flat=True))
        client = log_in(run_command("dev@example.com", "--why", "Lost"))
        key = client.get("/account/second-factor/set-up/").context["form"].secret
        code = totp.code(key, NOON)
        response = client.post("/account/second-factor/set-up/", {"code": code})
        assert response.url == "/account/second-factor/recovery-codes/"
        assert client.get("/admin/").status_code == 200
        assert not Authenticator.objects.filter(pk__in=lost).exists()
        BreakGlass.objects.all().delete()
        assert client.get("/admin/").status_code == 200
    later = NOON + timedelta(minutes=1)
    factor = mfa.check_second_factor(user=dev, code=totp.code(key, later), at=later)
    assert factor.type == "totp"


def test_token_works_once(dev: User) -> None:
    """A second log-in with it is refused like any wrong code."""
    token = run_command("dev@example.com", "--why", "Lost")
    assert is_logged_in(log_in(token))
    assert not is_logged_in(log_in(token))


def test_token_expires_after_an_hour(dev: User) -> None:
    """Accepted after 59 minutes, refused after 60; the sweep un-verifies its session."""
    token = run_command("dev@example.com", "--why", "Lost")
    with time_machine.travel(NOON + timedelta(minutes=61)):
        assert not is_logged_in(log_in(token))
    with time_machine.travel(NOON + timedelta(minutes=59)):
        client = log_in(token)
        assert is_logged_in(client)
    break_glass.sweep_break_glass(at=NOON + timedelta(minutes=62))
    assert client.get("/admin/").status_code == 302


def test_notation_of_the_token_is_free(dev: User) -> None:
    """Lower case, blanks and missing dashes are accepted."""
    token = run_command("dev@example.com", "--why", "Lost")
    assert is_logged_in(log_in(f" {token.lower().replace('-', ' ')} "))


def test_new_token_replaces_the_older(dev: User) -> None:
    """There is at most one."""
    older = run_command("dev@example.com", "--why", "Lost")
    newer = run_command("dev@example.com", "--why", "The first went astray")
    assert not is_logged_in(log_in(older))
    assert is_logged_in(log_in(newer))


def test_token_of_another_user_is_refused(dev: User) -> None:
    """Also after one's own password."""
    make_staff("Uma", "reviewer")
    token = run_command("uma@example.com", "--why", "Lost")
    assert not is_logged_in(log_in(token))


def test_user_and_admins_are_notified(dev: User) -> None:
    """And it is recorded, when it is created and when it is used."""
    make_staff("Meera", "admin")
    token = run_command("dev@example.com", "--why", "Her phone was stolen")
    new_staff = AuditEvent.objects.get(action="staff.break_glass_made")
    assert new_staff.new == {"why": "Her phone was stolen"}
    for contact in ("dev@example.com", "meera@example.com"):
        assert "break-glass token was created for d" in last_message(contact).body
        assert token not in last_message(contact).body
    log_in(token)
    assert AuditEvent.objects.filter(action="staff.break_glass_used").exists()
    assert "was used to log in" in last_message("meera@example.com").body


def test_token_is_stored_hashed(dev: User) -> None:
    """The row has a keyed hash only."""
    token = run_command("dev@example.com", "--why", "Lost")
    row = BreakGlass.objects.get()
    assert token.replace("-", "").removeprefix("GLASS") not in str(vars(row))


def test_tokens_are_rate_limited(dev: User) -> None:
    """After five wrong ones the right one is limited like every other code."""
    token = run_command("dev@example.com", "--why", "Lost")
    for _ in range(5):
        assert not is_logged_in(log_in("GLASS-AAAAA-AAAAA-AAAAA-AAAAA"))
    assert not is_logged_in(log_in(token))
    with time_machine.travel(NOON + timedelta(minutes=6)):
        assert is_logged_in(log_in(token))


@pytest.mark.parametrize("who", ["lata@example.com", "nobody@example.com", "no contact"])
def test_token_is_for_staff_only(lata: User, who: str) -> None:
    """Agents, unknown contacts and invalid contacts are refused."""
    with pytest.raises(CommandError):
        run_command(who, "--why", "Asked for it")


def test_suspended_staff_get_none(dev: User, meera: User) -> None:
    """The command does not bypass a suspension."""
    staff.suspend(user=dev, by=meera, at=NOON, why="Left")
    with pytest.raises(CommandError):
        run_command("dev@example.com", "--why", "Lost")


@pytest.mark.django_db(transaction=True)
def test_concurrent_uses_succeed_once() -> None:
    """Of thirty concurrent log-ins with the token one succeeds."""
    with time_machine.travel(NOON):
        dev = make_dev()
        token = break_glass.make_break_glass(user=dev, why="Lost", at=NOON)

        def use(_: int) -> bool:
            try:
                break_glass.use_break_glass(user=dev, code=token, at=NOON)
            except (mfa.WrongSecondFactor, RateLimited):
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(30) as pool:
            assert sum(pool.map(use, range(30))) == 1


def test_django_otp_finds_the_device(dev: User) -> None:
    """django-otp can list all devices of a user, this one included."""
    run_command(dev.email or "", "--why", "Lost the phone")
    assert [type(device) for device in devices_for_user(dev, confirmed=None)].count(BreakGlass) == 1
