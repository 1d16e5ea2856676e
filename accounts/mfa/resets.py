"""Removing a person's second factors, which takes two people (accounts/access)."""

import base64
import secrets
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.bridge.models import BreakGlass
from accounts.hooks import mfa_required
from accounts.mfa import break_glass, queries
from accounts.models import TokenFamily, User
from accounts.security import audit, locks
from accounts.security.notifications import SecurityNotification, notify, notify_admins
from accounts.security.second_person import require_second_person
from accounts.sessions import services as sessions
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact


class OwnSecondFactors(Refusal):
    """Who wants their own removed asks a colleague to request it."""

    code = "own_second_factors"
    message = "You can't request this for yourself. Ask a colleague."


class NoSecondFactors(Refusal):
    """There is nothing to remove."""

    code = "no_second_factors"
    message = "This account has no second factor."


class AnotherResetNeeded(Refusal):
    """Whether the account must have a second factor is another than was requested."""

    code = "another_reset_needed"
    message = "This account needs the other kind of request. Make a new one."


def check_reset(*, user: User, by: User, must_have_factor: bool) -> None:
    """Refuse to remove this account's second factors now."""
    if user.pk == by.pk:
        raise OwnSecondFactors
    if not user.is_active:
        raise locks.AccountNotActive
    if not queries.has_second_factor(user):
        raise NoSecondFactors
    if mfa_required(user) != must_have_factor:
        raise AnotherResetNeeded


@transaction.atomic
def remove_all_factors(
    *, user: User, by: User, approved_by: User | None, at: datetime, why: str
) -> None:
    """Remove all second factors and recovery codes, and end all sessions.

    For an account that need not have one: the next log-in takes the password alone.
    """
    user = locks.lock_account(user.pk)
    check_reset(user=user, by=by, must_have_factor=False)
    _remove(user, by=by, approved_by=approved_by, at=at, why=why)


@transaction.atomic
def replace_all_factors(
    *, user: User, by: User, approved_by: User | None, at: datetime, why: str
) -> str:
    """Remove them from an account that must have one. Returns a break-glass token.

    A password alone must not be enough to set up a new factor. An app whose key nobody has takes
    the place of the old factors, so that only the token leads past it; setting up an app in the
    session of the token replaces it.
    """
    user = locks.lock_account(user.pk)
    check_reset(user=user, by=by, must_have_factor=True)
    _remove(user, by=by, approved_by=approved_by, at=at, why=why)
    key = base64.b32encode(secrets.token_bytes(20)).decode()
    data = {"secret": get_adapter().encrypt(key)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
    return break_glass.make_break_glass(user=user, why=why, at=at, by=by, approved_by=approved_by)


def _remove(user: User, *, by: User, approved_by: User | None, at: datetime, why: str) -> None:
    require_second_person(by=by, approved_by=approved_by, concerned=user)
    assert approved_by is not None  # noqa: S101  (required just now)
    factors = Authenticator.objects.filter(user=user)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    BreakGlass.objects.filter(user=user).delete()
    sessions.end_others(user=user, at=at, why=TokenFamily.Why.ENDED)
    facts: dict[str, object] = {"why": why, "approved_by": str(approved_by.pk)}
    audit.record_event(
        by=by,
        action="account.second_factors_reset",
        on=user,
        at=at,
        old={"kinds": kinds},
        new=facts,
    )
    notify(
        user=user, notification=SecurityNotification.FACTORS_RESET, at=at, contacts=user.contacts
    )
    notify_admins(
        notification=SecurityNotification.FACTORS_RESET_BY_STAFF,
        at=at,
        who=mask_contact(user.contact),
    )
