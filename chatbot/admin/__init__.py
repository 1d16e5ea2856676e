"""Support's desk: tickets to answer, and the answers people get."""

from chatbot.admin import faq as answers
from chatbot.admin import tickets as tickets

__all__ = ["answers", "tickets"]
