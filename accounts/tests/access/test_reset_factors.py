"""Removing another person's second factors takes two people."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.access import services
from accounts.bridge.models import BreakGlass
from accounts.mfa import access, break_glass, resets, totp
from accounts.mfa import services as mfa
from accounts.models import AccessChange, AuditEvent, User
from accounts.security.second_person import NotASecondPerson, SecondPersonRequired
from accounts.sessions import tokens
from accounts.tests.access.conftest import ON_PAGE_AND_API, WHY, By, Page, state
from accounts.tests.conftest import last_message
from conftest import NOON, PASSWORD, make_staff, make_user

pytestmark = pytest.mark.django_db
State = AccessChange.State


@pytest.fixture
def key(lata: User) -> str:
    """The key of Lata's authenticator app. Lata is an agent."""
    return mfa.enrol_totp(user=lata)[0]


@pytest.fixture
def dev(staff_groups: None) -> User:
    """A reviewer, with an app and recovery codes."""
    user = make_staff("Dev", "reviewer")
    user.set_password(PASSWORD)
    user.save()
    mfa.enrol_totp(user=user)
    return user


@pytest.fixture
def olga(staff_groups: None) -> User:
    """Another one of operations."""
    return make_staff("Olga", "operations")


def factors(user: User) -> int:
    return Authenticator.objects.filter(user=user).count()


def log_in(user: User, code: str = "") -> Client:
    browser = Client()
    browser.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    if code:
        browser.post("/log-in/second-factor/", {"code": code})
    return browser


def is_logged_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@ON_PAGE_AND_API
def test_two_people_remove_an_agents_factors(
    key: str, lata: User, bela: User, omar: User, olga: User, by: By
) -> None:
    """Nothing happens until a colleague approves; then the factors and the sessions are gone."""
    browser = log_in(lata, totp.code(key, timezone.now()))
    assert is_logged_in(browser)
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    by(omar).reset_factors(lata)
    change = AccessChange.objects.get()
    assert (factors(lata), state(change)) == (2, State.REQUESTED)
    assert "were asked to remove" in last_message(lata.email).body
    assert last_message(olga.email).template == "accounts/access"
    page = by(olga).see(change).content.decode()
    assert "1 authenticator app, 1 set of recovery codes" in page
    by(olga).post(change, "approve")
    assert (factors(lata), state(change)) == (0, State.APPLIED)
    assert browser.get("/account/").status_code == 302
    assert tokens.user_for_access_token(access_token=token, at=timezone.now()) is None
    assert "were removed by our staff" in last_message(lata.email).body
    assert "removed the second factors of l" in last_message(bela.email).body
    assert is_logged_in(log_in(lata))


@ON_PAGE_AND_API
@pytest.mark.parametrize("who", ["finance", "no role", "agent", "concerned", "nobody"])
def test_who_cannot_request(key: str, lata: User, staff_groups: None, by: By, who: str) -> None:
    """Only admins and operations; nobody for themselves."""
    person = {
        "finance": make_staff("Finn", "finance"), "no role": make_staff("Kiran"),
        "agent": make_user("Farah"), "concerned": lata, "nobody": None,
    }[who]  # fmt: skip
    by(person).reset_factors(lata)
    assert not AccessChange.objects.exists()
    assert factors(lata) == 2


@ON_PAGE_AND_API
@pytest.mark.parametrize("who", ["requester", "finance", "no role", "agent", "nobody"])
def test_who_cannot_approve(key: str, lata: User, omar: User, by: By, who: str) -> None:
    """Neither the requester, nor anybody without the role."""
    change = access.request_reset(user=lata, by=omar, at=timezone.now(), why=WHY)
    person = {
        "requester": omar, "finance": make_staff("Finn", "finance"),
        "no role": make_staff("Kiran"), "agent": make_user("Farah"), "nobody": None,
    }[who]  # fmt: skip
    by(person).post(change, "approve")
    assert (factors(lata), state(change)) == (2, State.REQUESTED)


@ON_PAGE_AND_API
def test_it_needs_reauthentication_and_a_reason(key: str, lata: User, omar: User, by: By) -> None:
    """A session that was left open removes nothing."""
    by(omar, recent=False).reset_factors(lata)
    by(omar).reset_factors(lata, why=" ")
    assert not AccessChange.objects.exists()


def test_staff_get_a_token_instead(dev: User, omar: User, bela: User, carl: User) -> None:
    """A password alone would let in who knows it, and they could set up a factor of their own.

    The requester sees the token once; the old app and codes do not work any more, neither before
    nor after the token is used.
    """
    app, codes = Authenticator.objects.get(user=dev, type="totp"), mfa_codes(dev)
    browser = log_in(dev, codes[1])
    assert browser.get("/admin/").status_code == 200
    change = access.request_reset(user=dev, by=omar, at=timezone.now(), why=WHY)
    page = Page(bela).post(change, "approve")
    assert state(change) == State.APPROVED
    assert "GLASS" not in page.content.decode()
    assert factors(dev) == 2
    for person in (bela, carl, dev):
        assert "GLASS-" not in Page(person).post(change, "carry_out").content.decode()
    page = Page(omar).post(change, "carry_out")
    (token,) = re.findall(r"GLASS(?:-[A-Z2-9]{5}){4}", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert "GLASS-" not in Page(omar).post(change, "carry_out").content.decode()
    assert browser.get("/admin/").status_code == 302
    assert not Authenticator.objects.filter(pk=app.pk).exists()
    assert not is_logged_in(log_in(dev))
    assert not is_logged_in(log_in(dev, codes[0]))
    inside = log_in(dev, token)
    assert is_logged_in(inside)
    assert "break-glass token" in inside.get("/account/second-factor/").content.decode()
    setup = inside.get("/account/second-factor/set-up/").context["form"]
    inside.post("/account/second-factor/set-up/", {"code": totp.code(setup.secret, timezone.now())})
    assert Authenticator.objects.filter(user=dev, type="totp").count() == 1
    assert not is_logged_in(log_in(dev, token))


def test_a_token_is_not_used_up_by_a_log_in_from_before(dev: User, omar: User, bela: User) -> None:
    """Who waited at the page of the code while colleagues removed the factors logs in again."""
    waiting = log_in(dev)
    change = access.request_reset(user=dev, by=omar, at=timezone.now(), why=WHY)
    services.approve_change(change=change, by=bela, at=timezone.now())
    token = services.carry_out_change(change=change, by=omar, at=timezone.now())
    answer = waiting.post("/log-in/second-factor/", {"code": token})
    assert not is_logged_in(waiting)
    assert answer.url == "/log-in/"
    assert "Log in again" in waiting.get("/log-in/").content.decode()
    assert is_logged_in(log_in(dev, token))


def mfa_codes(user: User) -> list[str]:
    rows = Authenticator.objects.get(user=user, type="recovery_codes")
    return list(rows.wrap().get_unused_codes())


def test_an_unused_token_leaves_the_account_shut(dev: User, omar: User, bela: User) -> None:
    """After the hour a password alone is still not enough."""
    change = access.request_reset(user=dev, by=omar, at=timezone.now(), why=WHY)
    services.approve_change(change=change, by=bela, at=timezone.now())
    services.carry_out_change(change=change, by=omar, at=timezone.now())
    BreakGlass.objects.all().delete()
    assert not is_logged_in(log_in(dev))
    assert mfa.queries.has_second_factor(dev)


def test_for_staff_one_of_the_two_is_an_admin(
    dev: User, omar: User, olga: User, bela: User
) -> None:
    """Two of operations could otherwise open an admin's account."""
    change = access.request_reset(user=dev, by=omar, at=NOON, why=WHY)
    with pytest.raises(services.CannotApproveAccess):
        services.approve_change(change=change, by=olga, at=NOON)
    services.approve_change(change=change, by=bela, at=NOON)


def test_it_is_recorded_with_both(key: str, lata: User, omar: User, olga: User) -> None:
    """Who requested and who approved, and which factors there were."""
    change = access.request_reset(user=lata, by=omar, at=NOON, why=WHY)
    services.approve_change(change=change, by=olga, at=NOON)
    event = AuditEvent.objects.get(action="account.second_factors_reset")
    assert (event.by, event.old) == (omar, {"kinds": ["recovery_codes", "totp"]})
    assert event.new == {"why": WHY, "approved_by": str(olga.pk)}


def test_what_cannot_be_requested(lata: User, dev: User, bela: User, omar: User) -> None:
    """Where there is nothing to remove, for oneself, for who is not active, and twice."""
    refused: dict[Any, tuple[User, User]] = {
        resets.NoSecondFactors: (lata, omar), resets.OwnSecondFactors: (dev, dev),
    }  # fmt: skip
    dev.groups.add(*bela.groups.all())
    for refusal, (user, requester) in refused.items():
        with pytest.raises(refusal):
            access.request_reset(user=user, by=requester, at=NOON, why=WHY)
    access.request_reset(user=dev, by=omar, at=NOON, why=WHY)
    with pytest.raises(services.AlreadyRequested):
        access.request_reset(user=dev, by=bela, at=NOON, why=WHY)
    User.objects.filter(pk=dev.pk).update(status="SUSPENDED")
    with pytest.raises(Exception, match="not active"):
        access.request_reset(user=dev, by=bela, at=NOON, why=WHY)


def test_who_found_a_way_in_ends_the_request(key: str, lata: User, omar: User, olga: User) -> None:
    """A factor added after the request is not removed by it."""
    change = access.request_reset(user=lata, by=omar, at=NOON, why=WHY)
    Authenticator.objects.create(user=lata, type="webauthn", data={})
    with pytest.raises(services.TargetChanged):
        services.approve_change(change=change, by=olga, at=NOON)
    assert factors(lata) == 3


def test_the_services_refuse_one_person(key: str, lata: User, dev: User, omar: User) -> None:
    """Whatever page calls them."""
    for approved_by in (None, omar, lata):
        with pytest.raises((SecondPersonRequired, NotASecondPerson)), transaction.atomic():
            resets.remove_all_factors(user=lata, by=omar, approved_by=approved_by, at=NOON, why=WHY)
    with pytest.raises(SecondPersonRequired):
        break_glass.make_break_glass(user=dev, why=WHY, at=NOON, by=omar)
    assert factors(lata) == 2


def test_members_who_spend_get_a_token(key: str, lata: User, bela: User, settings: Any) -> None:
    """They must have a second factor as staff must; being made one ends an older request."""
    omar = make_staff("Omar", "operations")
    change = access.request_reset(user=lata, by=omar, at=NOON, why=WHY)
    settings.HITOUCH_MFA_REQUIRED_HOOK = "accounts.tests.access.test_credentials.is_lata"
    with pytest.raises(resets.AnotherResetNeeded):
        services.approve_change(change=change, by=bela, at=NOON)
    change = access.request_reset(user=lata, by=omar, at=NOON, why=WHY)
    services.approve_change(change=change, by=bela, at=NOON)
    token = services.carry_out_change(change=change, by=omar, at=NOON)
    assert break_glass.is_break_glass(token)
    assert mfa.queries.has_second_factor(lata)


def test_the_database_keeps_one_open_request(dev: User, omar: User) -> None:
    """Two requests would be carried out one after the other."""
    change = access.request_reset(user=dev, by=omar, at=NOON, why=WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessChange.objects.create(
            kind=change.kind, target=dev, why=WHY, requested_by=omar, requested_at=NOON,
            expires_at=NOON + AccessChange.LIFETIME,
        )  # fmt: skip
