"""Admin for support: tickets, FAQ categories and entries, custom questions."""

from chatbot.admin import faq, tickets
from chatbot.custom_questions import admin as custom_questions

__all__ = ["custom_questions", "faq", "tickets"]
