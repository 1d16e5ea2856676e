"""Admin for support: tickets, and FAQ categories and entries."""

from chatbot.admin import faq, tickets

__all__ = ["faq", "tickets"]
