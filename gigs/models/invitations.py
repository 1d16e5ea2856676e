"""Invitations of agents to apply for an opportunity, and clients whose invitations they block."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from gigs.models.clients import Client
from gigs.models.opportunities import Opportunity
from gigs.models.triggers import immutable_columns, never_deleted
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine


class AgentInvitationState(models.TextChoices):
    """States of an invitation."""

    SENT = "SENT", "Sent"
    APPLIED = "APPLIED", "Applied"
    DECLINED = "DECLINED", "Declined"
    REVOKED = "REVOKED", "Taken back"
    EXPIRED = "EXPIRED", "Expired"


_invitation = StateMachine(
    start=AgentInvitationState.SENT,
    edges={
        AgentInvitationState.SENT: [
            AgentInvitationState.APPLIED,
            AgentInvitationState.DECLINED,
            AgentInvitationState.REVOKED,
            AgentInvitationState.EXPIRED,
        ]
    },
)


class AgentInvitation(BaseModel):
    """A client's invitation of one agent to apply. A private opportunity is seen with one only."""

    State = AgentInvitationState

    opportunity = models.ForeignKey(
        Opportunity, related_name="invitations", on_delete=models.PROTECT
    )
    agent = models.ForeignKey(Agent, related_name="invitations_to_work", on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=AgentInvitationState.choices, default=AgentInvitationState.SENT
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    #: Why the agent declined, if they said so.
    reason = models.CharField(max_length=300, blank=True)
    machine = _invitation

    class Meta:
        triggers = [
            *_invitation.triggers(),
            immutable_columns("opportunity", "agent", "by", "sent_at"),
            never_deleted(),
        ]
        indexes = [
            models.Index(name="agent_invitation_newest", fields=["-created_at", "-id"]),
            models.Index(name="agent_invitation_by_state", fields=["state", "-created_at", "-id"]),
            models.Index(
                name="agent_invitation_due", fields=["expires_at", "id"], condition=Q(state="SENT")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_invitation_per_agent",
                fields=["opportunity", "agent"],
                condition=Q(state__in=["SENT", "APPLIED", "DECLINED"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} to {self.opportunity}"

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT


class AgentInvitationEvent(StateEvent):
    """One change of an invitation's state."""

    subject = models.ForeignKey(AgentInvitation, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class BlockedClient(BaseModel):
    """A client from which an agent wants no invitations."""

    agent = models.ForeignKey(Agent, related_name="blocked_clients", on_delete=models.CASCADE)
    client = models.ForeignKey(Client, related_name="+", on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(name="blocked_once", fields=["agent", "client"])]

    def __str__(self) -> str:
        return f"{self.client} for {self.agent}"
