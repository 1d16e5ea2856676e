"""API views of a client's members: list, invite, roles, remove; and accepting an invitation."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import UserAPIView
from gigs.clients import members as member_services
from gigs.clients import queries as client_queries
from gigs.clients import serializers as client_serializers
from gigs.clients.api_views import MemberAPIView
from gigs.clients.forms import InvitationTokenForm, MemberInvitationForm, RoleForm
from gigs.clients.permissions import IsMember, IsOwner
from hitouch.core.api.forms import validated_form


class MemberListView(MemberAPIView):
    """Who acts for your company."""

    operation_ids = {"get": "client_members_list"}

    @extend_schema(responses=client_serializers.MemberOut(many=True))
    def get(self, request: Request) -> Response:
        """List the members, owners first."""
        rows = client_queries.members_of(self.member.client)
        return Response(client_serializers.MemberOut(rows, many=True).data)


class MemberInvitationsView(MemberAPIView):
    """Invitations to act for your company."""

    permission_classes = [IsOwner]
    operation_ids = {"get": "client_invitations_list", "post": "client_invitations_create"}

    @extend_schema(responses=client_serializers.MemberInvitationOut(many=True))
    def get(self, request: Request) -> Response:
        """List the open invitations. For owners, after re-authentication."""
        rows = client_queries.invitations_of(self.member.client, now=timezone.now())
        return Response(client_serializers.MemberInvitationOut(rows, many=True).data)

    @extend_schema(
        request=client_serializers.InvitationBody,
        responses={201: client_serializers.MemberInvitationOut},
    )
    def post(self, request: Request) -> Response:
        """Invite somebody by e-mail. For owners, after re-authentication."""
        form = validated_form(MemberInvitationForm, request)
        made = member_services.invite(
            member=self.member,
            site=request.build_absolute_uri("/"),
            at=timezone.now(),
            **form.cleaned_data,
        )
        return Response(client_serializers.MemberInvitationOut(made).data, status=201)


class MemberInvitationView(MemberAPIView):
    """One invitation."""

    permission_classes = [IsOwner]
    operation_ids = {"delete": "client_invitations_delete"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        """Withdraw an invitation. For owners, after re-authentication."""
        found = get_object_or_404(self.member.client.invitations, pk=invitation_id)
        member_services.withdraw_invitation(invitation=found, member=self.member, at=timezone.now())
        return Response(status=204)


class MemberView(MemberAPIView):
    """One member."""

    permission_classes = [IsOwner]
    operation_ids = {"patch": "client_members_update", "delete": "client_members_delete"}

    @extend_schema(request=client_serializers.RoleBody, responses=client_serializers.MemberOut)
    def patch(self, request: Request, member_id: UUID) -> Response:
        """Change a member's role. For owners, after re-authentication. One owner stays."""
        form = validated_form(RoleForm, request)
        found = get_object_or_404(client_queries.members_of(self.member.client), pk=member_id)
        changed = member_services.change_role(
            member=found, by=self.member, at=timezone.now(), **form.cleaned_data
        )
        return Response(client_serializers.MemberOut(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, member_id: UUID) -> Response:
        """Remove a member. For owners, after re-authentication. One owner stays."""
        found = get_object_or_404(client_queries.members_of(self.member.client), pk=member_id)
        member_services.remove_member(member=found, by=self.member, at=timezone.now())
        return Response(status=204)


class LeaveClientView(MemberAPIView):
    """Leaving your company."""

    permission_classes = [IsMember]
    operation_ids = {"post": "client_members_leave"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Stop acting for your company. One owner stays."""
        member = self.member
        member_services.remove_member(member=member, by=member, at=timezone.now())
        return Response(status=204)


class AcceptInvitationView(UserAPIView):
    """Accepting an invitation."""

    tag = "Clients"
    operation_ids = {"post": "client_invitations_accept"}

    @extend_schema(
        request=client_serializers.InvitationTokenBody,
        responses={201: client_serializers.MemberOut},
    )
    def post(self, request: Request) -> Response:
        """Accept an invitation, with an account that has verified the invited address."""
        form = validated_form(InvitationTokenForm, request)
        member = member_services.accept_invitation(
            user=self.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(client_serializers.MemberOut(member).data, status=201)
