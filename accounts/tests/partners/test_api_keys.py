"""API keys of partner apps: on whose behalf they act, scopes, expiry, revocation."""

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


def create_key(owner: User, **changes: Any) -> partners.NewCredential[ApiKey]:
    """Create an API key for an owner."""
    facts = {"name": "Orchid desk", "scopes": ["me:read"], "expires_at": NOON + YEAR}
    by = User.objects.filter(is_staff=True).first() or make_staff("Omar", "operations")
    return partners.create_api_key(owner=owner, by=by, at=NOON, **(facts | changes))


def test_a_key_acts_for_its_owner(call: Any, lata: User) -> None:
    """The API answers the app as it would answer the owner."""
    created = create_key(lata)
    response = call("me/", method="get", token=created.secret)
    assert (response.status_code, response.json()["id"]) == (200, str(lata.pk))


def test_a_key_cannot_be_read_again(lata: User) -> None:
    """Only its prefix and a keyed hash are stored."""
    created = create_key(lata)
    assert created.secret.startswith("hcx_key_")
    assert len(created.secret) == len("hcx_key_") + 43
    row = ApiKey.objects.values().get()
    assert row["prefix"] == created.secret[:12]
    assert created.secret[12:] not in str(row)
    assert created.secret[12:] not in str(AuditEvent.objects.values().get())
    assert created.secret[12:] not in last_message(lata.email).body


def test_creation_is_recorded_and_notified(lata: User) -> None:
    """The audit event has who, what and for whom; the owner gets a mail."""
    created = create_key(lata)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.on_id) == (
        "apikey.made", created.credential.created_by, str(created.credential.pk),
    )  # fmt: skip
    assert event.new["scopes"] == ["me:read"]
    assert "Orchid desk can now act on your behalf" in last_message(lata.email).body


def test_owner_without_email_is_notified_by_sms(db: None) -> None:
    """A phone number is enough."""
    create_key(make_user("Lata", email=None))
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
def test_scopes_and_expiry_are_validated(lata: User, changes: dict[str, Any], code: str) -> None:
    """Scopes of the file, and an expiry within a year."""
    with pytest.raises(Refusal) as refused:
        create_key(lata, **changes)
    assert refused.value.code == code
    assert not ApiKey.objects.exists()


def test_staff_cannot_own_a_key(meera: User) -> None:
    """Staff permissions are never given to an app."""
    with pytest.raises(partners.OwnerCannotAct):
        create_key(meera)


@pytest.mark.parametrize("status", ["PENDING", "SUSPENDED", "CLOSED"])
def test_inactive_account_cannot_own_a_key(lata: User, status: str) -> None:
    """Only active accounts can have a key."""
    lata.status = status
    with pytest.raises(partners.OwnerCannotAct):
        create_key(lata)


def test_names_are_unique_per_owner(lata: User, asha: Agent) -> None:
    """One valid credential per name; a revoked name is free again."""
    first = create_key(lata).credential
    with pytest.raises(partners.NameTaken):
        create_key(lata)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.create(
            name=first.name, owner=lata, scopes=["me:read"], created_by=lata, expires_at=NOON
        )
    create_key(asha.user)
    partners.revoke_api_key(key=first, by=first.created_by, at=NOON, why="Renamed")
    create_key(lata)


def test_revoked_key_stops_working(call: Any, lata: User) -> None:
    """From the next request on, with the reason in the row and the audit event."""
    created = create_key(lata)
    key, by = created.credential, created.credential.created_by
    with pytest.raises(ReasonRequired):
        partners.revoke_api_key(key=key, by=by, at=NOON, why=" ")
    assert call("me/", method="get", token=created.secret).status_code == 200
    partners.revoke_api_key(key=key, by=by, at=NOON, why="Leaked")
    assert call("me/", method="get", token=created.secret).status_code == 401
    assert ApiKey.objects.get().revoked_why == "Leaked"
    event = AuditEvent.objects.get(action="apikey.revoked")
    assert event.new["why"] == "Leaked"
    assert "can no longer act on your behalf" in last_message(lata.email).body
    with pytest.raises(partners.RevokedAlready):
        partners.revoke_api_key(key=key, by=by, at=NOON, why="Again")


def test_key_expires(call: Any, lata: User) -> None:
    """Valid to the last second, then refused."""
    created = create_key(lata, expires_at=NOON + HOUR)
    with time_machine.travel(NOON + HOUR - timedelta(seconds=5)):
        assert call("me/", method="get", token=created.secret).status_code == 200
    with time_machine.travel(NOON + HOUR):
        assert call("me/", method="get", token=created.secret).status_code == 401


def test_suspending_the_owner_stops_the_key(call: Any, lata: User) -> None:
    """At once; reactivating the owner makes it work again."""
    created = create_key(lata)
    by = created.credential.created_by
    assert call("me/", method="get", token=created.secret).status_code == 200
    staff.suspend(user=lata, by=by, at=NOON, why="Asked")
    assert call("me/", method="get", token=created.secret).status_code == 401
    staff.reactivate(user=lata, by=by, at=NOON, why="Asked")
    assert call("me/", method="get", token=created.secret).status_code == 200


@pytest.mark.parametrize("change", [{"status": "CLOSED"}, {"is_staff": True}])
def test_closed_or_staff_owner_stops_the_key(call: Any, lata: User, change: Any) -> None:
    """Keys of closed accounts and of users who became staff do not work."""
    created = create_key(lata)
    User.objects.filter(pk=lata.pk).update(**change)
    assert call("me/", method="get", token=created.secret).status_code == 401


@pytest.mark.parametrize(
    "given", ["hcx_key_", "hcx_key_" + "x" * 43, "hcx_at_" + "x" * 43, "x", "x" * 9000, "ö\0"]
)
def test_invalid_key_is_401(call: Any, lata: User, given: str) -> None:
    """With a challenge that names the error (RFC 6750)."""
    create_key(lata)
    response = call("me/", method="get", token=given)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == 'Bearer realm="HitouchCX", error="invalid_token"'


def test_last_use_is_saved_once_a_minute(call: Any, lata: User) -> None:
    """A read request stays one query: key, owner and agent together."""
    created = create_key(lata)
    counts = []
    for seconds in (0, 30, 59, 61):
        with (
            time_machine.travel(NOON + timedelta(seconds=seconds), tick=False),
            CaptureQueriesContext(connection) as futures,
        ):
            assert call("me/", method="get", token=created.secret).status_code == 200
        about = [q["sql"] for q in futures if "accounts_apikey" in q["sql"]]
        counts.append([sql.split()[0] for sql in about])
    assert counts == [["SELECT", "UPDATE"], ["SELECT"], ["SELECT"], ["SELECT", "UPDATE"]]
    assert ApiKey.objects.get().last_used_at == NOON + timedelta(seconds=61)
