"""API views of a user's own support tickets."""

from typing import Any, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import UserAPIView
from chatbot.desk import queries, services
from chatbot.forms import ReplyForm, TicketForm
from chatbot.models import Ticket, TicketMessage
from hitouch.core.api.form_serializers import form_serializer
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class MessageOut(serializers.ModelSerializer):
    """A message in a support ticket."""

    class Meta:
        model = TicketMessage
        fields = ["id", "is_from_staff", "text", "at"]


class TicketOut(serializers.ModelSerializer):
    """A support ticket in a list."""

    class Meta:
        model = Ticket
        fields = ["id", "reference", "subject", "state", "opened_at", "resolved_at"]


class ThreadOut(TicketOut):
    """A support ticket with its messages."""

    messages = serializers.SerializerMethodField()

    class Meta(TicketOut.Meta):
        fields = [*TicketOut.Meta.fields, "messages"]

    @extend_schema_field(MessageOut(many=True))
    def get_messages(self, ticket: Ticket) -> list[dict[str, Any]]:
        """Messages, oldest first."""
        return cast(list[dict[str, Any]], MessageOut(queries.thread(ticket), many=True).data)


TicketIn = form_serializer(TicketForm, "TicketIn")
ReplyIn = form_serializer(ReplyForm, "ReplyIn")


class TicketPage(CursorPage):
    """Pagination by opening time, newest first."""

    ordering = ("-opened_at", "id")


class TicketListView(UserAPIView, generics.ListAPIView):
    """Your support tickets."""

    serializer_class = TicketOut
    pagination_class = TicketPage
    operation_ids = {"post": "tickets_open"}

    def get_queryset(self) -> Any:
        """The user's own tickets."""
        return queries.tickets_of(self.user)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List your support tickets, newest first."""
        return self.list(request, *args, **kwargs)

    @extend_schema(request=TicketIn, responses={201: ThreadOut})
    def post(self, request: Request) -> Response:
        """Open a support ticket."""
        form = validated_form(TicketForm, request)
        ticket = services.open_ticket(user=self.user, at=timezone.now(), **form.cleaned_data)
        return Response(ThreadOut(ticket).data, status=201)


class TicketDetailView(UserAPIView):
    """One support ticket."""

    @extend_schema(responses=ThreadOut)
    def get(self, request: Request, ticket_id: UUID) -> Response:
        """Get a support ticket with its messages."""
        ticket = get_object_or_404(queries.tickets_of(self.user), pk=ticket_id)
        return Response(ThreadOut(ticket).data)


class TicketReplyView(UserAPIView):
    """Reply to a support ticket."""

    operation_ids = {"post": "tickets_reply"}

    @extend_schema(request=ReplyIn, responses={201: MessageOut})
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Reply to a support ticket. A ticket closed less than 7 days ago reopens."""
        ticket = get_object_or_404(queries.tickets_of(self.user), pk=ticket_id)
        form = validated_form(ReplyForm, request)
        message = services.reply(
            ticket=ticket, at=timezone.now(), show_in_conversation=True, **form.cleaned_data
        )
        return Response(MessageOut(message).data, status=201)
