"""Every change in help that an actor can ask for."""

from chatbot.services.asking import NotAnAnswer, ask, give_feedback
from chatbot.services.tickets import TicketClosed, answer_ticket, open_ticket, reply, resolve_ticket

__all__ = [
    "NotAnAnswer",
    "TicketClosed",
    "answer_ticket",
    "ask",
    "give_feedback",
    "open_ticket",
    "reply",
    "resolve_ticket",
]
