"""Serializers of the conversation and of the public help."""

from rest_framework import serializers

from chatbot.conversations import forms, queries
from chatbot.faq.serializers import HelpLinkOut
from chatbot.models import Conversation
from hitouch.core.api.form_serializers import form_serializer


class HelpSuggestionOut(serializers.Serializer[queries.Suggestion]):
    """A question that was offered with "did you mean"."""

    entry = serializers.UUIDField(source="entry_id")
    question = serializers.CharField()
    is_chosen = serializers.BooleanField()


class HelpMessageOut(serializers.Serializer[queries.ThreadItem]):
    """A message of the conversation, or of a ticket of it."""

    id = serializers.UUIDField()
    author = serializers.ChoiceField(
        ["YOU", "ASSISTANT", "SUPPORT", "SYSTEM"], help_text="Who wrote it; set by the server."
    )
    name = serializers.CharField(help_text="First name of the member of support.")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Of an answer: FAQ, SUGGESTION, FACTS, AI, SYSTEM or STAFF."
    )
    heading = serializers.CharField(help_text="The question of the FAQ that the text answers.")
    text = serializers.CharField()
    links = HelpLinkOut(many=True)
    suggestions = HelpSuggestionOut(many=True)
    is_rateable = serializers.BooleanField()
    feedback = serializers.CharField(help_text="HELPFUL, NOT_HELPFUL, or empty.")
    offers_team = serializers.BooleanField(
        source="offers", help_text="Whether the question can be sent to our team now."
    )
    at = serializers.DateTimeField()


class HelpConversationOut(serializers.Serializer[queries.Thread]):
    """The conversation with its newest messages, oldest first."""

    id = serializers.SerializerMethodField()
    mode = serializers.ChoiceField(
        Conversation.Mode.choices, help_text="Who answers. Without a conversation it is BOT."
    )
    ticket = serializers.SerializerMethodField()
    answered_by = serializers.CharField(help_text="First name of the member of support.")
    is_pending = serializers.SerializerMethodField()
    has_earlier = serializers.BooleanField(help_text="Ask with `before` for earlier messages.")
    messages = HelpMessageOut(many=True, source="items")

    def get_id(self, thread: queries.Thread) -> str | None:
        """Id of the conversation; null before the first message."""
        return str(thread.conversation.pk) if thread.conversation else None

    def get_ticket(self, thread: queries.Thread) -> str | None:
        """Id of the ticket in which support answers."""
        found = thread.conversation
        return str(found.ticket_id) if found and found.ticket_id else None

    def get_is_pending(self, thread: queries.Thread) -> bool:
        """Whether a question waits for its answer."""
        return bool(thread.conversation and thread.conversation.pending_id)


class HelpPreferenceOut(serializers.Serializer[dict[str, object]]):
    """Who may read messages."""

    allows_model = serializers.BooleanField()
    model_host = serializers.CharField(help_text="Empty: no language model is configured.")


HelpMessageBody = form_serializer(forms.MessageApiForm, "HelpMessageBody")
HelpRatingBody = form_serializer(forms.RatingApiForm, "HelpRatingBody")
HelpPreferenceBody = form_serializer(forms.PreferenceApiForm, "HelpPreferenceBody")
