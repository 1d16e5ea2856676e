"""The help endpoints."""

from chatbot.api.answers import Answers
from chatbot.api.tickets import OneTicket, TicketMessages, Tickets

__all__ = ["Answers", "OneTicket", "TicketMessages", "Tickets"]
