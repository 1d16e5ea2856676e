"""Sending an answer from the desk, so that two members do not write over each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from chatbot.desk import canned, queries, services, takeover
from chatbot.desk.timeline import staff_name
from chatbot.models import CannedReply, Ticket, TicketMessage
from hitouch.core.errors import Refusal


class AnotherIsWriting(Refusal):
    """Another member is writing an answer to the same ticket."""

    code = "another_is_writing"

    def __init__(self, names: str) -> None:
        super().__init__(f"{names} is writing an answer to this ticket right now.")


class PlaceholderLeft(Refusal):
    """The answer has a placeholder that was not filled."""

    code = "placeholder_left"
    status = 422
    field = "text"
    message = "Fill in or remove the placeholder in double braces first."


@transaction.atomic
def send_answer(
    *,
    ticket: Ticket,
    by: User,
    text: str,
    at: datetime,
    seen: UUID | None = None,
    confirmed: bool = False,
    close: bool = False,
    canned_reply: UUID | None = None,
) -> TicketMessage:
    """Answer, and close the ticket if wanted.

    Without `confirmed`, an answer is refused while another member writes one, and when a message
    came after `seen`. Without `seen`, nothing is known about what was read.
    """
    if canned.PLACEHOLDER.search(text):
        raise PlaceholderLeft
    takeover.lock(ticket)
    if not confirmed:
        _refuse_collision(ticket, by=by, at=at)
    return services.answer(
        ticket=ticket,
        by=by,
        text=text,
        at=at,
        last_seen=None if confirmed else seen,
        canned_reply=CannedReply.objects.filter(pk=canned_reply).first() if canned_reply else None,
        and_resolve=close,
    )


def _refuse_collision(ticket: Ticket, *, by: User, at: datetime) -> None:
    present: Any = queries.present(ticket, now=at).exclude(by=by)
    writers = [staff_name(each.by) for each in present if each.is_writing]
    if writers:
        raise AnotherIsWriting(" and ".join(writers))
