"""Models of help: FAQ, conversations and support tickets."""

from chatbot.models.conversations import Conversation, Message
from chatbot.models.faq import FaqCategory, FaqEntry
from chatbot.models.tickets import Ticket, TicketEvent, TicketMessage

__all__ = [
    "Conversation",
    "FaqCategory",
    "FaqEntry",
    "Message",
    "Ticket",
    "TicketEvent",
    "TicketMessage",
]
