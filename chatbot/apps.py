"""App configuration of the chatbot: FAQ answers and support tickets."""

from importlib import import_module

from django.apps import AppConfig


class ChatbotConfig(AppConfig):
    """Help: answers from the FAQ, and support tickets."""

    name = "chatbot"
    verbose_name = "Help"
    api_tag = "Help"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add messages to the agent's dashboard, and a note about the model to /readyz.

        The secrets of messages are masked in logs.
        """
        from chatbot import dashboard
        from chatbot.redaction.detection import text_without_secrets
        from hitouch.log_masks import add_log_mask
        from onboarding.dashboard.panels import register_contribution

        register_contribution(dashboard.contribution)
        add_log_mask(text_without_secrets)
        notes = import_module("hitouch.core.monitoring.health").NOTES
        notes.append(import_module("chatbot.assistant.status").status_note)
