"""The one place through which a secret of a known account is compared.

Each comparison is counted before it is made, and a wrong one is recorded as a log-in event. After a
series of wrong ones there is an audit event and the owner is notified. A right one is not counted.
A log-in by password has limits of its own, as there the account is not known to be the caller's
(`accounts.authentication.services.login`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from accounts.models import LogInEvent, TokenFamily, User
from accounts.security import audit, rate_limits
from accounts.security.login_history import record_login
from accounts.security.notifications import SecurityNotification, notify_security_change
from accounts.security.origin import RequestOrigin
from hitouch.core.errors import Refusal
from hitouch.core.rate_limits import Attempt, RateLimited

Outcome, Way = LogInEvent.Outcome, LogInEvent.Way
#: The wrong attempt of one session after which the owner is notified.
SERIES = 5


@dataclass(frozen=True)
class SecretKind:
    """What is compared, and how a wrong one is recorded."""

    name: str
    outcome: str
    method: str


PASSWORD = SecretKind("password", Outcome.WRONG, Way.PASSWORD)
CODE = SecretKind("code", Outcome.WRONG, Way.CODE)
SECOND_FACTOR = SecretKind("second_factor", Outcome.WRONG_FACTOR, Way.PASSWORD)


@contextmanager
def counted_check(
    *,
    user: User,
    kind: SecretKind,
    wrong: type[Refusal] | tuple[type[Refusal], ...],
    at: datetime,
    origin: RequestOrigin,
    login_id: str | None,
) -> Iterator[None]:
    """Count and record the comparison in the block, which raises one of `wrong` if it fails.

    `login_id` names the session or token family of a user who is logged in; it is None during a
    log-in. Raises `RateLimited` before the block when there were too many.
    """
    attempts = _spend(user, kind, login_id, at)
    try:
        yield
    except wrong:
        record_login(user=user, outcome=kind.outcome, method=kind.method, origin=origin, at=at)
        _notify_after_series(user, kind, attempts, at)
        raise
    for attempt in attempts.values():
        attempt.give_back()


def record_confirmation(*, user: User, kind: SecretKind, at: datetime) -> None:
    """Record that a user who is logged in has given the right secret before a sensitive act."""
    new = {"kind": kind.name}
    audit.record_event(by=user, action="account.reauthenticated", on=user, at=at, new=new)


def login_id(*, session_key: str = "", family: TokenFamily | None = None) -> str:
    """What one log-in is counted by: an app's token family, or a browser session."""
    return f"family:{family.pk}" if family else f"session:{session_key}"


def _spend(user: User, kind: SecretKind, login_id: str | None, at: datetime) -> dict[str, Attempt]:
    attempts = {}
    if kind is SECOND_FACTOR:
        attempts["factor"] = rate_limits.SECOND_FACTOR.spend(str(user.pk), at=at)
        # By the password as well: whoever guesses has it, and a new one ends that.
        holder = f"{user.pk} {user.get_session_auth_hash()}"
        attempts["factor_a_day"] = rate_limits.SECOND_FACTOR_A_DAY.spend(holder, at=at)
    if login_id is not None:
        session = f"{user.pk} {login_id}"
        attempts["session"] = rate_limits.OWN_SECRET.spend(session, at=at)
        attempts["day"] = rate_limits.OWN_SECRET_A_DAY.spend(str(user.pk), at=at)
    return attempts


def _notify_after_series(
    user: User, kind: SecretKind, attempts: dict[str, Attempt], at: datetime
) -> None:
    if "session" in attempts:
        news = SecurityNotification.SECRET_GUESSED
        is_series = attempts["session"].left == rate_limits.OWN_SECRET.tries - SERIES
    else:
        news = SecurityNotification.FACTOR_GUESSED
        is_series = attempts["factor"].left == 0
    if not is_series:
        return
    new = {"kind": kind.name}
    audit.record_event(by=None, action="account.secret_guessed", on=user, at=at, new=new)
    with suppress(RateLimited):
        rate_limits.NEWS_OF_GUESSES.spend(f"{user.pk} {news.name}", at=at)
        notify_security_change(user=user, change=news, at=at)
