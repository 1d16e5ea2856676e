"""Re-authentication before sensitive acts: by password, second factor or one-time code."""

from datetime import datetime

from accounts.authentication.services.login import InvalidCredentials
from accounts.mfa.services import check_second_factor
from accounts.models import OneTimeCode, User
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import Requester
from accounts.security import secret_checks
from accounts.security.origin import RequestOrigin
from hitouch.core.errors import Refusal

PURPOSE = OneTimeCode.Purpose.STEP_UP


class NothingToReauthenticateWith(Refusal):
    """None of the three was sent."""

    code = "no_proof_given"
    status = 422
    message = "Send your password, a two-step verification code, or the code we sent you."


class WrongOwnPassword(InvalidCredentials):
    """The contact is known here, so only the password can be wrong."""

    status = 422
    field = "password"
    message = "Wrong password. Try again."


class SecondFactorMandatory(Refusal):
    """Staff re-authenticate with their second factor; a password is not enough."""

    code = "second_factor_required"
    status = 403
    field = "second_factor"
    message = "Enter your two-step verification code."


class ContactNotConfirmed(Refusal):
    """A code can only be sent to a verified contact."""

    code = "contact_not_confirmed"
    message = "You have no verified contact we can send a code to."


def send_reauthentication_code(*, user: User, at: datetime) -> str:
    """Send a code to the user's first verified contact. Returns the contact."""
    contact = confirmed_contact(user)
    requester = Requester(user=user)
    one_time_codes.issue(purpose=PURPOSE, contact=contact, user=user, at=at, requester=requester)
    return contact


def confirmed_contact(user: User) -> str:
    """The verified e-mail address, or else the verified phone number."""
    if user.email and user.email_verified_at:
        return user.email
    if user.phone and user.phone_verified_at:
        return user.phone
    raise ContactNotConfirmed


def reauthenticate(
    *,
    user: User,
    at: datetime,
    origin: RequestOrigin,
    login_id: str = "",
    password: str = "",
    second_factor: str = "",
    code: str = "",
) -> str:
    """Check the one value that was sent, with its rate limits. Returns the method.

    `login_id` is the session or token family in which the user is logged in.
    """
    if second_factor:
        check_second_factor(user=user, code=second_factor, at=at, origin=origin, login_id=login_id)
        return "mfa"
    if user.is_staff:
        raise SecondFactorMandatory
    if not (code or password):
        raise NothingToReauthenticateWith
    kind = secret_checks.CODE if code else secret_checks.PASSWORD
    wrong = one_time_codes.InvalidCode if code else WrongOwnPassword
    with secret_checks.counted_check(
        user=user, kind=kind, wrong=wrong, at=at, origin=origin, login_id=login_id
    ):
        if code:
            contact = confirmed_contact(user)
            one_time_codes.check(purpose=PURPOSE, contact=contact, code=code, at=at, user=user)
        elif not user.check_password(password):
            raise WrongOwnPassword
    secret_checks.record_confirmation(user=user, kind=kind, at=at)
    return kind.name
