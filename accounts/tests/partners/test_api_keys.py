"""API keys of partners' programs: they act for one person, within their scopes, until they end."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent, ApiKey, AuditEvent, User
from accounts.partners import services as partners
from accounts.staff import services as staff
from accounts.tests.conftest import last_message
from conftest import NOON, make_staff, make_user
from hitouch.core.errors import ReasonRequired, Refusal

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)


def make_key(owner: User, **changes: Any) -> partners.NewCredential[ApiKey]:
    facts = {"name": "Orchid desk", "scopes": ["me:read"], "expires_at": NOON + YEAR}
    by = User.objects.filter(is_staff=True).first() or make_staff("Omar", "operations")
    return partners.create_api_key(owner=owner, by=by, at=NOON, **(facts | changes))


def test_a_key_acts_for_its_owner(call: Any, lata: User) -> None:
    """The API answers the program as it would answer the person."""
    made = make_key(lata)
    answer = call("me/", method="get", token=made.secret)
    assert (answer.status_code, answer.json()["id"]) == (200, str(lata.pk))


def test_a_key_cannot_be_read_again(lata: User) -> None:
    """What is kept is how it begins, and a keyed hash."""
    made = make_key(lata)
    assert made.secret.startswith("hcx_key_")
    assert len(made.secret) == len("hcx_key_") + 43
    row = ApiKey.objects.values().get()
    assert row["prefix"] == made.secret[:12]
    assert made.secret[12:] not in str(row)
    assert made.secret[12:] not in str(AuditEvent.objects.values().get())
    assert made.secret[12:] not in last_message(lata.email).body


def test_making_is_noted_and_told(lata: User) -> None:
    """The record knows who made what for whom; the owner gets a mail."""
    made = make_key(lata)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.on_id) == (
        "apikey.made", made.credential.created_by, str(made.credential.pk),
    )  # fmt: skip
    assert event.new["scopes"] == ["me:read"]
    assert "Orchid desk can now act on your behalf" in last_message(lata.email).body


def test_an_owner_without_mail_is_told_by_sms(db: None) -> None:
    """A phone number is enough."""
    make_key(make_user("Lata", email=None))
    message = last_message(User.objects.get(is_staff=False).phone)
    assert message.template == "accounts/security_program_added"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scopes": []}, "unknown_scopes"),
        ({"scopes": ["me:read", "everything"]}, "unknown_scopes"),
        ({"scopes": ["payments:write"]}, "unknown_scopes"),
        ({"expires_at": NOON}, "bad_end"),
        ({"expires_at": NOON - HOUR}, "bad_end"),
        ({"expires_at": NOON + YEAR + HOUR}, "bad_end"),
    ],
)
def test_what_a_key_must_have(lata: User, changes: dict[str, Any], code: str) -> None:
    """Scopes of the file, and an end within a year."""
    with pytest.raises(Refusal) as refused:
        make_key(lata, **changes)
    assert refused.value.code == code
    assert not ApiKey.objects.exists()


def test_no_program_acts_for_staff(meera: User) -> None:
    """Staff rights are never handed to a program."""
    with pytest.raises(partners.OwnerCannotAct):
        make_key(meera)


@pytest.mark.parametrize("status", ["PENDING", "SUSPENDED", "CLOSED"])
def test_no_program_acts_for_an_account_that_is_not_active(lata: User, status: str) -> None:
    """Nobody is woken up by a key."""
    lata.status = status
    with pytest.raises(partners.OwnerCannotAct):
        make_key(lata)


def test_an_owner_can_tell_programs_apart(lata: User, asha: Agent) -> None:
    """One live program of a name; another person may have the same, and a revoked one is gone."""
    first = make_key(lata).credential
    with pytest.raises(partners.NameTaken):
        make_key(lata)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.create(
            name=first.name, owner=lata, scopes=["me:read"], created_by=lata, expires_at=NOON
        )
    make_key(asha.user)
    partners.revoke_api_key(key=first, by=first.created_by, at=NOON, why="Renamed")
    make_key(lata)


def test_a_revoked_key_is_nothing_at_once(call: Any, lata: User) -> None:
    """From the next request on, with the reason in the row and the record."""
    made = make_key(lata)
    key, by = made.credential, made.credential.created_by
    with pytest.raises(ReasonRequired):
        partners.revoke_api_key(key=key, by=by, at=NOON, why=" ")
    assert call("me/", method="get", token=made.secret).status_code == 200
    partners.revoke_api_key(key=key, by=by, at=NOON, why="Leaked")
    assert call("me/", method="get", token=made.secret).status_code == 401
    assert ApiKey.objects.get().revoked_why == "Leaked"
    event = AuditEvent.objects.get(action="apikey.revoked")
    assert event.new["why"] == "Leaked"
    assert "can no longer act on your behalf" in last_message(lata.email).body
    with pytest.raises(partners.RevokedAlready):
        partners.revoke_api_key(key=key, by=by, at=NOON, why="Again")


def test_a_key_ends_on_its_day(call: Any, lata: User) -> None:
    """Good to the last second, nothing after it."""
    made = make_key(lata, expires_at=NOON + HOUR)
    with time_machine.travel(NOON + HOUR - timedelta(seconds=5)):
        assert call("me/", method="get", token=made.secret).status_code == 200
    with time_machine.travel(NOON + HOUR):
        assert call("me/", method="get", token=made.secret).status_code == 401


def test_suspending_the_owner_stops_the_program(call: Any, lata: User) -> None:
    """In the middle of its work; letting the owner in again lets the program in again."""
    made = make_key(lata)
    by = made.credential.created_by
    assert call("me/", method="get", token=made.secret).status_code == 200
    staff.suspend(user=lata, by=by, at=NOON, why="Asked")
    assert call("me/", method="get", token=made.secret).status_code == 401
    staff.reactivate(user=lata, by=by, at=NOON, why="Asked")
    assert call("me/", method="get", token=made.secret).status_code == 200


@pytest.mark.parametrize("change", [{"status": "CLOSED"}, {"is_staff": True}])
def test_an_owner_who_changes_stops_the_program(call: Any, lata: User, change: Any) -> None:
    """A closed account and somebody who became staff have no programs."""
    made = make_key(lata)
    User.objects.filter(pk=lata.pk).update(**change)
    assert call("me/", method="get", token=made.secret).status_code == 401


@pytest.mark.parametrize(
    "given", ["hcx_key_", "hcx_key_" + "x" * 43, "hcx_at_" + "x" * 43, "x", "x" * 9000, "ö\0"]
)
def test_a_key_that_is_none_is_401(call: Any, lata: User, given: str) -> None:
    """In one shape, with a challenge that names what is wrong (RFC 6750)."""
    make_key(lata)
    answer = call("me/", method="get", token=given)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="HitouchCX", error="invalid_token"'


def test_its_last_use_is_written_once_a_minute(call: Any, lata: User) -> None:
    """So that a reading request stays one query: the key, its owner and the agent together."""
    made = make_key(lata)
    counts = []
    for seconds in (0, 30, 59, 61):
        with (
            time_machine.travel(NOON + timedelta(seconds=seconds), tick=False),
            CaptureQueriesContext(connection) as asked,
        ):
            assert call("me/", method="get", token=made.secret).status_code == 200
        about = [q["sql"] for q in asked if "accounts_apikey" in q["sql"]]
        counts.append([sql.split()[0] for sql in about])
    assert counts == [["SELECT", "UPDATE"], ["SELECT"], ["SELECT"], ["SELECT", "UPDATE"]]
    assert ApiKey.objects.get().last_used_at == NOON + timedelta(seconds=61)
