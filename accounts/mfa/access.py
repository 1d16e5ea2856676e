"""Removing another person's second factors: requested by one person, approved by another."""

from collections import Counter
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.access import kinds
from accounts.access import services as access
from accounts.access.kinds import AccessDifference, Facts
from accounts.access.queries import ACCESS_ROLES
from accounts.hooks import mfa_required
from accounts.mfa import resets
from accounts.models import AccessChange, User
from accounts.models.users import ADMIN_ROLE
from accounts.security.notifications import SecurityNotification, notify

Type = Authenticator.Type
LABELS = {
    Type.TOTP: ("authenticator app", "authenticator apps"),
    Type.WEBAUTHN: ("passkey", "passkeys"),
    Type.RECOVERY_CODES: ("set of recovery codes", "sets of recovery codes"),
}


class RemoveFactorsKind(kinds.AccessKind):
    """Remove them from an account that need not have one, such as an agent's."""

    must_have_factor = False

    def can_request(self, by: User) -> bool:
        return by.has_role(*ACCESS_ROLES)

    def can_approve(self, by: User, *, requested_by: User) -> bool:
        return by.has_role(*ACCESS_ROLES)

    def check(self, target: User, payload: Facts, *, by: User, at: datetime) -> None:
        resets.check_reset(user=target, by=by, must_have_factor=self.must_have_factor)

    def state_of(self, target: User, payload: Facts) -> dict[str, Any]:
        """A factor that was added or removed meanwhile ends the request: they found a way in."""
        factors = Authenticator.objects.filter(user=target).order_by("pk")
        rows = [[pk, kind] for pk, kind in factors.values_list("pk", "type")]
        return {"status": target.status, "is_staff": target.is_staff, "factors": rows}

    def differences(self, change: AccessChange) -> list[AccessDifference]:
        counts = Counter(Type(kind) for _, kind in change.before["factors"])
        before = ", ".join(f"{count} {LABELS[kind][count > 1]}" for kind, count in counts.items())
        return [
            AccessDifference("Second factors", before, "None"),
            AccessDifference("Sessions in browsers and apps", "Stay", "End"),
        ]

    def apply(self, change: AccessChange, *, at: datetime) -> Any:
        resets.remove_all_factors(**_people(change), at=at, why=change.why)


class ReplaceFactorsKind(RemoveFactorsKind):
    """Replace them with a break-glass token, shown once to its requester; one of both is an admin.

    For accounts that must have a second factor: staff, and members who may spend.
    """

    is_collected = True
    must_have_factor = True

    def can_approve(self, by: User, *, requested_by: User) -> bool:
        one_is_admin = by.has_role(ADMIN_ROLE) or requested_by.has_role(ADMIN_ROLE)
        return by.has_role(*ACCESS_ROLES) and one_is_admin

    def differences(self, change: AccessChange) -> list[AccessDifference]:
        factors, sessions = super().differences(change)
        return [factors._replace(after="A token that works once, within an hour"), sessions]

    def apply(self, change: AccessChange, *, at: datetime) -> Any:
        return resets.replace_all_factors(**_people(change), at=at, why=change.why)


@transaction.atomic
def request_reset(*, user: User, by: User, at: datetime, why: str) -> AccessChange:
    """Request that a person's second factors are removed; the person is notified at once."""
    kind = AccessChange.Kind.FACTORS
    if mfa_required(user):
        kind = AccessChange.Kind.REQUIRED_FACTORS
    change = access.request_change(kind=kind, target=user, payload={}, why=why, by=by, at=at)
    notify(
        user=user,
        notification=SecurityNotification.FACTORS_RESET_REQUESTED,
        at=at,
        contacts=user.contacts,
    )
    return change


def _people(change: AccessChange) -> dict[str, Any]:
    return {
        "user": change.target,
        "by": change.requested_by,
        "approved_by": change.decided_by,
    }


kinds.register(AccessChange.Kind.FACTORS, RemoveFactorsKind())
kinds.register(AccessChange.Kind.REQUIRED_FACTORS, ReplaceFactorsKind())
