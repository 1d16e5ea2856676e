"""Checking a password or a log-in code, with rate limits and a record of each attempt."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.models import LogInEvent, OneTimeCode, User
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import ANYBODY, Requester
from accounts.security import login_history, rate_limits
from accounts.security.locks import AccountNotActive
from accounts.security.login_history import record_login
from accounts.security.origin import RequestOrigin
from hitouch.core.errors import Refusal
from hitouch.core.rate_limits import Attempt, RateLimited
from hitouch.core.web.humanize import wait_text

PURPOSE = OneTimeCode.Purpose.LOG_IN
Outcome, Way = LogInEvent.Outcome, LogInEvent.Way


class InvalidCredentials(Refusal):
    """Unknown contact or wrong password; the response does not tell which."""

    code = "wrong_log_in"
    status = 401
    message = "Wrong email, mobile number or password."


class CodeLoginRequired(Refusal):
    """Too many wrong passwords from unknown networks, and this one had its one attempt.

    Never raised for a network or browser that the account knows.
    """

    code = "log_in_by_code"
    status = 403
    message = (
        "Too many wrong passwords were entered for this account today. Log in with a code instead."
    )


class TooManyFromNetwork(RateLimited):
    """Too many passwords from one network, perhaps by others who share it."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after, self.members = retry_after, {"reason": "network"}
        Refusal.__init__(
            self,
            "Too many wrong passwords were entered from your network, which you may share with "
            f"other people. Try again in {wait_text(retry_after)}, or log in with a code.",
        )


def check_password(*, contact: str, password: str, at: datetime, origin: RequestOrigin) -> User:
    """The active user with this contact and password.

    Others cannot lock a user out: attempts are counted per network, and a network or browser in
    which the user has logged in before is counted separately.
    """
    user = User.objects.with_contact(contact).first()
    attempts = _count_attempt(contact, user, at, origin)
    if user is None:
        make_password(password)  # takes as long as checking a password
    if user is None or not user.check_password(password):
        record_login(user=user, outcome=Outcome.WRONG, method=Way.PASSWORD, origin=origin, at=at)
        raise InvalidCredentials
    for attempt in attempts:
        attempt.give_back()
    return _require_active(user, Way.PASSWORD, at, origin)


def begin_log_in_by_code(*, contact: str, at: datetime, requester: Requester = ANYBODY) -> str:
    """Send a code to an active owner of the contact; for anybody else the response is the same."""
    user = User.objects.with_contact(contact).first()
    if user is not None and user.is_active:
        row = one_time_codes.issue(
            purpose=PURPOSE, contact=contact, user=user, at=at, requester=requester
        )
    else:
        row = one_time_codes.issue_decoy(
            purpose=PURPOSE, contact=contact, at=at, requester=requester
        )
    return one_time_codes.issue_ticket(code=row, contact=contact)


def check_log_in_code(*, ticket: str, code: str, at: datetime, origin: RequestOrigin) -> User:
    """The active user to whom this code was sent."""
    row, _ = one_time_codes.check_with_ticket(purpose=PURPOSE, ticket=ticket, code=code, at=at)
    if row.user is None:
        raise one_time_codes.InvalidCode
    return _require_active(row.user, Way.CODE, at, origin)


def _count_attempt(
    contact: str, user: User | None, at: datetime, origin: RequestOrigin
) -> list[Attempt]:
    """Count the attempt in each limit; the caller gives it back when the password is right."""
    is_known_browser = login_history.is_known_browser(user, origin)
    is_known_network = login_history.is_known_network(user, origin, at=at)
    attempts = []
    if not (is_known_browser or is_known_network):
        attempts.append(_count_from_address(at, origin))
    counter_key = origin.browser if is_known_browser else origin.network_hash
    attempts.append(rate_limits.LOG_IN.spend(f"{contact} {counter_key}", at=at))
    if not (is_known_browser or is_known_network):
        attempts += _count_from_unknown_network(contact, at, origin)
    return attempts


def _count_from_address(at: datetime, origin: RequestOrigin) -> Attempt:
    try:
        return rate_limits.LOG_IN_FROM_ADDRESS.spend(origin.network_hash, at=at)
    except RateLimited as limited:
        raise TooManyFromNetwork(limited.retry_after) from limited


def _count_from_unknown_network(contact: str, at: datetime, origin: RequestOrigin) -> list[Attempt]:
    try:
        return [rate_limits.LOG_IN_FROM_AFAR.spend(contact, at=at)]
    except RateLimited:
        pass
    try:
        once = rate_limits.LOG_IN_ONCE_FROM_AFAR.spend(f"{contact} {origin.network_hash}", at=at)
        return [once, rate_limits.LOG_IN_EVER_FROM_AFAR.spend(contact, at=at)]
    except RateLimited as limited:
        raise CodeLoginRequired from limited


def _require_active(user: User, method: str, at: datetime, origin: RequestOrigin) -> User:
    if not user.is_active:
        record_login(user=user, outcome=Outcome.NOT_ACTIVE, method=method, origin=origin, at=at)
        raise AccountNotActive
    return user
