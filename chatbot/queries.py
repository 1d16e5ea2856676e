"""Queries of help that other modules of the app share."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from chatbot.models import Conversation, FaqText, HelpLanguage, Message


def live_conversation(user: User, *, now: datetime) -> Conversation | None:
    """The user's current conversation, if it has not gone idle."""
    return user.conversations.live(now).order_by("-last_at").first()


def transcript(conversation: Conversation | None) -> QuerySet[Message]:
    """The messages of a conversation, oldest first, with the `question` that was answered."""
    asked = FaqText.objects.filter(version=OuterRef("entry__version"), language=HelpLanguage.EN)
    rows = Message.objects.filter(conversation=conversation)
    rows = rows.annotate(question=Subquery(asked.values("question")[:1]))
    return rows.select_related("entry").order_by("at", "created_at")
