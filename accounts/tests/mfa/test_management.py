"""Looking after second factors: another app, recovery codes, and who has to keep one."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from accounts.mfa import services as mfa
from accounts.mfa import totp
from accounts.mfa.queries import enrolled_factors
from accounts.models import User
from conftest import NOON, PASSWORD, make_staff, make_user
from tests.fakes.passkey import Phone

pytestmark = pytest.mark.django_db
PAGE = "/account/second-factor/"


def logged_in(user: User) -> Client:
    client = Client()
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


def add_passkey(client: Client) -> None:
    door = f"{PAGE}passkeys/add/"
    made = Phone().make(client.get(door).context["options"])
    client.post(door, {"name": "", "credential": json.dumps(made)})


def set_up_app(client: Client) -> str:
    key = client.get(f"{PAGE}set-up/").context["form"].secret
    assert client.post(f"{PAGE}set-up/", {"code": totp.code(key, NOON)}).status_code == 302
    return key


@pytest.mark.django_db(transaction=True)
def test_another_app_replaces_the_first(lata: User) -> None:
    """With a new phone nobody has to be without a factor in between; the codes stay."""
    with time_machine.travel(NOON, tick=False):
        client = logged_in(lata)
        set_up_app(client)
        before = enrolled_factors(lata)
        page = client.get(f"{PAGE}set-up/").content.decode()
        assert "will stop working" in page
        key = set_up_app(client)
        after = enrolled_factors(lata)
        assert after.app.pk != before.app.pk
        assert after.codes_left == before.codes_left == 10
        assert client.session["otp_device_id"]
    later = NOON.replace(minute=40)
    assert mfa.check_second_factor(user=lata, code=totp.code(key, later), at=later)


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_are_shown_once_to_keep(lata: User) -> None:
    """As a file and on paper, without a script; a second look shows none."""
    with time_machine.travel(NOON, tick=False):
        client = logged_in(lata)
        set_up_app(client)
        shown = client.get(f"{PAGE}recovery-codes/")
        codes = shown.context["unused_codes"]
        link = next(line for line in shown.content.decode().split('"') if line.startswith("data:"))
        assert unquote(link).split("\n")[1:-1] == codes
        assert "data-prints" in shown.content.decode()
        again = client.get(f"{PAGE}recovery-codes/").content.decode()
        assert not any(code in again for code in codes)


@pytest.mark.django_db(transaction=True)
def test_few_recovery_codes_are_a_hint(lata: User) -> None:
    """Below three the page says so; new ones replace the old."""
    with time_machine.travel(NOON, tick=False):
        client = logged_in(lata)
        set_up_app(client)
        codes = client.get(f"{PAGE}recovery-codes/").context["unused_codes"]
        assert "running low on recovery codes" not in client.get(PAGE).content.decode()
        for code in codes[:8]:
            mfa.check_second_factor(user=lata, code=code, at=NOON)
        assert "running low on recovery codes" in client.get(PAGE).content.decode()
        client.post(f"{PAGE}recovery-codes/new/")
        assert enrolled_factors(lata).codes_left == 10
        with pytest.raises(mfa.WrongSecondFactor):
            mfa.check_second_factor(user=lata, code=codes[9], at=NOON)


def test_staff_keep_one(lata: User) -> None:
    """Of two factors staff may remove one, whichever; the last one stays and the page says why."""
    User.objects.update(is_staff=True)
    client = logged_in(lata)
    add_passkey(client)
    add_passkey(client)
    first, second = Authenticator.objects.filter(type="webauthn").order_by("pk")
    client.post(f"{PAGE}passkeys/{first.pk}/remove/")
    answer = client.post(f"{PAGE}passkeys/{second.pk}/remove/")
    assert "needs two-step verification" in answer.content.decode()
    assert [key.pk for key in enrolled_factors(lata).passkeys] == [second.pk]


def test_somebody_elses_factor_is_not_there(lata: User) -> None:
    """Neither to remove nor to be told about."""
    add_passkey(logged_in(lata))
    key = Authenticator.objects.get(type="webauthn")
    ravi = make_user("Ravi")
    ravi.set_password(PASSWORD)
    ravi.save()
    answer = logged_in(ravi).post(f"{PAGE}passkeys/{key.pk}/remove/")
    assert "already been removed" in answer.content.decode()
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_removed_at_once_leave_one() -> None:
    """Each of the last two is removed by a thread at the same moment: one is refused."""
    uma = make_staff("Uma", "support")
    keys = [
        Authenticator.objects.create(user=uma, type="webauthn", data={"name": name})
        for name in ("one", "two")
    ]

    def remove(key: Authenticator) -> bool:
        try:
            mfa.remove_factor(user=uma, factor_id=key.pk, at=NOON)
        except mfa.LastFactor:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, keys)) == [False, True]
    assert Authenticator.objects.filter(user=uma).count() == 1


def test_the_page_asks_nobody_who_is_out(client: Client) -> None:
    """Every page of factors leads a stranger to the log-in."""
    for door in ("", "set-up/", "passkeys/add/", "passkeys/1/", "remove/", "confirm/passkey/"):
        assert client.get(f"{PAGE}{door}").url.startswith("/log-in/"), door
