"""Credentials of programs that may spend a client's money: created by two people.

The secret is shown once, so the requester carries out what was approved.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from accounts.access import kinds
from accounts.access import services as access
from accounts.access.kinds import AccessDifference, Facts
from accounts.access.queries import ACCESS_ROLES
from accounts.models import AccessChange, OAuthClient, User
from accounts.partners import services


class _CredentialKind(kinds.AccessKind):
    is_collected = True

    def can_request(self, by: User) -> bool:
        return by.has_role(*ACCESS_ROLES)

    def can_approve(self, by: User, *, requested_by: User) -> bool:
        return by.has_role(*ACCESS_ROLES)

    def state_of(self, target: User, payload: Facts) -> dict[str, Any]:
        return {"status": target.status, "is_staff": target.is_staff}


class CreateKind(_CredentialKind):
    """A new API key or OAuth2 client."""

    def __init__(self, create: Any) -> None:
        self.create = create

    def check(self, target: User, payload: Facts, *, by: User, at: datetime) -> None:
        services.check_new_credential(owner=target, at=at, **_fields(payload))

    def differences(self, change: AccessChange) -> list[AccessDifference]:
        payload = change.payload
        return [
            AccessDifference("Name", "None", payload["name"]),
            AccessDifference("Scopes", "None", ", ".join(payload["scopes"])),
            AccessDifference("Expires", "None", _day(payload["expires_at"])),
        ]

    def apply(self, change: AccessChange, *, at: datetime) -> Any:
        return self.create(
            owner=change.target,
            **_fields(change.payload),
            by=change.requested_by,
            approved_by=change.decided_by,
            at=at,
        )


class RenewKind(_CredentialKind):
    """A new secret and expiry of an OAuth2 client."""

    def check(self, target: User, payload: Facts, *, by: User, at: datetime) -> None:
        services.check_renewal(
            client=_client(payload), expires_at=_moment(payload["expires_at"]), at=at
        )

    def state_of(self, target: User, payload: Facts) -> dict[str, Any]:
        client = _client(payload)
        facts = {"expires_at": client.expires_at.isoformat(), "scopes": client.scopes}
        return super().state_of(target, payload) | facts

    def differences(self, change: AccessChange) -> list[AccessDifference]:
        client = _client(change.payload)
        return [
            AccessDifference("Client", str(client), str(client)),
            AccessDifference("Scopes", ", ".join(client.scopes), ", ".join(client.scopes)),
            AccessDifference("Secret", "The present one", "A new one"),
            AccessDifference(
                "Expires", _day(change.before["expires_at"]), _day(change.payload["expires_at"])
            ),
        ]

    def apply(self, change: AccessChange, *, at: datetime) -> Any:
        return services.renew_oauth_secret(
            client=_client(change.payload),
            expires_at=_moment(change.payload["expires_at"]),
            by=change.requested_by,
            approved_by=change.decided_by,
            at=at,
        )


def request_credential(
    *,
    kind: str,
    owner: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    why: str,
    by: User,
    at: datetime,
) -> AccessChange:
    """Request an API key or a client that may spend money; its requester gets the secret."""
    payload = {"name": name, "scopes": sorted(scopes), "expires_at": expires_at.isoformat()}
    return access.request_change(kind=kind, target=owner, payload=payload, why=why, by=by, at=at)


def request_renewal(
    *, client: OAuthClient, expires_at: datetime, why: str, by: User, at: datetime
) -> AccessChange:
    """Request a new secret of such a client."""
    payload = {"client": str(client.pk), "expires_at": expires_at.isoformat()}
    return access.request_change(
        kind=AccessChange.Kind.OAUTH_SECRET,
        target=client.owner,
        payload=payload,
        why=why,
        by=by,
        at=at,
    )


def _client(payload: Facts) -> OAuthClient:
    return OAuthClient.objects.select_related("owner", "client").get(pk=payload["client"])


def _fields(payload: Facts) -> dict[str, Any]:
    moment = _moment(payload["expires_at"])
    return {"name": payload["name"], "scopes": payload["scopes"], "expires_at": moment}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(text: str) -> str:
    return date_format(timezone.localtime(_moment(text)), "j F Y")


kinds.register(AccessChange.Kind.API_KEY, CreateKind(services.create_api_key))
kinds.register(AccessChange.Kind.OAUTH_CLIENT, CreateKind(services.create_oauth_client))
kinds.register(AccessChange.Kind.OAUTH_SECRET, RenewKind())
