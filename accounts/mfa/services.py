"""Checking the code of a second factor: each is good once, whatever comes at the same moment."""

import base64
import hmac
import secrets
from contextlib import suppress
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from accounts.hooks import mfa_required
from accounts.mfa import queries
from accounts.models import LogInEvent, User
from accounts.security import locks, rate_limits
from accounts.security.login_history import record_login
from accounts.security.notifications import (
    SecurityNotification,
    notify,
    notify_security_change,
    record_factor_change,
)
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin
from hitouch.core import rate_limits as core_rate_limits
from hitouch.core.errors import Refusal

STEP_SECONDS = 30
#: A phone's clock may be this many steps off.
TOLERANCE = 1
#: So far away a code still tells that only the clock is wrong: ten minutes.
WRONG_CLOCK = 20
TYPED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
Type = Authenticator.Type
GONE = {
    Type.TOTP: SecurityNotification.APP_REMOVED,
    Type.WEBAUTHN: SecurityNotification.PASSKEY_REMOVED,
}


class SecondFactorRequired(Refusal):
    """The account has a second factor and none was given."""

    code = "second_factor_required"
    status = 401
    message = "Send the code from your authenticator app, or a recovery code, as second_factor."


class WrongSecondFactor(Refusal):
    """Not the code of now, used already, or not a recovery code that is left."""

    code = "wrong_second_factor"
    status = 401
    field = "second_factor"
    message = "That code is wrong or already used. Wait for the next code and try again."


class AuthenticatorClockOff(WrongSecondFactor):
    """The code is one of the app's, of another time."""

    code = "wrong_clock"

    def __init__(self, steps: int) -> None:
        minutes = max(1, round(abs(steps) * STEP_SECONDS / 60))
        way = "slow" if steps < 0 else "fast"
        super().__init__(
            f"Your phone's clock is about {minutes} min {way}. Turn on automatic time in your "
            "phone's settings, then enter the next code."
        )


def check_second_factor(
    *, user: User, code: str, at: datetime, origin: RequestOrigin = UNKNOWN_ORIGIN
) -> Authenticator:
    """The factor whose code this is. A code of an app is good for one step of its clock, once.

    The factor's row is locked meanwhile and remembers the last step, so that neither thirty
    at once nor a replay minutes later gets a second use out of one code (RFC 6238, 5.2).
    """
    spent = rate_limits.SECOND_FACTOR.spend(str(user.pk), at=at)
    try:
        factor = _find_and_use(user, code, at)
    except WrongSecondFactor:
        _note_guess(user, spent, at, origin)
        raise
    spent.give_back()
    return factor


def require_second_factor(
    *, user: User, code: str, at: datetime, origin: RequestOrigin
) -> datetime | None:
    """When the second factor was given: now, or never for an account without one."""
    if not queries.has_second_factor(user):
        return None
    if not code:
        raise SecondFactorRequired
    check_second_factor(user=user, code=code, at=at, origin=origin)
    return at


def totp_step_of(*, secret: str, code: str, at: datetime) -> int | None:
    """The step of its clock in which the app showed this code, if it did about now."""
    now = _step(at)
    near = range(now - TOLERANCE, now + TOLERANCE + 1)
    return next((step for step in near if _is(secret, step, code)), None)


def consume_totp_step(*, factor: Authenticator, step: int) -> None:
    """The code that turned an app on is not good for anything else."""
    factor.data["last_step"] = step
    factor.save(update_fields=["data"])


@transaction.atomic
def _find_and_use(user: User, code: str, at: datetime) -> Authenticator:
    factors = Authenticator.objects.select_for_update().filter(user=user, type__in=TYPED)
    for factor in factors:
        if _use(factor, code.strip(), at):
            return factor
    raise WrongSecondFactor


def _note_guess(
    user: User, spent: core_rate_limits.Attempt, at: datetime, origin: RequestOrigin
) -> None:
    """Whoever guesses a second factor has the password: the owner should hear of it."""
    outcome, way = LogInEvent.Outcome.WRONG_FACTOR, LogInEvent.Way.PASSWORD
    record_login(user=user, outcome=outcome, way=way, origin=origin, at=at)
    if spent.left == 0:
        with suppress(core_rate_limits.RateLimited):
            rate_limits.NEWS_OF_GUESSES.spend(str(user.pk), at=at)
            notify_security_change(user=user, what=SecurityNotification.FACTOR_GUESSED, at=at)


def _use(factor: Authenticator, code: str, at: datetime) -> bool:
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        return bool(factor.wrap().validate_code(code))
    secret, now = get_adapter().decrypt(factor.data["secret"]), _step(at)
    away = next((steps for steps in _nearest_first() if _is(secret, now + steps, code)), None)
    if away is None or now + away <= factor.data.get("last_step", 0):
        return False
    if abs(away) > TOLERANCE:
        raise AuthenticatorClockOff(away)
    factor.data["last_step"] = now + away
    factor.save(update_fields=["data"])
    return True


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _nearest_first() -> list[int]:
    return sorted(range(-WRONG_CLOCK, WRONG_CLOCK + 1), key=abs)


def _is(secret: str, step: int, code: str) -> bool:
    shown = format_hotp_value(hotp_value(secret, step))
    return hmac.compare_digest(shown.encode(), code.encode())


class LastFactor(Refusal):
    """Staff, and who may promise money for a client, are never without one."""

    code = "last_factor"
    message = (
        "Your account needs two-step verification. Set up another method before you remove "
        "this one."
    )


class NoSuchFactor(Refusal):
    """Not theirs, or gone already."""

    code = "no_such_factor"
    status = 404
    message = "That passkey or app has already been removed."


def enrol_totp(*, user: User, setup_key: str = "") -> tuple[str, list[str]]:
    """An authenticator app and recovery codes for an account that is being made.

    Answers with the set-up key and the codes; neither can be read again later.
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
    """Remove an app or a passkey; with the last one go the recovery codes."""
    # Of two who are removed at the same moment the second is looked at when the first is gone.
    owner = locks.lock_account(user.pk)
    passing = Authenticator.objects.filter(user=owner, type__in=queries.PASSING)
    factor = passing.filter(pk=factor_id).first()
    if factor is None:
        raise NoSuchFactor
    is_last = not passing.exclude(pk=factor.pk).exists()
    if is_last and mfa_required(owner):
        raise LastFactor
    record_factor_change(user=owner, kind=factor.type, happened="removed", at=at)
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user=owner, type=Type.RECOVERY_CODES).delete()
    notify(contact=owner.contact, news=GONE[Type(factor.type)], at=at)


@transaction.atomic
def remove_totp(*, user: User, at: datetime, with_codes: bool) -> None:
    """Make room for another app: in the caller's transaction, right before it is enrolled.

    `with_codes` when the recovery codes are lost as well.
    """
    going = [Type.TOTP, Type.RECOVERY_CODES] if with_codes else [Type.TOTP]
    for factor in Authenticator.objects.select_for_update().filter(user=user, type__in=going):
        record_factor_change(user=user, kind=factor.type, happened="removed", at=at)
        factor.delete()


def rename_passkey(*, user: User, factor_id: int, name: str) -> None:
    """Call it something else."""
    with transaction.atomic():
        mine = Authenticator.objects.select_for_update().filter(user=user, type=Type.WEBAUTHN)
        factor = mine.filter(pk=factor_id).first()
        if factor is None:
            raise NoSuchFactor
        factor.data["name"] = name
        factor.save(update_fields=["data"])
