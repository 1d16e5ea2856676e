"""The chatbot app: answers from our own questions and answers, or a person."""

from django.apps import AppConfig


class ChatbotConfig(AppConfig):
    """Help: what is asked often, and tickets for the rest."""

    name = "chatbot"
    verbose_name = "Help"
    default_auto_field = "django.db.models.BigAutoField"
