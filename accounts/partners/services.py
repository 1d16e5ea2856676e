"""Keys and OAuth2 clients for programs of partners: made, renewed and revoked by staff."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import ApiKey, OAuthClient, User
from accounts.models.partners import Credential
from accounts.partners import credentials
from accounts.security import audit, locks
from accounts.security import notifications as security_notifications
from accounts.security.scopes import all_scopes
from hitouch.core.errors import ReasonRequired, Refusal

AnyCredential = TypeVar("AnyCredential", ApiKey, OAuthClient)
PREFIX = ApiKey._meta.get_field("prefix").max_length


@dataclass(frozen=True)
class NewCredential(Generic[AnyCredential]):
    """A credential with its secret, which nobody can read again."""

    credential: AnyCredential
    secret: str


@transaction.atomic
def create_api_key(
    *,
    owner: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    by: User,
    at: datetime,
) -> NewCredential[ApiKey]:
    """A key that acts for its owner within the scopes, until it is over or revoked."""
    facts = _checked(owner, name, scopes, expires_at, at)
    secret = credentials.KEY + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        **facts, created_by=by, prefix=secret[:PREFIX], key_hash=credentials.hash_api_key(secret)
    )
    _tell(key, "made", security_notifications.SecurityNotification.PROGRAM_ADDED, by=by, at=at)
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
) -> NewCredential[OAuthClient]:
    """A client that gets tokens for its owner within the scopes (client credentials alone)."""
    facts = _checked(owner, name, scopes, expires_at, at)
    secret = get_adapter().generate_client_secret()
    theirs = Client(
        id=get_adapter().generate_client_id(),
        name=name,
        secret=make_password(secret),
        owner=owner,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    theirs.set_scopes(facts["scopes"])
    theirs.save()
    client = OAuthClient.objects.create(**facts, created_by=by, client=theirs)
    _tell(client, "made", security_notifications.SecurityNotification.PROGRAM_ADDED, by=by, at=at)
    return NewCredential(client, secret)


@transaction.atomic
def renew_oauth_secret(
    *, client: OAuthClient, expires_at: datetime, by: User, at: datetime
) -> NewCredential[OAuthClient]:
    """A new secret and a new end; the old secret and its tokens are nothing from now on."""
    client = _locked(client)
    check_owner(client.owner)
    check_expiry(expires_at, at)
    secret = get_adapter().generate_client_secret()
    client.client.set_secret(secret)
    client.client.save(update_fields=["secret"])
    Token.objects.filter(client=client.client).delete()
    client.expires_at = expires_at
    client.save(update_fields=["expires_at", "updated_at"])
    _tell(
        client, "renewed", security_notifications.SecurityNotification.PROGRAM_RENEWED, by=by, at=at
    )
    return NewCredential(client, secret)


def revoke_api_key(*, key: ApiKey, by: User, at: datetime, why: str) -> None:
    """The key is nothing from the next request on."""
    _revoke(key, by=by, at=at, why=why)


@transaction.atomic
def revoke_oauth_client(*, client: OAuthClient, by: User, at: datetime, why: str) -> None:
    """The client and its tokens are nothing from the next request on."""
    _revoke(client, by=by, at=at, why=why)
    Token.objects.filter(client=client.client).delete()


def sweep(*, at: datetime) -> int:
    """Remove tokens of partners' programs that are over. Returns how many."""
    return int(Token.objects.filter(expires_at__lte=at).delete()[0])


def _checked(
    owner: User, name: str, wanted: Iterable[str], expires_at: datetime, at: datetime
) -> dict[str, Any]:
    check_owner(owner)
    check_expiry(expires_at, at)
    allowed = validated_scopes(wanted)
    # One program of a person at a time, so that of two with one name the second is refused.
    locks.lock_account(owner.pk)
    named: dict[str, Any] = {"owner": owner, "name": name, "revoked_at": None}
    if ApiKey.objects.filter(**named).exists() or OAuthClient.objects.filter(**named).exists():
        raise NameTaken
    return {"owner": owner, "name": name, "scopes": allowed, "expires_at": expires_at}


def _locked(credential: AnyCredential) -> AnyCredential:
    rows = type(credential).objects.select_for_update(of=("self",)).select_related("owner")
    found: AnyCredential = rows.get(pk=credential.pk)
    if found.revoked_at is not None:
        raise RevokedAlready
    return found


@transaction.atomic
def _revoke(credential: AnyCredential, *, by: User, at: datetime, why: str) -> None:
    why = why.strip()
    if not why:
        raise ReasonRequired("Enter a reason for revoking it.", code="reason_missing", field="why")
    found = _locked(credential)
    found.revoked_at, found.revoked_why = at, why
    found.save(update_fields=["revoked_at", "revoked_why", "updated_at"])
    _tell(
        found,
        "revoked",
        security_notifications.SecurityNotification.PROGRAM_ENDED,
        by=by,
        at=at,
        why=why,
    )


def _tell(
    credential: Credential,
    what: str,
    told: security_notifications.SecurityNotification,
    *,
    by: User,
    at: datetime,
    why: str = "",
) -> None:
    """To the record and to the owner."""
    facts: dict[str, object] = {"owner": str(credential.owner_id), "scopes": credential.scopes}
    facts |= {"name": credential.name, "ends": credential.expires_at.isoformat()}
    if why:
        facts["why"] = why
    action = f"{credential._meta.model_name}.{what}"
    audit.record_event(by=by, action=action, on=credential, at=at, new=facts)
    contact = credential.owner.contact
    security_notifications.notify(contact=contact, news=told, at=at, program=credential.name)


class OwnerCannotAct(Refusal):
    """A program acts for an active person who is not staff."""

    code = "owner_cannot_act"
    field = "owner"
    message = "API access is only for active agents and client members, not for staff."


class UnknownScopes(Refusal):
    """At least one scope, and only scopes of the file."""

    code = "unknown_scopes"
    field = "scopes"
    message = "Select at least one of the listed scopes."


class InvalidExpiry(Refusal):
    """Every credential ends, within a year."""

    code = "bad_end"
    field = "expires_at"
    message = "Choose a future date, at most a year from now."


class NameTaken(Refusal):
    """The owner could not tell the two apart."""

    code = "name_taken"
    field = "name"
    message = "This person already has an app with that name. Choose another name."


class RevokedAlready(Refusal):
    """There is nothing left to revoke or to renew."""

    code = "revoked_already"
    message = "This has already been revoked."


def check_owner(owner: User) -> None:
    """An active person who is not staff."""
    if not owner.is_active or owner.is_staff:
        raise OwnerCannotAct


def check_expiry(expires_at: datetime, at: datetime) -> None:
    """Ahead, and within a year."""
    if not at < expires_at <= at + Credential.LONGEST:
        raise InvalidExpiry


def validated_scopes(wanted: Iterable[str]) -> list[str]:
    """The scopes in one order."""
    found = sorted(set(wanted))
    if not found or not set(found) <= all_scopes().keys():
        raise UnknownScopes
    return found
