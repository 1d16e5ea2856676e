"""Break-glass tokens: who must have a second factor, and lost it, logs in once within an hour."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.bridge.models import BreakGlass
from accounts.hooks import mfa_required
from accounts.mfa.services import WrongSecondFactor
from accounts.models import User
from accounts.models.users import ADMIN_ROLE
from accounts.security import audit, secret_checks
from accounts.security.notifications import SecurityNotification, notify
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin
from accounts.security.second_person import require_second_person
from hitouch.core import identifiers, sweeps
from hitouch.core.crypto import keyed_hash
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

#: Distinguishes tokens from codes of the authenticator app.
PREFIX = "GLASS"
#: Without 0, 1 and other characters that are easily confused.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH, GROUP = 20, 5


class NotStaff(Refusal):
    """Others use a recovery code, or contact support, who can have their factors removed."""

    code = "not_staff"
    message = (
        "Break-glass tokens are only for active staff and for members who spend a client's "
        "money. Others can use a recovery code or contact support."
    )


@transaction.atomic
def make_break_glass(
    *,
    user: User,
    why: str,
    at: datetime,
    by: User | None = None,
    approved_by: User | None = None,
) -> str:
    """Create a token, shown only now; replaces an older one.

    The user and all admins are notified. `by` is None for the command on the server; on the site
    it takes two people.
    """
    if not (user.is_active and mfa_required(user)):
        raise NotStaff
    if by is not None:
        require_second_person(by=by, approved_by=approved_by, concerned=user)
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    BreakGlass.objects.filter(user=user, used_at=None).delete()
    token = BreakGlass.objects.create(
        user=user,
        name="break-glass",
        token_hash=_hash(user, letters),
        expires_at=at + BreakGlass.LIFETIME,
    )
    facts: dict[str, object] = {"why": why}
    if approved_by is not None:
        facts["approved_by"] = str(approved_by.pk)
    audit.record_event(by=by, action="staff.break_glass_made", on=user, at=at, new=facts)
    _notify_user_and_admins(token, SecurityNotification.BREAK_GLASS_MADE, at)
    groups = (letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))
    return "-".join((PREFIX, *groups))


def is_break_glass(code: str) -> bool:
    """Whether the input looks like a break-glass token."""
    return _normalise(code).startswith(PREFIX)


def use_break_glass(
    *, user: User, code: str, at: datetime, origin: RequestOrigin = UNKNOWN_ORIGIN
) -> BreakGlass:
    """Use up the token, with the rate limits of second factors."""
    letters = _normalise(code).removeprefix(PREFIX)
    with (
        secret_checks.counted_check(
            user=user,
            kind=secret_checks.SECOND_FACTOR,
            wrong=WrongSecondFactor,
            at=at,
            origin=origin,
            login_id=None,
        ),
        transaction.atomic(),
    ):
        own = BreakGlass.objects.live(at).filter(user=user, token_hash=_hash(user, letters))
        token = own.first()
        if token is None or not own.update(used_at=at):
            raise WrongSecondFactor
        audit.record_event(by=user, action="staff.break_glass_used", on=user, at=at)
        _notify_user_and_admins(token, SecurityNotification.BREAK_GLASS_USED, at)
    return token


EXPIRED_TOKENS = sweeps.DeletionSweep(
    name="accounts.break_glass",
    due=lambda now: BreakGlass.objects.filter(expires_at__lte=now),
    order=("expires_at", "pk"),
)


def sweep_break_glass(*, at: datetime) -> int:
    """Delete expired tokens; sessions verified with one are not verified any more."""
    return sweeps.run(EXPIRED_TOKENS, now=at).done


def _notify_user_and_admins(
    token: BreakGlass, notification: SecurityNotification, at: datetime
) -> None:
    admins = User.objects.filter(groups__name=ADMIN_ROLE, status=User.Status.ACTIVE)
    for person in sorted({token.user, *admins}, key=lambda user: user.contact):
        notify(user=person, notification=notification, at=at, who=mask_contact(token.user.contact))


def _normalise(code: str) -> str:
    return "".join(identifiers.fold(code).split()).replace("-", "").upper()


def _hash(user: User, letters: str) -> str:
    return keyed_hash("break-glass", f"{user.pk} {letters}")
