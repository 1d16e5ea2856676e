"""Serializers of invitations."""

from rest_framework import serializers

from gigs.invitations import forms as invitation_forms
from gigs.models import AgentInvitation, BlockedClient
from hitouch.core.api.form_serializers import form_serializer


class AgentInvitationOut(serializers.ModelSerializer[AgentInvitation]):
    """An invitation to apply."""

    opportunity_title = serializers.CharField(source="opportunity.title")
    client = serializers.CharField(source="opportunity.project.client.name")

    class Meta:
        model = AgentInvitation
        fields = [
            "id",
            "opportunity",
            "opportunity_title",
            "client",
            "state",
            "sent_at",
            "expires_at",
            "answered_at",
            "reason",
        ]


class SentInvitationOut(AgentInvitationOut):
    """An invitation as the client sees it: the agent by reference, without name or contacts."""

    agent_level = serializers.CharField(source="agent.level")

    class Meta(AgentInvitationOut.Meta):
        fields = [*AgentInvitationOut.Meta.fields, "agent", "agent_level"]


class BlockedClientOut(serializers.ModelSerializer[BlockedClient]):
    """A client whose invitations the agent blocks."""

    client = serializers.CharField(source="client.name")

    class Meta:
        model = BlockedClient
        fields = ["id", "client", "created_at"]


InviteBody = form_serializer(invitation_forms.InviteForm, "InviteBody")
DeclineInvitationBody = form_serializer(
    invitation_forms.DeclineInvitationForm, "DeclineInvitationBody"
)
