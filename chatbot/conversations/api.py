"""API views of the conversation and of the public help."""

from typing import Any, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import UserAPIView
from chatbot.conversations import feedback, public_views, queries, search, services
from chatbot.conversations.forms import (
    AnswerQueryForm,
    MessageApiForm,
    PreferenceApiForm,
    QuestionForm,
    RatingApiForm,
    ThreadQueryForm,
)
from chatbot.conversations.serializers import (
    HelpConversationOut,
    HelpMessageBody,
    HelpPreferenceBody,
    HelpPreferenceOut,
    HelpRatingBody,
)
from chatbot.faq import queries as faq
from chatbot.models import HelpLanguage, Message
from hitouch.core.api.forms import validated_form

ASK = OpenApiExample(
    "A question", {"text": "When do I get paid?", "client_key": "7d0c"}, request_only=True
)
CONVERSATION = OpenApiExample(
    "Answered by the assistant",
    {
        "id": "0e9b6c0a-8a3c-4f0e-9e43-0a8c5b3f6d11",
        "mode": "BOT",
        "ticket": None,
        "answered_by": "",
        "is_pending": False,
        "has_earlier": False,
        "messages": [
            {
                "id": "5c1f2f7e-53fa-4d0f-9d2a-3a0a9a0f7b52",
                "author": "YOU",
                "name": "",
                "source": "PERSON",
                "heading": "",
                "text": "When do I get paid?",
                "links": [],
                "suggestions": [],
                "is_rateable": False,
                "feedback": "",
                "offers_team": False,
                "at": "2026-11-23T12:00:00+05:30",
            }
        ],
    },
    response_only=True,
)


class HelpView(UserAPIView):
    """Base of the endpoints of the caller's own conversation."""

    def conversation(self, status: int = 200) -> Response:
        """The conversation as it is now."""
        now = timezone.now()
        before = self.query.get("before")
        found = queries.shown_conversation(self.user, now=now)
        thread = queries.thread_of(found, now=now, before=before)
        return Response(HelpConversationOut(thread).data, status=status)

    def own_message(self, pk: UUID) -> Message:
        """A message in the caller's conversations, or 404."""
        return get_object_or_404(queries.messages_of(self.user), pk=pk)


class HelpConversationView(HelpView):
    """Your conversation with Help."""

    query_form = ThreadQueryForm

    @extend_schema(
        parameters=[OpenApiParameter("before", OpenApiTypes.DATETIME)],
        responses=HelpConversationOut,
        examples=[CONVERSATION],
    )
    def get(self, request: Request) -> Response:
        """Get your conversation: who answers, and its newest messages, at most 50."""
        return self.conversation()


class HelpMessagesView(HelpView):
    """Messages to Help."""

    @extend_schema(
        operation_id="help_conversation_send",
        request=HelpMessageBody,
        responses={201: HelpConversationOut},
        examples=[ASK, CONVERSATION],
    )
    def post(self, request: Request) -> Response:
        """Send a message. The answer is in the conversation that is returned.

        While support answers (WAITING, PERSON) the message goes to them. Refused with 429 after 20
        messages in a minute or 200 in a day.
        """
        facts = validated_form(MessageApiForm, request).cleaned_data
        sent = services.send(user=self.user, at=timezone.now(), **facts)
        services.answer(sent, at=timezone.now())
        return self.conversation(status=201)


class HelpFeedbackView(HelpView):
    """Ratings of answers."""

    @extend_schema(
        operation_id="help_messages_rate",
        request=HelpRatingBody,
        responses=HelpConversationOut,
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Rate an answer. A later rating replaces an earlier one."""
        facts = validated_form(RatingApiForm, request).cleaned_data
        feedback.rate(message=self.own_message(message_id), at=timezone.now(), **facts)
        return self.conversation()


class HelpSuggestionView(HelpView):
    """Choosing what was offered with "did you mean"."""

    @extend_schema(
        operation_id="help_suggestions_choose", request=None, responses=HelpConversationOut
    )
    def post(self, request: Request, message_id: UUID, entry_id: UUID) -> Response:
        """Choose a suggested question; its answer follows in the conversation."""
        suggestions = self.own_message(message_id).suggestions.all()
        chosen = get_object_or_404(suggestions, entry_id=entry_id)
        feedback.choose_suggestion(suggestion=chosen, at=timezone.now())
        return self.conversation()


class HelpNoneOfTheseView(HelpView):
    """Refusing what was offered with "did you mean"."""

    @extend_schema(
        operation_id="help_suggestions_none", request=None, responses=HelpConversationOut
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Say that no suggestion is meant. Our team and a person are offered then."""
        feedback.none_of_these(message=self.own_message(message_id), at=timezone.now())
        return self.conversation()


class HelpTeamView(HelpView):
    """Passing a question on to our team."""

    @extend_schema(
        operation_id="help_messages_ask_team", request=None, responses=HelpConversationOut
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Send the question that a message is about to our team, which answers later."""
        feedback.ask_team(message=self.own_message(message_id), at=timezone.now())
        return self.conversation()


class HelpPersonView(HelpView):
    """Talking to a person."""

    @extend_schema(
        operation_id="help_conversation_person", request=None, responses=HelpConversationOut
    )
    def post(self, request: Request) -> Response:
        """Ask for a person. A ticket is opened, and the assistant is silent from then on."""
        services.request_person(user=self.user, at=timezone.now())
        return self.conversation()


class HelpPreferenceView(HelpView):
    """Who may read your messages."""

    @extend_schema(responses=HelpPreferenceOut)
    def get(self, request: Request) -> Response:
        """Whether messages may be sent to a language model, and to which host."""
        notice = public_views.model_notice(self.user, HelpLanguage.EN)
        facts: dict[str, object] = {
            "allows_model": queries.allows_model(self.user),
            "model_host": notice.host if notice else "",
        }
        return Response(HelpPreferenceOut(facts).data)

    @extend_schema(request=HelpPreferenceBody, responses=HelpPreferenceOut)
    def put(self, request: Request) -> Response:
        """Allow, or do not allow, that your messages are sent to a language model."""
        facts = validated_form(PreferenceApiForm, request).cleaned_data
        services.set_model_preference(user=self.user, **facts)
        return self.get(request)


class EntryOut(serializers.Serializer[faq.FaqAnswer]):
    """An FAQ entry."""

    id = serializers.UUIDField(source="entry_id")
    question = serializers.CharField()
    answer = serializers.CharField(source="text")


class FoundOut(serializers.Serializer[dict[str, object]]):
    """The best answer, or similar questions if there is no sure one."""

    answered = serializers.BooleanField(help_text="Whether `entry` answers the question.")
    confidence = serializers.FloatField(
        help_text="Probability that the best entry answers it, from 0 to 1."
    )
    entry = EntryOut(allow_null=True)
    near = EntryOut(many=True)


class FaqAnswerView(UserAPIView):
    """Ask a question."""

    query_form = AnswerQueryForm

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses=FoundOut)
    def get(self, request: Request) -> Response:
        """Ask a question. `answered` is false if there is no sure answer; open a ticket then."""
        form = QuestionForm(self.query)
        if not form.is_valid():
            errors = form.errors.get_json_data(escape_html=False)
            raise exceptions.ValidationError(cast(Any, errors))
        found = search.search(form.cleaned_data["q"])
        facts: dict[str, object] = {
            "answered": found.is_answered,
            "confidence": found.probability,
            "entry": found.answers[0] if found.is_answered else None,
            "near": [] if found.is_answered else found.answers,
        }
        return Response(FoundOut(facts).data)
