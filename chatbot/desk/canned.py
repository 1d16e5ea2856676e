"""Canned replies: their placeholders, filled from a ticket."""

import re

from accounts.models import User
from chatbot.desk import wording
from chatbot.models import CannedReply, Ticket

#: Placeholders that a canned reply may have, and what each stands for.
PLACEHOLDERS = {
    "name": "the first name of the user",
    "reference": "the ticket's reference",
    "subject": "the ticket's subject",
    "member": "the first name of the member who answers",
}
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def render(reply: CannedReply, *, ticket: Ticket, by: User) -> str:
    """The text with its placeholders filled; unknown ones stay as they are."""
    facts = {
        "name": wording.first_name(ticket.user, ticket.language),
        "reference": ticket.reference,
        "subject": ticket.subject,
        "member": wording.first_name(by, reply.language),
    }
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), reply.text)


def unknown_placeholders(text: str) -> list[str]:
    """Placeholders of a text that would not be filled."""
    return sorted({found[1] for found in PLACEHOLDER.finditer(text)} - set(PLACEHOLDERS))
