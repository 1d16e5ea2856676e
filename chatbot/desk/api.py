"""API views of a user's own support tickets."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import UserAPIView
from chatbot.desk import forms, own_tickets, serializers, services
from chatbot.models import Ticket
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class TicketPage(CursorPage):
    """Pagination by opening time, newest first."""

    ordering = ("-opened_at", "id")


class OwnTicketAPIView(UserAPIView):
    """An endpoint of one of the user's tickets."""

    def ticket(self, ticket_id: UUID) -> Ticket:
        """The ticket, if it is the user's."""
        return get_object_or_404(own_tickets.tickets_of(self.user), pk=ticket_id)

    def thread(self, ticket: Ticket, *, status: int = 200) -> Response:
        """The ticket as it is now."""
        ticket.refresh_from_db()
        context = {"now": timezone.now()}
        return Response(serializers.ThreadOut(ticket, context=context).data, status=status)


class TicketListView(OwnTicketAPIView, generics.ListAPIView[Any]):
    """Your support tickets."""

    serializer_class = serializers.TicketOut
    pagination_class = TicketPage
    operation_ids = {"post": "tickets_open"}

    def get_queryset(self) -> Any:
        """The user's own tickets."""
        return own_tickets.tickets_of(self.user)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List your support tickets, newest first."""
        return self.list(request, *args, **kwargs)

    @extend_schema(request=serializers.TicketIn, responses={201: serializers.ThreadOut})
    def post(self, request: Request) -> Response:
        """Open a support ticket. It continues your current conversation with Help, if any."""
        form = validated_form(forms.TicketForm, request)
        ticket = services.open_ticket(user=self.user, at=timezone.now(), **form.cleaned_data)
        return self.thread(ticket, status=201)


class TicketDetailView(OwnTicketAPIView):
    """One support ticket."""

    @extend_schema(responses=serializers.ThreadOut)
    def get(self, request: Request, ticket_id: UUID) -> Response:
        """Get a support ticket with its messages."""
        return self.thread(self.ticket(ticket_id))


class TicketReplyView(OwnTicketAPIView):
    """Reply to a support ticket."""

    operation_ids = {"post": "tickets_reply"}

    @extend_schema(request=serializers.ReplyIn, responses={201: serializers.MessageOut})
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Reply to a support ticket. A ticket closed less than 7 days ago reopens."""
        ticket, form = self.ticket(ticket_id), validated_form(forms.ReplyForm, request)
        message = services.reply(
            ticket=ticket, at=timezone.now(), show_in_conversation=True, **form.cleaned_data
        )
        return Response(serializers.MessageOut(message).data, status=201)


class TicketCloseView(OwnTicketAPIView):
    """Close a support ticket."""

    operation_ids = {"post": "tickets_close"}

    @extend_schema(request=None, responses=serializers.ThreadOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Close a support ticket that you no longer need."""
        ticket = self.ticket(ticket_id)
        services.resolve(ticket=ticket, by=self.user, at=timezone.now())
        return self.thread(ticket)


class TicketReopenView(OwnTicketAPIView):
    """Reopen a support ticket."""

    operation_ids = {"post": "tickets_reopen"}

    @extend_schema(request=None, responses=serializers.ThreadOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Reopen a support ticket, within 7 days after it was closed."""
        ticket = self.ticket(ticket_id)
        services.reopen(ticket=ticket, by=self.user, at=timezone.now())
        return self.thread(ticket)


class TicketRatingView(OwnTicketAPIView):
    """Rate a closed support ticket."""

    operation_ids = {"post": "tickets_rate"}

    @extend_schema(request=serializers.RatingIn, responses=serializers.TicketRatingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Say how satisfied you are with a closed ticket, from 1 to 5. Changeable for 7 days."""
        ticket, form = self.ticket(ticket_id), validated_form(forms.TicketRatingForm, request)
        rating = services.rate(ticket=ticket, at=timezone.now(), **form.cleaned_data)
        return Response(serializers.TicketRatingOut(rating).data)
