"""Admin for support: the desk, FAQ categories and entries, custom questions."""

from chatbot.admin import desk
from chatbot.custom_questions import admin as custom_questions
from chatbot.faq import admin as faq

__all__ = ["custom_questions", "desk", "faq"]
