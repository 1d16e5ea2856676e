"""API views of invitations for agents: those they got, and clients that they block."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.invitations import serializers
from gigs.invitations import services as invitations
from gigs.invitations.forms import DeclineInvitationForm
from gigs.models import AgentInvitation
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class WorkInvitationListView(AgentAPIView, generics.ListAPIView[Any]):
    """Invitations of clients to apply, newest first."""

    scope = "applications"
    serializer_class = serializers.AgentInvitationOut
    pagination_class = CursorPage
    operation_ids = {"get": "work_invitations_list"}

    def get_queryset(self) -> Any:
        """The agent's own invitations."""
        return invitations.invitations_of(self.agent)


def _received(view: AgentAPIView, invitation_id: UUID) -> AgentInvitation:
    return get_object_or_404(invitations.invitations_of(view.agent), pk=invitation_id)


class DeclineInvitationView(AgentAPIView):
    """Decline an invitation."""

    scope = "applications"
    operation_ids = {"post": "work_invitations_decline"}

    @extend_schema(
        request=serializers.DeclineInvitationBody, responses=serializers.AgentInvitationOut
    )
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Decline an invitation, with a reason or without."""
        found = _received(self, invitation_id)
        form = validated_form(DeclineInvitationForm, request)
        made = invitations.decline(
            invitation=found, by=self.agent.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.AgentInvitationOut(made).data)


class BlockInvitationsView(AgentAPIView):
    """Block the client of an invitation."""

    scope = "applications"
    operation_ids = {"post": "work_invitations_block"}

    @extend_schema(request=None, responses=serializers.BlockedClientOut)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Decline all invitations of this client, and take none any more."""
        client = _received(self, invitation_id).opportunity.client
        agent = self.agent
        made = invitations.block_client(
            agent=agent, client=client, by=agent.user, at=timezone.now()
        )
        return Response(serializers.BlockedClientOut(made).data)


class BlockedClientsView(AgentAPIView):
    """Clients whose invitations you block."""

    scope = "applications"
    operation_ids = {"get": "blocked_clients_list"}

    @extend_schema(responses=serializers.BlockedClientOut(many=True))
    def get(self, request: Request) -> Response:
        """List the clients whose invitations you block."""
        rows = invitations.blocked_clients_of(self.agent)
        return Response(serializers.BlockedClientOut(rows, many=True).data)


class BlockedClientView(AgentAPIView):
    """One client whose invitations you block."""

    scope = "applications"
    operation_ids = {"delete": "blocked_clients_delete"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, blocked_id: UUID) -> Response:
        """Take invitations from the client again."""
        rows = invitations.blocked_clients_of(self.agent)
        invitations.unblock_client(blocked=get_object_or_404(rows, pk=blocked_id))
        return Response(status=204)
