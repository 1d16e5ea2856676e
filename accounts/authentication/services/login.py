"""Who somebody is: a password or a code, within the limits, and a record of each try."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.models import LogInEvent, OneTimeCode, User
from accounts.one_time_codes import services as one_time_codes
from accounts.security import login_history, rate_limits
from accounts.security.locks import AccountNotActive
from accounts.security.login_history import record_login
from accounts.security.origin import RequestOrigin
from hitouch.core import rate_limits as core_rate_limits
from hitouch.core.errors import Refusal

PURPOSE = OneTimeCode.Purpose.LOG_IN
Outcome, Way = LogInEvent.Outcome, LogInEvent.Way


class InvalidCredentials(Refusal):
    """No such person, or not their password; which of the two is not told."""

    code = "wrong_log_in"
    status = 401
    message = "Wrong email, mobile number or password."


class CodeLoginRequired(Refusal):
    """Many wrong passwords came from all over the world, and this place had its one try.

    A place or a browser that the account knows never gets this answer.
    """

    code = "log_in_by_code"
    status = 403
    message = (
        "Too many wrong passwords were entered for this account today. Log in with a code instead."
    )


def check_password(*, contact: str, password: str, at: datetime, origin: RequestOrigin) -> User:
    """The active person with this contact and password.

    Strangers cannot lock anybody out: what they use up is theirs. A place or a browser in
    which the person has logged in before is counted by itself.
    """
    user = User.objects.with_contact(contact).first()
    spent = _spend(contact, user, at, origin)
    if user is None:
        make_password(password)  # takes as long as comparing one
    if user is None or not user.check_password(password):
        record_login(user=user, outcome=Outcome.WRONG, way=Way.PASSWORD, origin=origin, at=at)
        raise InvalidCredentials
    for one in spent:
        one.give_back()
    return _active(user, Way.PASSWORD, at, origin)


def begin_log_in_by_code(*, contact: str, at: datetime, ip: str) -> str:
    """Send a code to an active owner of the contact; nobody else notices a difference."""
    user = User.objects.with_contact(contact).first()
    if user is not None and user.is_active:
        row = one_time_codes.issue(purpose=PURPOSE, contact=contact, user=user, at=at, ip=ip)
    else:
        row = one_time_codes.issue_decoy(purpose=PURPOSE, contact=contact, at=at, ip=ip)
    return one_time_codes.issue_ticket(code=row, contact=contact)


def check_log_in_code(*, ticket: str, code: str, at: datetime, origin: RequestOrigin) -> User:
    """The active person who was sent this code."""
    row, _ = one_time_codes.check_with_ticket(purpose=PURPOSE, ticket=ticket, code=code, at=at)
    if row.user is None:
        raise one_time_codes.InvalidCode
    return _active(row.user, Way.CODE, at, origin)


def _spend(
    contact: str, user: User | None, at: datetime, origin: RequestOrigin
) -> list[core_rate_limits.Attempt]:
    """Count the try wherever it counts; what is spent comes back when the password is right."""
    browser_known = user is not None and origin.known_to == str(user.pk)
    place_known = login_history.is_known_network(user, origin, at=at)
    spent = []
    if not (browser_known or place_known):
        spent.append(rate_limits.LOG_IN_FROM_ADDRESS.spend(origin.place, at=at))
    known_by = origin.browser if browser_known else origin.place
    spent.append(rate_limits.LOG_IN.spend(f"{contact} {known_by}", at=at))
    if not (browser_known or place_known):
        spent += _spend_from_afar(contact, at, origin)
    return spent


def _spend_from_afar(
    contact: str, at: datetime, origin: RequestOrigin
) -> list[core_rate_limits.Attempt]:
    try:
        return [rate_limits.LOG_IN_FROM_AFAR.spend(contact, at=at)]
    except core_rate_limits.RateLimited:
        pass
    try:
        once = rate_limits.LOG_IN_ONCE_FROM_AFAR.spend(f"{contact} {origin.place}", at=at)
        return [once, rate_limits.LOG_IN_EVER_FROM_AFAR.spend(contact, at=at)]
    except core_rate_limits.RateLimited as full:
        raise CodeLoginRequired from full


def _active(user: User, way: str, at: datetime, origin: RequestOrigin) -> User:
    if not user.is_active:
        record_login(user=user, outcome=Outcome.NOT_ACTIVE, way=way, origin=origin, at=at)
        raise AccountNotActive
    return user
