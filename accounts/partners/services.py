"""API keys and OAuth2 clients of partner apps: created, renewed and revoked by staff.

One that may spend a client's money takes two people: `by` requested it and `approved_by` approved
it (accounts/access).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.hooks import may_spend
from accounts.models import ApiKey, OAuthClient, User
from accounts.models.partners import Credential
from accounts.partners import credentials
from accounts.security import audit, locks
from accounts.security.notifications import SecurityNotification, notify
from accounts.security.scopes import all_scopes
from accounts.security.second_person import require_second_person
from hitouch.core import sweeps
from hitouch.core.errors import ReasonRequired, Refusal

AnyCredential = TypeVar("AnyCredential", ApiKey, OAuthClient)
PREFIX = ApiKey._meta.get_field("prefix").max_length


@dataclass(frozen=True)
class NewCredential(Generic[AnyCredential]):
    """A credential with its secret, which cannot be read again."""

    credential: AnyCredential
    secret: str


class OwnerCannotAct(Refusal):
    """The owner has to be an active user who is not staff."""

    code = "owner_cannot_act"
    field = "owner"
    message = "API access is only for active agents and client members, not for staff."


class UnknownScopes(Refusal):
    """At least one scope is needed, and only scopes of `scopes.yaml`."""

    code = "unknown_scopes"
    field = "scopes"
    message = "Select at least one of the listed scopes."


class InvalidExpiry(Refusal):
    """The expiry has to be in the future, at most a year ahead."""

    code = "bad_end"
    field = "expires_at"
    message = "Choose a future date, at most a year from now."


class NameTaken(Refusal):
    """The owner could not tell the two apart."""

    code = "name_taken"
    field = "name"
    message = "This person already has an app with that name. Choose another name."


class RevokedAlready(Refusal):
    """The credential has been revoked."""

    code = "revoked_already"
    message = "This has already been revoked."


@transaction.atomic
def create_api_key(
    *,
    owner: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    by: User,
    at: datetime,
    approved_by: User | None = None,
) -> NewCredential[ApiKey]:
    """Create a key that acts for its owner within the scopes, until it expires or is revoked."""
    facts = check_new_credential(
        owner=owner, name=name, scopes=scopes, expires_at=expires_at, at=at
    )
    facts |= {"approved_by": _approver(owner, facts["scopes"], by, approved_by)}
    secret = credentials.KEY + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        **facts, created_by=by, prefix=secret[:PREFIX], key_hash=credentials.hash_api_key(secret)
    )
    _record_and_notify(key, "made", SecurityNotification.PROGRAM_ADDED, by=by, at=at)
    return NewCredential(key, secret)


@transaction.atomic
def create_oauth_client(
    *,
    owner: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    by: User,
    at: datetime,
    approved_by: User | None = None,
) -> NewCredential[OAuthClient]:
    """Create a client that gets tokens for its owner (client credentials only)."""
    facts = check_new_credential(
        owner=owner, name=name, scopes=scopes, expires_at=expires_at, at=at
    )
    facts |= {"approved_by": _approver(owner, facts["scopes"], by, approved_by)}
    secret = get_adapter().generate_client_secret()
    provider_client = Client(
        id=get_adapter().generate_client_id(),
        name=name,
        secret=make_password(secret),
        owner=owner,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    provider_client.set_scopes(facts["scopes"])
    provider_client.save()
    client = OAuthClient.objects.create(**facts, created_by=by, client=provider_client)
    _record_and_notify(client, "made", SecurityNotification.PROGRAM_ADDED, by=by, at=at)
    return NewCredential(client, secret)


@transaction.atomic
def renew_oauth_secret(
    *,
    client: OAuthClient,
    expires_at: datetime,
    by: User,
    at: datetime,
    approved_by: User | None = None,
) -> NewCredential[OAuthClient]:
    """Replace secret and expiry; the old secret and its tokens stop working."""
    client = _lock_credential(client)
    check_renewal(client=client, expires_at=expires_at, at=at)
    approver = _approver(client.owner, client.scopes, by, approved_by)
    if approver is not None and client.approved_by_id is None:
        # Whoever of the two did not create it.
        client.approved_by = approver if approver.pk != client.created_by_id else by
    secret = get_adapter().generate_client_secret()
    client.client.set_secret(secret)
    client.client.save(update_fields=["secret"])
    Token.objects.filter(client=client.client).delete()
    client.expires_at = expires_at
    client.save(update_fields=["expires_at", "approved_by", "updated_at"])
    _record_and_notify(client, "renewed", SecurityNotification.PROGRAM_RENEWED, by=by, at=at)
    return NewCredential(client, secret)


def check_renewal(*, client: OAuthClient, expires_at: datetime, at: datetime) -> None:
    """Refuse to renew a client that was revoked or whose owner cannot act."""
    if client.revoked_at is not None:
        raise RevokedAlready
    check_owner(client.owner)
    check_expiry(expires_at, at)


def needs_second_person(owner: User, scopes: Iterable[str]) -> bool:
    """Whether a program with these scopes may spend a client's money on behalf of the owner."""
    return any(scope.endswith(":write") for scope in scopes) and may_spend(owner)


def revoke_api_key(*, key: ApiKey, by: User, at: datetime, why: str) -> None:
    """Revoke a key; effective from the next request."""
    _revoke(key, by=by, at=at, why=why)


@transaction.atomic
def revoke_oauth_client(*, client: OAuthClient, by: User, at: datetime, why: str) -> None:
    """Revoke a client and its tokens; effective from the next request."""
    _revoke(client, by=by, at=at, why=why)
    Token.objects.filter(client=client.client).delete()


EXPIRED_TOKENS = sweeps.DeletionSweep(
    name="accounts.partner_tokens",
    due=lambda now: Token.objects.filter(expires_at__lte=now),
    order=("expires_at", "pk"),
)


def sweep(*, at: datetime) -> int:
    """Delete expired tokens of partner apps. Returns how many."""
    return sweeps.run(EXPIRED_TOKENS, now=at).done


def check_owner(owner: User) -> None:
    """Refuse an owner who is not active, or staff."""
    if not owner.is_active or owner.is_staff:
        raise OwnerCannotAct


def check_expiry(expires_at: datetime, at: datetime) -> None:
    """Refuse an expiry in the past or more than a year ahead."""
    if not at < expires_at <= at + Credential.LONGEST:
        raise InvalidExpiry


def validated_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes without duplicates, sorted."""
    valid = sorted(set(scopes))
    if not valid or not set(valid) <= all_scopes().keys():
        raise UnknownScopes
    return valid


def check_new_credential(
    *, owner: User, name: str, scopes: Iterable[str], expires_at: datetime, at: datetime
) -> dict[str, Any]:
    """The fields of a new credential; refused when it cannot be created."""
    check_owner(owner)
    check_expiry(expires_at, at)
    allowed = validated_scopes(scopes)
    # Serialises creation per owner, so that two credentials cannot get the same name.
    locks.lock_account(owner.pk)
    named: dict[str, Any] = {"owner": owner, "name": name, "revoked_at": None}
    if ApiKey.objects.filter(**named).exists() or OAuthClient.objects.filter(**named).exists():
        raise NameTaken
    return {"owner": owner, "name": name, "scopes": allowed, "expires_at": expires_at}


def _approver(
    owner: User, scopes: Iterable[str], by: User, approved_by: User | None
) -> User | None:
    """Who approved it, where that is needed; refused when nobody did."""
    if not needs_second_person(owner, scopes):
        return None
    require_second_person(by=by, approved_by=approved_by, concerned=owner)
    return approved_by


def _lock_credential(credential: AnyCredential) -> AnyCredential:
    rows = type(credential).objects.select_for_update(of=("self",)).select_related("owner")
    locked: AnyCredential = rows.get(pk=credential.pk)
    if locked.revoked_at is not None:
        raise RevokedAlready
    return locked


@transaction.atomic
def _revoke(credential: AnyCredential, *, by: User, at: datetime, why: str) -> None:
    why = why.strip()
    if not why:
        raise ReasonRequired("Enter a reason for revoking it.", code="reason_missing", field="why")
    locked = _lock_credential(credential)
    locked.revoked_at, locked.revoked_why = at, why
    locked.save(update_fields=["revoked_at", "revoked_why", "updated_at"])
    _record_and_notify(
        locked,
        "revoked",
        SecurityNotification.PROGRAM_ENDED,
        by=by,
        at=at,
        why=why,
    )


def _record_and_notify(
    credential: Credential,
    event: str,
    notification: SecurityNotification,
    *,
    by: User,
    at: datetime,
    why: str = "",
) -> None:
    """Record the event and notify the owner."""
    facts: dict[str, object] = {"owner": str(credential.owner_id), "scopes": credential.scopes}
    facts |= {"name": credential.name, "ends": credential.expires_at.isoformat()}
    if credential.approved_by_id:
        facts["approved_by"] = str(credential.approved_by_id)
    if why:
        facts["why"] = why
    action = f"{credential._meta.model_name}.{event}"
    audit.record_event(by=by, action=action, on=credential, at=at, new=facts)
    notify(user=credential.owner, notification=notification, at=at, program=credential.name)
