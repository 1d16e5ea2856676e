"""Managing second factors: replacing the app, recovery codes, and who must keep a factor."""

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
    """A browser in which the user is logged in."""
    client = Client()
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


def add_passkey(client: Client) -> None:
    """Add a passkey on the page."""
    page_url = f"{PAGE}passkeys/add/"
    credential = Phone().make(client.get(page_url).context["options"])
    client.post(page_url, {"name": "", "credential": json.dumps(credential)})


def set_up_app(client: Client) -> str:
    """Set up an authenticator app on the page; returns its key."""
    key = client.get(f"{PAGE}set-up/").context["form"].secret
    assert client.post(f"{PAGE}set-up/", {"code": totp.code(key, NOON)}).status_code == 302
    return key


@pytest.mark.django_db(transaction=True)
def test_new_app_replaces_the_first(lata: User) -> None:
    """The account always has a factor, and keeps its recovery codes."""
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
def test_recovery_codes_are_shown_once(lata: User) -> None:
    """As a file and printable, without a script; the next view shows none."""
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
def test_few_recovery_codes_are_mentioned(lata: User) -> None:
    """Below three the page says so; new codes replace the old ones."""
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


def test_staff_keep_one_factor(lata: User) -> None:
    """Of two factors staff may remove either; the last one stays, with the reason."""
    User.objects.update(is_staff=True)
    client = logged_in(lata)
    add_passkey(client)
    add_passkey(client)
    first, second = Authenticator.objects.filter(type="webauthn").order_by("pk")
    client.post(f"{PAGE}passkeys/{first.pk}/remove/")
    response = client.post(f"{PAGE}passkeys/{second.pk}/remove/")
    assert "needs two-step verification" in response.content.decode()
    assert [key.pk for key in enrolled_factors(lata).passkeys] == [second.pk]


def test_factor_of_another_user_is_not_found(lata: User) -> None:
    """It can neither be removed nor seen."""
    add_passkey(logged_in(lata))
    key = Authenticator.objects.get(type="webauthn")
    ravi = make_user("Ravi")
    ravi.set_password(PASSWORD)
    ravi.save()
    response = logged_in(ravi).post(f"{PAGE}passkeys/{key.pk}/remove/")
    assert "already been removed" in response.content.decode()
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_removals_leave_one_factor() -> None:
    """Of two concurrent removals of the last two factors one is refused."""
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


def test_visitors_are_redirected_to_log_in(client: Client) -> None:
    """Every page of second factors needs a logged-in user."""
    for page_url in ("", "set-up/", "passkeys/add/", "passkeys/1/", "remove/", "confirm/passkey/"):
        assert client.get(f"{PAGE}{page_url}").url.startswith("/log-in/"), page_url
