"""Messages to open pages, sent once the transaction is committed; pages then fetch what changed."""

from uuid import UUID

from chatbot.models import Conversation, Ticket
from hitouch.core.web.sockets import send_after_commit

DESK_GROUP = "support-desk"


def conversation_group(user_id: UUID) -> str:
    """The channel group of a user's open Help pages."""
    return f"help-{user_id}"


def ticket_group(pk: UUID) -> str:
    """The channel group of members who have the ticket open."""
    return f"ticket-{pk}"


def conversation_changed(conversation: Conversation | None) -> None:
    """Tell the user's open Help pages."""
    if conversation is not None and conversation.user_id is not None:
        message = {"type": "conversation.changed", "conversation": str(conversation.pk)}
        send_after_commit(conversation_group(conversation.user_id), message)


def ticket_changed(ticket: Ticket, what: str) -> None:
    """Tell the desk, everybody who has the ticket open, and the user's open Help pages."""
    message = {"type": "ticket.changed", "ticket": str(ticket.pk), "what": what}
    send_after_commit(DESK_GROUP, message)
    send_after_commit(ticket_group(ticket.pk), message)


def presence_changed(ticket: Ticket) -> None:
    """Tell everybody who has the ticket open who else looks at it or writes."""
    message = {"type": "ticket.changed", "ticket": str(ticket.pk), "what": "presence"}
    send_after_commit(ticket_group(ticket.pk), message)


def duty_changed() -> None:
    """Tell the desk that somebody came on duty or left."""
    send_after_commit(DESK_GROUP, {"type": "ticket.changed", "ticket": "", "what": "duty"})
