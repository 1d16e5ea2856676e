"""Notifications about the security of an account, by mail or registered SMS."""

from datetime import datetime
from enum import Enum

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.outbox import services as outbox


class SecurityNotification(Enum):
    """The text of each notification; its placeholders are the `facts` given to `notify`."""

    PASSWORD_CHANGED = "The password of your account was changed."  # noqa: S105
    CONTACT_REPLACED = "This contact on your account was replaced by {by}."
    FACTOR_GUESSED = (
        "Someone entered your correct password, then five wrong two-step verification codes."
    )
    SECRET_GUESSED = "Someone logged in to your account entered five wrong passwords or codes."  # noqa: S105
    TOKEN_REPLAYED = "An app was logged out, because an old key of its login was used again."  # noqa: S105
    APP_ADDED = "An authenticator app was added to your account."
    APP_REMOVED = "The authenticator app was removed from your account."
    RECOVERY_CODES_MADE = "New recovery codes were generated for your account."
    PASSKEY_ADDED = "A passkey was added to your account."
    PASSKEY_REMOVED = "A passkey was removed from your account."
    GOOGLE_LINKED = "A Google account was linked to your account. It can now be used to log in."
    GOOGLE_UNLINKED = (
        "The Google account was unlinked from your account. It can no longer be used to log in."
    )
    BREAK_GLASS_MADE = "A break-glass token was created for {who}. It works once, within one hour."
    BREAK_GLASS_USED = "The break-glass token of {who} was used to log in."
    PROGRAM_ADDED = "An app called {program} can now act on your behalf."
    PROGRAM_RENEWED = "A new secret was created for {program}, an app that acts on your behalf."
    PROGRAM_ENDED = "The app {program} can no longer act on your behalf."

    @property
    def text(self) -> str:
        """The registered SMS text."""
        return f"accounts/security_{self.name.lower()}"


def notify(*, contact: str, notification: SecurityNotification, at: datetime, **facts: str) -> None:
    """Queue the notification for a contact, in the caller's transaction."""
    context: dict[str, object] = {"what": notification.value.format(**facts), **facts}
    template = "accounts/security"
    outbox.queue_message(
        contact=contact, template=template, text=notification.text, context=context, at=at
    )


def notify_security_change(*, user: User, change: SecurityNotification, at: datetime) -> None:
    """Notify the user's first contact."""
    notify(contact=user.contact, notification=change, at=at)


@transaction.atomic
def record_factor_change(*, user: User, kind: str, change: str, at: datetime) -> None:
    """Record that a second factor was added or removed."""
    action = f"account.second_factor_{change}"
    audit.record_event(by=user, action=action, on=user, at=at, new={"kind": kind})
