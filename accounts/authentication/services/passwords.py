"""Passwords: strength, changing one, and resetting one with a code."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import OneTimeCode, TokenFamily, User
from accounts.one_time_codes import grants
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import ANYBODY, Requester
from accounts.security import audit, locks, rate_limits, secret_checks
from accounts.security.notifications import SecurityNotification, notify
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin, network_hash
from accounts.sessions import services as sessions
from hitouch.core.errors import Refusal

PURPOSE = OneTimeCode.Purpose.RESET


class WeakPassword(Refusal):
    """The password breaks a rule; the message says which."""

    code = "weak_password"
    status = 422
    field = "password"


class WrongPassword(Refusal):
    """The current password is wrong."""

    code = "wrong_password"
    status = 422
    field = "present_password"
    message = "Your current password is not correct."


def require_strong(*, password: str, user: User) -> None:
    """Refuse a password that is short, common, or similar to the user's data."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise WeakPassword(" ".join(weak.messages)) from weak


def change_password(
    *,
    user: User,
    present_password: str,
    password: str,
    at: datetime,
    origin: RequestOrigin = UNKNOWN_ORIGIN,
    keep_session: str = "",
    keep_family: TokenFamily | None = None,
) -> None:
    """Save a new password and end all other sessions."""
    with secret_checks.counted_check(
        user=user,
        kind=secret_checks.PASSWORD,
        wrong=WrongPassword,
        at=at,
        origin=origin,
        login_id=secret_checks.login_id(session_key=keep_session, family=keep_family),
    ):
        if not user.check_password(present_password):
            raise WrongPassword
    require_strong(password=password, user=user)
    with transaction.atomic():
        owner = locks.lock_for_login(user)
        _save_password(owner, password, at)
        sessions.end_others(user=owner, at=at, keep_session=keep_session, keep_family=keep_family)
    user.password, user.login_epoch = owner.password, owner.login_epoch


def begin_reset(*, contact: str, at: datetime, requester: Requester = ANYBODY) -> str:
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


def confirm_reset(*, ticket: str, code: str, at: datetime, ip: str) -> str:
    """Check the code. Returns the grant to set a new password.

    Counted for the ticket, and only without a valid one for the network, which others may share.
    """
    try:
        counted = one_time_codes.read_ticket(ticket, purpose=PURPOSE).code_id
    except one_time_codes.InvalidTicket:
        counted = network_hash(ip)
    rate_limits.RESET.spend(counted, at=at)
    row, contact = one_time_codes.check_with_ticket(
        purpose=PURPOSE, ticket=ticket, code=code, at=at
    )
    return grants.issue_grant(code=row, contact=contact, at=at)


def finish_reset(*, grant: str, password: str, at: datetime, ip: str) -> User:
    """Save the new password and end all sessions.

    Does not log in, since a second factor may be due.
    """
    try:
        granted = grants.read_grant(grant, purpose=PURPOSE, at=at)
    except grants.GrantExpired:
        rate_limits.RESET.spend(network_hash(ip), at=at)
        raise
    rate_limits.RESET.spend(granted.code_id, at=at)
    granted.require_unused()
    user = User.objects.with_contact(granted.contact).first()
    if user is None or not user.is_active:
        raise grants.GrantExpired
    require_strong(password=password, user=user)
    with transaction.atomic():
        user = locks.lock_account(user.pk)
        if not user.is_active:  # closed meanwhile
            raise grants.GrantExpired
        granted.use_up(at=at)
        _save_password(user, password, at)
        sessions.end_others(user=user, at=at)
    return user


def _save_password(user: User, password: str, at: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    audit.record_event(by=user, action="account.password_changed", on=user, at=at)
    notify(
        user=user,
        notification=SecurityNotification.PASSWORD_CHANGED,
        at=at,
    )
