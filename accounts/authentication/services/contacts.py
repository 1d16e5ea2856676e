"""Adding or replacing a user's e-mail address or phone number, with a code sent to it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import contacts, signals
from accounts.models import OneTimeCode, TokenFamily, User
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import Requester
from accounts.security import audit, locks, secret_checks
from accounts.security.notifications import SecurityNotification, notify
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin
from accounts.sessions import services as sessions
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

PURPOSE = OneTimeCode.Purpose.CONTACT


class ContactUnchanged(Refusal):
    """The user has already verified this contact."""

    code = "contact_yours_already"
    field = "contact"
    message = "You've already verified this contact."


class ContactTaken(Refusal):
    """Another account has it. Only shown after the code, to whoever controls the contact."""

    code = "contact_taken"
    field = "contact"
    message = (
        "Another account uses this contact. Log in to that account, or use a different contact."
    )


def request_contact_change(*, user: User, contact: str, at: datetime) -> None:
    """Send a code to the new contact; if another account has it, its owner is notified instead."""
    requester = Requester(user=user)
    owner = User.objects.with_contact(contact).first()
    if owner is not None and owner.pk != user.pk:
        one_time_codes.issue_decoy(
            purpose=PURPOSE,
            contact=contact,
            user=user,
            at=at,
            requester=requester,
            template="accounts/account_exists",
        )
        return
    if owner is not None and _is_confirmed(owner, contact):
        raise ContactUnchanged
    one_time_codes.issue(purpose=PURPOSE, contact=contact, user=user, at=at, requester=requester)


def confirm_contact_change(
    *,
    user: User,
    contact: str,
    code: str,
    at: datetime,
    origin: RequestOrigin = UNKNOWN_ORIGIN,
    keep_session: str = "",
    keep_family: TokenFamily | None = None,
) -> User:
    """Check the code and save the contact. Replacing one ends all other sessions."""
    with secret_checks.counted_check(
        user=user,
        kind=secret_checks.CODE,
        wrong=one_time_codes.InvalidCode,
        at=at,
        origin=origin,
        login_id=secret_checks.login_id(session_key=keep_session, family=keep_family),
    ):
        one_time_codes.check(purpose=PURPOSE, contact=contact, code=code, at=at, user=user)
    try:
        with transaction.atomic():
            owner = locks.lock_account(user.pk)
            replaced = _save_contact(owner, contact, at)
            if replaced:
                _notify_replaced(owner, replaced, contact, at)
                sessions.end_others(
                    user=owner, at=at, keep_session=keep_session, keep_family=keep_family
                )
            signals.contact_changed.send(sender=User, user=owner)
    except IntegrityError as taken:
        raise ContactTaken from taken
    return owner


def _save_contact(user: User, contact: str, at: datetime) -> str:
    """Save the contact. Returns the verified contact that it replaced, if any."""
    kind = "email" if contacts.is_email(contact) else "phone"
    old_contact = getattr(user, kind) if getattr(user, f"{kind}_verified_at") else ""
    setattr(user, kind, contact)
    setattr(user, f"{kind}_verified_at", at)
    user.save(update_fields=[kind, f"{kind}_verified_at", "updated_at"])
    old, new = {kind: mask_contact(old_contact or "")}, {kind: mask_contact(contact)}
    audit.record_event(
        by=user, action="account.contact_confirmed", on=user, at=at, old=old, new=new
    )
    return old_contact if old_contact and old_contact != contact else ""


def _notify_replaced(user: User, replaced: str, contact: str, at: datetime) -> None:
    now = mask_contact(contact)
    notify(
        user=user,
        contacts=[replaced],
        notification=SecurityNotification.CONTACT_REPLACED,
        at=at,
        by=now,
    )


def _is_confirmed(user: User, contact: str) -> bool:
    kind = "email" if contacts.is_email(contact) else "phone"
    return getattr(user, f"{kind}_verified_at") is not None
