"""News about the security of an account: each kind has its sentence and its registered SMS."""

from datetime import datetime
from enum import Enum

from hitouch.core import outbox


class News(Enum):
    """What somebody is told; slots are filled from the facts given to `tell`."""

    PASSWORD_CHANGED = "The password of your account was changed."  # noqa: S105
    CONTACT_REPLACED = "This contact of your account was replaced by {by}."
    FACTOR_GUESSED = "Somebody gave your right password and then five wrong second factors."
    APP_ADDED = "An authenticator app was added to your account."
    APP_REMOVED = "The authenticator app was removed from your account."
    RECOVERY_CODES_MADE = "New recovery codes were made for your account."
    PASSKEY_ADDED = "A passkey was added to your account."
    PASSKEY_REMOVED = "A passkey was removed from your account."
    GOOGLE_LINKED = "A Google account was linked: it opens your account from now on."
    GOOGLE_UNLINKED = "The Google account was unlinked: it no longer opens your account."
    BREAK_GLASS_MADE = "A break-glass token was made for {who}. It works once, for one hour."
    BREAK_GLASS_USED = "The break-glass token of {who} was used to log in."
    PROGRAM_ADDED = "A program named {program} may act for you from now on."
    PROGRAM_RENEWED = "A new secret was made for the program named {program}, which acts for you."
    PROGRAM_ENDED = "The program named {program} can no longer act for you."

    @property
    def text(self) -> str:
        """The SMS that is registered for it."""
        return f"accounts/security_{self.name.lower()}"


def tell(*, contact: str, news: News, at: datetime, **facts: str) -> None:
    """Write to a contact what happened, in the caller's transaction."""
    context: dict[str, object] = {"what": news.value.format(**facts), **facts}
    template = "accounts/security"
    outbox.tell(contact=contact, template=template, text=news.text, context=context, at=at)
