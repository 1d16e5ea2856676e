"""What a partner's credential must be, and how it is refused when it is not."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from accounts.models.partners import Credential
from accounts.scopes import all_scopes
from hitouch.core.errors import Refusal


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


class BadEnd(Refusal):
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


def check_end(expires_at: datetime, at: datetime) -> None:
    """Ahead, and within a year."""
    if not at < expires_at <= at + Credential.LONGEST:
        raise BadEnd


def chosen(wanted: Iterable[str]) -> list[str]:
    """The scopes in one order."""
    found = sorted(set(wanted))
    if not found or not set(found) <= all_scopes().keys():
        raise UnknownScopes
    return found
