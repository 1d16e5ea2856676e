"""Support's desk: tickets to answer, and the answers people get."""

from chatbot.admin import answers, tickets

__all__ = ["answers", "tickets"]
