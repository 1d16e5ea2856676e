"""Changes of staff's access that take two people: suspending admins, and roles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.access import kinds
from accounts.access import services as access
from accounts.access.kinds import AccessDifference, Facts
from accounts.access.queries import ACCESS_ROLES
from accounts.models import AccessChange, User
from accounts.models.users import ADMIN_ROLE
from accounts.staff import services


class _StatusKind(kinds.AccessKind):
    """Suspending or reactivating an account with admin rights; one of the two is an admin."""

    was, becomes = User.Status.ACTIVE, User.Status.SUSPENDED

    def can_request(self, by: User) -> bool:
        return by.has_role(*ACCESS_ROLES)

    def can_approve(self, by: User, *, requested_by: User) -> bool:
        one_is_admin = by.has_role(ADMIN_ROLE) or requested_by.has_role(ADMIN_ROLE)
        return by.has_role(*ACCESS_ROLES) and one_is_admin

    def check(self, target: User, payload: Facts, *, by: User, at: datetime) -> None:
        services.check_status_change(user=target, to=self.becomes, by=by)

    def state_of(self, target: User, payload: Facts) -> dict[str, Any]:
        return {"status": target.status, "roles": role_names(target)}

    def differences(self, change: AccessChange) -> list[AccessDifference]:
        return [AccessDifference("Status", self.was.label, self.becomes.label)]

    def apply(self, change: AccessChange, *, at: datetime) -> None:
        act = services.suspend if self.becomes == User.Status.SUSPENDED else services.reactivate
        act(
            user=change.target,
            by=change.requested_by,
            approved_by=change.decided_by,
            at=at,
            why=change.why,
        )


class SuspendKind(_StatusKind):
    """Suspend an account with admin rights."""


class ReactivateKind(_StatusKind):
    """Reactivate an account with admin rights."""

    was, becomes = User.Status.SUSPENDED, User.Status.ACTIVE


class RolesKind(kinds.AccessKind):
    """Set the roles of a staff member, or end that they are staff; between two admins."""

    def can_request(self, by: User) -> bool:
        return by.has_role(ADMIN_ROLE)

    def can_approve(self, by: User, *, requested_by: User) -> bool:
        return by.has_role(ADMIN_ROLE)

    def check(self, target: User, payload: Facts, *, by: User, at: datetime) -> None:
        services.check_roles(user=target, **_wanted(payload))

    def state_of(self, target: User, payload: Facts) -> dict[str, Any]:
        return {
            "status": target.status,
            "is_staff": target.is_staff,
            "is_superuser": target.is_superuser,
            "roles": role_names(target),
        }

    def differences(self, change: AccessChange) -> list[AccessDifference]:
        before, after = change.before, change.payload
        rows = [AccessDifference("Roles", _text(before["roles"]), _text(after["roles"]))]
        if not after["stays_staff"]:
            rows.append(AccessDifference("Staff account", "Yes", "No"))
        return rows

    def apply(self, change: AccessChange, *, at: datetime) -> None:
        services.change_roles(
            user=change.target,
            **_wanted(change.payload),
            by=change.requested_by,
            approved_by=change.decided_by,
            at=at,
            why=change.why,
        )


def suspend(*, user: User, by: User, at: datetime, why: str) -> AccessChange | None:
    """Suspend an account at once, or request it when it has admin rights."""
    if user.has_admin_rights:
        return _request(AccessChange.Kind.SUSPEND, user, by=by, at=at, why=why)
    services.suspend(user=user, by=by, at=at, why=why)
    return None


def reactivate(*, user: User, by: User, at: datetime, why: str) -> AccessChange | None:
    """Reactivate an account at once, or request it when it has admin rights."""
    if user.has_admin_rights:
        return _request(AccessChange.Kind.REACTIVATE, user, by=by, at=at, why=why)
    services.reactivate(user=user, by=by, at=at, why=why)
    return None


def request_roles(
    *,
    user: User,
    roles: Sequence[str],
    stays_staff: bool = True,
    by: User,
    at: datetime,
    why: str,
) -> AccessChange:
    """Request that the person has exactly these roles, or is no staff any more."""
    payload = {"roles": sorted(set(roles)), "stays_staff": stays_staff}
    return _request(AccessChange.Kind.ROLES, user, payload, by=by, at=at, why=why)


def _request(
    kind: str, user: User, payload: Facts | None = None, *, by: User, at: datetime, why: str
) -> AccessChange:
    return access.request_change(
        kind=kind, target=user, payload=payload or {}, why=why, by=by, at=at
    )


def role_names(user: User) -> list[str]:
    """The names of the person's roles, read from the database."""
    return sorted(user.groups.values_list("name", flat=True))


def _wanted(payload: Facts) -> dict[str, Any]:
    return {"roles": payload["roles"], "stays_staff": payload["stays_staff"]}


def _text(names: Sequence[str]) -> str:
    return ", ".join(names) or "None"


kinds.register(AccessChange.Kind.SUSPEND, SuspendKind())
kinds.register(AccessChange.Kind.REACTIVATE, ReactivateKind())
kinds.register(AccessChange.Kind.ROLES, RolesKind())
