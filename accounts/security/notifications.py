"""Notifications about the security of an account, by mail or registered SMS."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from django.db import transaction

from accounts.models import User
from accounts.models.users import ADMIN_ROLE
from accounts.notices import services as notices
from accounts.security import audit


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

    FACTORS_RESET_REQUESTED = (
        "Our staff were asked to remove the passkeys and two-step verification of your account."
    )
    FACTORS_RESET = (
        "All passkeys and two-step verification of your account were removed by our staff, and it "
        "was logged out everywhere."
    )
    FACTORS_RESET_BY_STAFF = "Two of your colleagues removed the second factors of {who}."

    ROLES_CHANGED = "Your roles as staff were changed."
    ACCESS_REQUESTED = "A change of access is waiting for a second person to approve it."
    ACCESS_APPROVED = "The change of access that you requested was approved."
    ACCESS_DECLINED = "The change of access that you requested was declined."
    ACCESS_EXPIRED = "The change of access that you requested has expired."
    ACCESS_BY_COMMAND = "The access of {who} was changed by a command on the server."

    @property
    def text(self) -> str:
        """The registered SMS text."""
        return f"accounts/security_{self.name.lower()}"


#: Mails to staff about requests, which say where to look at them.
ABOUT_ACCESS = {
    SecurityNotification.ACCESS_REQUESTED,
    SecurityNotification.ACCESS_APPROVED,
    SecurityNotification.ACCESS_DECLINED,
    SecurityNotification.ACCESS_EXPIRED,
    SecurityNotification.ACCESS_BY_COMMAND,
    SecurityNotification.FACTORS_RESET_BY_STAFF,
}


def notify(
    *,
    user: User,
    notification: SecurityNotification,
    at: datetime,
    contacts: Sequence[str] = (),
    **facts: str,
) -> None:
    """Notify a user on their page and at these contacts, by default the first one."""
    context: dict[str, object] = {"what": notification.value.format(**facts), **facts}
    is_about_access = notification in ABOUT_ACCESS
    notices.notify(
        user=user,
        kind="accounts/access" if is_about_access else "accounts/security",
        text=notification.text,
        context=context,
        at=at,
        contacts=contacts or user.contacts[:1],
    )


def notify_admins(*, notification: SecurityNotification, at: datetime, **facts: str) -> None:
    """Notify all active admins."""
    admins = User.objects.filter(groups__name=ADMIN_ROLE, status=User.Status.ACTIVE)
    for admin in sorted(set(admins), key=lambda user: user.contact):
        notify(user=admin, notification=notification, at=at, **facts)


def notify_security_change(*, user: User, change: SecurityNotification, at: datetime) -> None:
    """Notify the user's first contact."""
    notify(user=user, notification=change, at=at)


@transaction.atomic
def record_factor_change(*, user: User, kind: str, change: str, at: datetime) -> None:
    """Record that a second factor was added or removed."""
    action = f"account.second_factor_{change}"
    audit.record_event(by=user, action=action, on=user, at=at, new={"kind": kind})
