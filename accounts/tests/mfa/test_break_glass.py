"""Break-glass: staff who lost their second factor are let in once, within an hour, and all hear."""

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
from accounts.mfa import break_glass as mfa_break_glass
from accounts.mfa import services as mfa
from accounts.mfa import totp
from accounts.models import AuditEvent, User
from accounts.staff import services as staff
from accounts.tests.conftest import last_message
from conftest import NOON, PASSWORD, make_staff
from hitouch.core.rate_limits import RateLimited

pytestmark = pytest.mark.django_db


@pytest.fixture
def dev(db: None) -> User:
    """A reviewer whose phone was stolen."""
    return make_dev()


def make_dev() -> User:
    staff.apply_roles()
    made = staff.create_staff(
        contact="dev@example.com", password=PASSWORD, role_names=["reviewer"], by=None, at=NOON
    )
    return made.user


def break_glass(*args: str) -> str:
    out = StringIO()
    call_command("break_glass", *args, stdout=out)
    return out.getvalue().split()[-1]


def log_in(code: str) -> Client:
    client = Client()
    client.post("/log-in/", {"contact": "dev@example.com", "password": PASSWORD})
    client.post("/log-in/second-factor/", {"code": code})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_it_opens_the_gate_for_that_session(dev: User) -> None:
    """Typed after the password; the first page is setting up a new factor."""
    token = break_glass("dev@example.com", "--why", "Her phone was stolen")
    client = Client()
    client.post("/log-in/", {"contact": "dev@example.com", "password": PASSWORD})
    answer = client.post("/log-in/second-factor/", {"code": token})
    assert answer.url == "/account/second-factor/"
    assert "break-glass token" in client.get(answer.url).content.decode()
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_new_app_takes_the_lost_ones_place() -> None:
    """The old app and the old recovery codes are worth nothing from then on."""
    with time_machine.travel(NOON, tick=False):
        dev = make_dev()
        lost = list(Authenticator.objects.values_list("pk", flat=True))
        client = log_in(break_glass("dev@example.com", "--why", "Lost"))
        key = client.get("/account/second-factor/set-up/").context["form"].secret
        code = totp.code(key, NOON)
        answer = client.post("/account/second-factor/set-up/", {"code": code})
        assert answer.url == "/account/second-factor/recovery-codes/"
        assert client.get("/admin/").status_code == 200
        assert not Authenticator.objects.filter(pk__in=lost).exists()
        BreakGlass.objects.all().delete()
        assert client.get("/admin/").status_code == 200
    later = NOON + timedelta(minutes=1)
    given = mfa.check_second_factor(user=dev, code=totp.code(key, later), at=later)
    assert given.type == "totp"


def test_it_is_good_once(dev: User) -> None:
    """A second log-in with it is refused like any wrong code."""
    token = break_glass("dev@example.com", "--why", "Lost")
    assert is_in(log_in(token))
    assert not is_in(log_in(token))


def test_it_is_good_for_an_hour(dev: User) -> None:
    """Taken at 59 minutes, refused after 60; the sweep shuts what it opened."""
    token = break_glass("dev@example.com", "--why", "Lost")
    with time_machine.travel(NOON + timedelta(minutes=61)):
        assert not is_in(log_in(token))
    with time_machine.travel(NOON + timedelta(minutes=59)):
        client = log_in(token)
        assert is_in(client)
    mfa_break_glass.sweep_break_glass(at=NOON + timedelta(minutes=62))
    assert client.get("/admin/").status_code == 302


def test_it_is_written_as_one_likes(dev: User) -> None:
    """Small letters, blanks and missing dashes do no harm."""
    token = break_glass("dev@example.com", "--why", "Lost")
    assert is_in(log_in(f" {token.lower().replace('-', ' ')} "))


def test_a_newer_one_replaces_the_older(dev: User) -> None:
    """There is never more than one."""
    older = break_glass("dev@example.com", "--why", "Lost")
    newer = break_glass("dev@example.com", "--why", "The first went astray")
    assert not is_in(log_in(older))
    assert is_in(log_in(newer))


def test_it_belongs_to_one_person(dev: User) -> None:
    """Somebody else's token opens nothing, even after one's own password."""
    make_staff("Uma", "reviewer")
    token = break_glass("uma@example.com", "--why", "Lost")
    assert not is_in(log_in(token))


def test_everybody_hears_of_it(dev: User) -> None:
    """The record, the person and the admins: when it is made, and when it is used."""
    make_staff("Meera", "admin")
    token = break_glass("dev@example.com", "--why", "Her phone was stolen")
    made = AuditEvent.objects.get(action="staff.break_glass_made")
    assert made.new == {"why": "Her phone was stolen"}
    for contact in ("dev@example.com", "meera@example.com"):
        assert "break-glass token was created for d" in last_message(contact).body
        assert token not in last_message(contact).body
    log_in(token)
    assert AuditEvent.objects.filter(action="staff.break_glass_used").exists()
    assert "was used to log in" in last_message("meera@example.com").body


def test_it_cannot_be_read_again(dev: User) -> None:
    """The row holds a keyed hash alone."""
    token = break_glass("dev@example.com", "--why", "Lost")
    row = BreakGlass.objects.get()
    assert token.replace("-", "").removeprefix("GLASS") not in str(vars(row))


def test_it_counts_as_a_try(dev: User) -> None:
    """Five wrong ones, and the right one waits like every other code."""
    token = break_glass("dev@example.com", "--why", "Lost")
    for _ in range(5):
        assert not is_in(log_in("GLASS-AAAAA-AAAAA-AAAAA-AAAAA"))
    assert not is_in(log_in(token))
    with time_machine.travel(NOON + timedelta(minutes=6)):
        assert is_in(log_in(token))


@pytest.mark.parametrize("who", ["lata@example.com", "nobody@example.com", "no contact"])
def test_it_is_for_staff_alone(lata: User, who: str) -> None:
    """An agent, a stranger, and what is no contact: a sentence."""
    with pytest.raises(CommandError):
        break_glass(who, "--why", "Asked for it")


def test_suspended_staff_get_none(dev: User, meera: User) -> None:
    """The command is no way around a suspension."""
    staff.suspend(user=dev, by=meera, at=NOON, why="Left")
    with pytest.raises(CommandError):
        break_glass("dev@example.com", "--why", "Lost")


@pytest.mark.django_db(transaction=True)
def test_of_thirty_at_once_one_gets_in() -> None:
    """Thirty with the right token at the same moment: one."""
    with time_machine.travel(NOON):
        dev = make_dev()
        token = mfa_break_glass.make_break_glass(user=dev, why="Lost", at=NOON)

        def use(_: int) -> bool:
            try:
                mfa_break_glass.use_break_glass(user=dev, code=token, at=NOON)
            except (mfa.WrongSecondFactor, RateLimited):
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(30) as pool:
            assert sum(pool.map(use, range(30))) == 1


def test_otp_library_finds_it(dev: User) -> None:
    """django-otp may ask for all devices of a person, this one among them."""
    break_glass(dev.email or "", "--why", "Lost the phone")
    assert [type(device) for device in devices_for_user(dev, confirmed=None)].count(BreakGlass) == 1
