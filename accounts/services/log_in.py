"""Who somebody is: a password or a code, and the second factor where there is one."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from accounts import codes, limits, queries
from accounts.models import OneTimeCode, User
from hitouch.core.errors import Refusal

PURPOSE = OneTimeCode.Purpose.LOG_IN


class WrongLogIn(Refusal):
    """No such person, or not their password; which of the two is not told."""

    code = "wrong_log_in"
    status = 401
    message = "That contact and password do not go together."


class AccountNotActive(Refusal):
    """The account is suspended or closed. Only told after the right password or code."""

    code = "account_not_active"
    status = 403
    message = "This account is not active. Write to support to hear why."


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
    message = "That code is not right, or was used already. Wait for the next one and try again."


def check_password(*, contact: str, password: str, at: datetime, ip: str) -> User:
    """The active person with this contact and password."""
    limits.LOG_IN_FROM_ADDRESS.spend(ip, at=at)
    pair = f"{contact} {ip}"
    limits.LOG_IN.spend(pair, at=at)
    user = User.objects.with_contact(contact).first()
    if user is None:
        make_password(password)  # takes as long as comparing one
        raise WrongLogIn
    if not user.check_password(password):
        raise WrongLogIn
    limits.LOG_IN.give_back(pair, at=at)
    limits.LOG_IN_FROM_ADDRESS.give_back(ip, at=at)
    return _active(user)


def begin_log_in_by_code(*, contact: str, at: datetime, ip: str) -> None:
    """Send a code to an active owner of the contact; nobody else notices a difference."""
    user = User.objects.with_contact(contact).first()
    if user is not None and user.is_active:
        codes.issue(purpose=PURPOSE, contact=contact, user=user, at=at, ip=ip)
    else:
        codes.pretend(purpose=PURPOSE, contact=contact, at=at, ip=ip)


def check_log_in_code(*, contact: str, code: str, at: datetime) -> User:
    """The active person who was sent this code."""
    row = codes.check(purpose=PURPOSE, contact=contact, code=code, at=at)
    if row.user is None:
        raise codes.WrongCode
    return _active(row.user)


def check_second_factor(*, user: User, code: str, at: datetime) -> Authenticator:
    """The factor whose code this is; a code is good once."""
    limits.SECOND_FACTOR.spend(str(user.pk), at=at)
    for factor in Authenticator.objects.filter(user=user):
        if factor.wrap().validate_code(code.strip()):
            limits.SECOND_FACTOR.give_back(str(user.pk), at=at)
            return factor
    raise WrongSecondFactor


def require_second_factor(*, user: User, code: str, at: datetime) -> datetime | None:
    """When the second factor was given: now, or never for an account without one."""
    if not queries.has_second_factor(user):
        return None
    if not code:
        raise SecondFactorRequired
    check_second_factor(user=user, code=code, at=at)
    return at


def _active(user: User) -> User:
    if not user.is_active:
        raise AccountNotActive
    return user
