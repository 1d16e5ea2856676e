"""Texts of users and of support on their way into a ticket: cleaned, then without secrets."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.models import Ticket, TicketMessage
from chatbot.redaction import cleaning
from chatbot.redaction import services as redaction
from chatbot.redaction.detection import Secret, SecretType

LONGEST_TEXT = 4000
LONGEST_SUBJECT = 120
LONGEST_COMMENT = 1000
LONGEST_REASON = 200
#: Support may write public contacts, such as the address of a bank's help desk.
_CONTACTS = frozenset({SecretType.PHONE, SecretType.EMAIL})


@dataclass(frozen=True)
class PreparedText:
    """A text that may be stored, and the secrets that were taken out of it."""

    text: str
    secrets: Sequence[Secret] = ()


def prepare(
    text: str, *, field: str = "text", longest: int = LONGEST_TEXT, one_line: bool = False
) -> PreparedText:
    """Clean a text and mask the secrets in it. Refused if empty, too long or of two lines."""
    cleaned = cleaning.clean(text, field=field, longest=longest, one_line=one_line)
    redacted = redaction.redact(cleaned)
    # A mask may be longer than what it hides; only the subject's column has a limit.
    stored = redacted.text[:longest] if one_line else redacted.text
    return PreparedText(stored, redacted.secrets)


def prepare_answer(text: str) -> PreparedText:
    """The same for a text of support, in which phone numbers and e-mail addresses stay."""
    cleaned = cleaning.clean(text, field="text", longest=LONGEST_TEXT)
    return PreparedText(redaction.redact(cleaned, keep=_CONTACTS).text)


def prepare_optional(text: str, *, field: str, longest: int) -> PreparedText:
    """The same for a text of the user that may be empty."""
    return prepare(text, field=field, longest=longest) if text.strip() else PreparedText("")


def seal(ticket: Ticket, message: TicketMessage | None, prepared: PreparedText) -> None:
    """Keep the secrets that the case may need, encrypted."""
    redaction.seal(ticket=ticket, message=message, secrets=prepared.secrets)
