"""API views of invitations for members of a client."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent
from gigs.clients.api import ManagersWriteMixin
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsManager
from gigs.invitations import serializers
from gigs.invitations import services as invitations
from gigs.invitations.forms import InviteForm
from gigs.opportunities import queries as opportunity_queries
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class SentInvitationListView(ManagersWriteMixin, MemberAPIView, generics.ListAPIView[Any]):
    """Invitations to an opportunity of your company."""

    scope = "applications"
    serializer_class = serializers.SentInvitationOut
    pagination_class = CursorPage
    operation_ids = {
        "get": "client_opportunities_invitations",
        "post": "client_opportunities_invite",
    }

    def get_queryset(self) -> Any:
        """Invitations to the opportunity; that of another client is not found."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=self.kwargs["opportunity_id"])
        return invitations.invitations_for(self.member.client).filter(opportunity=found)

    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List the invitations to an opportunity, newest first."""
        return self.list(request)

    @extend_schema(request=serializers.InviteBody, responses={201: serializers.SentInvitationOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Invite an agent to apply, by the reference of the ranking."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        form = validated_form(InviteForm, request)
        agent = get_object_or_404(Agent, pk=form.cleaned_data["agent"])
        made = invitations.invite(opportunity=found, agent=agent, by=self.user, at=timezone.now())
        return Response(serializers.SentInvitationOut(made).data, status=201)


class RevokeInvitationView(MemberAPIView):
    """Take an invitation back."""

    permission_classes = [IsManager]
    scope = "applications"
    operation_ids = {"post": "client_agent_invitations_revoke"}

    @extend_schema(request=None, responses=serializers.SentInvitationOut)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Take an invitation back that was not answered."""
        mine = invitations.invitations_for(self.member.client)
        found = get_object_or_404(mine, pk=invitation_id)
        made = invitations.revoke(invitation=found, by=self.user, at=timezone.now())
        return Response(serializers.SentInvitationOut(made).data)
