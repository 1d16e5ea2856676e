"""Second factors: checking codes (each is accepted once), enrolling, renaming, removing."""

import base64
import hmac
import secrets
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from accounts.hooks import mfa_required
from accounts.mfa import queries, totp
from accounts.mfa.totp import STEP_SECONDS
from accounts.models import User
from accounts.security import locks, secret_checks
from accounts.security.notifications import (
    SecurityNotification,
    notify,
    record_factor_change,
)
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin
from hitouch.core import identifiers
from hitouch.core.errors import Refusal

#: Accepted deviation of a phone's clock, in steps.
TOLERANCE = 1
RECOVERY_DIGITS = app_settings.RECOVERY_CODE_DIGITS
CODE_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
Type = Authenticator.Type
REMOVAL_NOTIFICATIONS = {
    Type.TOTP: SecurityNotification.APP_REMOVED,
    Type.WEBAUTHN: SecurityNotification.PASSKEY_REMOVED,
}


class SecondFactorRequired(Refusal):
    """The account has a second factor and no code was sent."""

    code = "second_factor_required"
    status = 401
    message = "Send the code from your authenticator app, or a recovery code, as second_factor."


class WrongSecondFactor(Refusal):
    """Not a current code, already used, or not an unused recovery code.

    The answer is the same for a code of another time: it would confirm a guess of a code to come.
    """

    code = "wrong_second_factor"
    status = 401
    field = "second_factor"
    message = (
        "That code is wrong or already used. Wait for the next code and try again. If that fails "
        "too, turn on automatic time in your phone's settings."
    )


class LastFactor(Refusal):
    """Staff, and users who approve payments for a client, must keep one."""

    code = "last_factor"
    message = (
        "Your account needs two-step verification. Set up another method before you remove "
        "this one."
    )


class NoSuchFactor(Refusal):
    """Not the user's factor, or already removed."""

    code = "no_such_factor"
    status = 404
    message = "That passkey or app has already been removed."


def check_second_factor(
    *,
    user: User,
    code: str,
    at: datetime,
    origin: RequestOrigin = UNKNOWN_ORIGIN,
    login_id: str | None = None,
) -> Authenticator:
    """The factor whose code this is. A code of an app is accepted once per time step.

    The factor's row is locked and keeps the last step, so that neither concurrent requests nor a
    later replay can use a code twice (RFC 6238, 5.2). `login_id` is of a user who is logged in.
    """
    kind = secret_checks.SECOND_FACTOR
    with secret_checks.counted_check(
        user=user, kind=kind, wrong=WrongSecondFactor, at=at, origin=origin, login_id=login_id
    ):
        factor = _find_and_use(user, code, at)
    if login_id is not None:
        secret_checks.record_confirmation(user=user, kind=kind, at=at)
    return factor


def require_second_factor(
    *, user: User, code: str, at: datetime, origin: RequestOrigin
) -> datetime | None:
    """Check the code. Returns when the factor was used: `at`, or None without a factor."""
    if not queries.has_second_factor(user):
        return None
    if not code:
        raise SecondFactorRequired
    check_second_factor(user=user, code=code, at=at, origin=origin)
    return at


def normalise_code(text: str) -> str:
    """A code of an app or a recovery code, however its digits were grouped or written.

    Anything else is returned without the blanks around it, and is a wrong code.
    """
    digits = identifiers.normalise_digits(text, least=totp.DIGITS, most=RECOVERY_DIGITS)
    return digits or text.strip()


def totp_step_of(*, secret: str, code: str, at: datetime) -> int | None:
    """The time step to which this code belongs, if it is within the tolerance."""
    now = _current_step(at)
    near = sorted(range(now - TOLERANCE, now + TOLERANCE + 1), key=lambda step: abs(step - now))
    return next((step for step in near if _matches(secret, step, code)), None)


def consume_totp_step(*, factor: Authenticator, step: int) -> None:
    """Make the code that activated an app unusable for anything else."""
    factor.data["last_step"] = step
    factor.save(update_fields=["data"])


def enrol_totp(*, user: User, setup_key: str = "") -> tuple[str, list[str]]:
    """Enrol an authenticator app and recovery codes for a new account.

    Returns the set-up key and the codes; neither can be read again.
    """
    adapter = get_adapter()
    key = setup_key or base64.b32encode(secrets.token_bytes(20)).decode()
    Authenticator.objects.create(user=user, type=Type.TOTP, data={"secret": adapter.encrypt(key)})
    seed = adapter.encrypt(secrets.token_hex(40))
    recovery = Authenticator.objects.create(
        user=user, type=Type.RECOVERY_CODES, data={"seed": seed, "used_mask": 0}
    )
    return key, recovery.wrap().get_unused_codes()


@transaction.atomic
def remove_factor(*, user: User, factor_id: int, at: datetime) -> None:
    """Remove an app or a passkey; with the last one the recovery codes are deleted as well."""
    # Serialises two removals, so that the second sees that it would remove the last factor.
    owner = locks.lock_account(user.pk)
    passing = Authenticator.objects.filter(user=owner, type__in=queries.SECOND_FACTOR_TYPES)
    factor = passing.filter(pk=factor_id).first()
    if factor is None:
        raise NoSuchFactor
    is_last = not passing.exclude(pk=factor.pk).exists()
    if is_last and mfa_required(owner):
        raise LastFactor
    record_factor_change(user=owner, kind=factor.type, change="removed", at=at)
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user=owner, type=Type.RECOVERY_CODES).delete()
    notify(user=owner, notification=REMOVAL_NOTIFICATIONS[Type(factor.type)], at=at)


@transaction.atomic
def remove_totp(*, user: User, at: datetime, with_codes: bool) -> None:
    """Remove the app before a new one is enrolled, in the caller's transaction.

    `with_codes` also deletes the recovery codes, if they were lost.
    """
    types = [Type.TOTP, Type.RECOVERY_CODES] if with_codes else [Type.TOTP]
    for factor in Authenticator.objects.select_for_update().filter(user=user, type__in=types):
        record_factor_change(user=user, kind=factor.type, change="removed", at=at)
        factor.delete()


def rename_passkey(*, user: User, factor_id: int, name: str) -> None:
    """Change the name of a passkey."""
    with transaction.atomic():
        own = Authenticator.objects.select_for_update().filter(user=user, type=Type.WEBAUTHN)
        factor = own.filter(pk=factor_id).first()
        if factor is None:
            raise NoSuchFactor
        factor.data["name"] = name
        factor.save(update_fields=["data"])


@transaction.atomic
def _find_and_use(user: User, code: str, at: datetime) -> Authenticator:
    factors = Authenticator.objects.select_for_update().filter(user=user, type__in=CODE_TYPES)
    for factor in factors:
        if _use_code(factor, normalise_code(code), at):
            return factor
    raise WrongSecondFactor


def _use_code(factor: Authenticator, code: str, at: datetime) -> bool:
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        return bool(factor.wrap().validate_code(code))
    secret = get_adapter().decrypt(factor.data["secret"])
    step = totp_step_of(secret=secret, code=code, at=at)
    if step is None or step <= factor.data.get("last_step", 0):
        return False
    factor.data["last_step"] = step
    factor.save(update_fields=["data"])
    return True


def _current_step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _matches(secret: str, step: int, code: str) -> bool:
    expected = format_hotp_value(hotp_value(secret, step))
    return hmac.compare_digest(expected.encode(), code.encode())
