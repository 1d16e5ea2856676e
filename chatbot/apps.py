"""The chatbot app: answers from our own questions and answers, or a person."""

from django.apps import AppConfig


class ChatbotConfig(AppConfig):
    """Help: what is asked often, and tickets for the rest."""

    name = "chatbot"
    verbose_name = "Help"
    api_tag = "Help"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show messages on the agent's first page."""
        from chatbot import dashboard as cards
        from onboarding.dashboard import panels as dashboard

        dashboard.register_contribution(cards.for_home)
