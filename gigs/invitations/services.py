"""Invitations of agents by a client: invite, take back, decline, block, expire.

Locks: client, agent, opportunity.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent, User
from accounts.security import audit, locks
from gigs import notifications
from gigs.eligibility import AgentNotEligible, check_acceptable, check_not_own
from gigs.models import (
    AgentInvitation,
    Application,
    BlockedClient,
    Client,
    Opportunity,
)
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal

#: How long an agent has to answer, at most until the deadline of applications.
ANSWER_WITHIN = timedelta(days=7)
#: Invitations that a client sends in 24 hours at most.
MOST_A_DAY = 50


class NothingToInviteTo(Refusal):
    """The opportunity takes no applications."""

    code = "not_open"
    message = "Publish the opportunity first. It has to be open, with a last date to apply ahead."


class AlreadyInvited(Refusal):
    """The agent is invited, or has declined."""

    code = "invited_already"
    message = "You have already invited this agent."


class HasApplied(Refusal):
    """The agent has applied."""

    code = "applied_already"
    message = "This agent has already applied. See Applications."


class TooManyAgentInvitations(Refusal):
    """The client has sent as many invitations as possible in a day."""

    code = "too_many_invitations"
    message = f"You can send {MOST_A_DAY} invitations in 24 hours. Try again tomorrow."


class InvitationExpired(Refusal):
    """The time to answer is over."""

    code = "invitation_expired"
    message = "This invitation has expired."


def invitations_for(client: Client) -> QuerySet[AgentInvitation]:
    """Invitations that a client sent."""
    mine = AgentInvitation.objects.filter(opportunity__project__client=client)
    return mine.select_related("opportunity__project__client", "agent__user")


def invitations_of(agent: Agent) -> QuerySet[AgentInvitation]:
    """Invitations that an agent got, but for those that were taken back."""
    mine = AgentInvitation.objects.filter(agent=agent)
    mine = mine.exclude(state=AgentInvitation.State.REVOKED)
    return mine.select_related("opportunity__project__client")


def waiting_invitations(agent: Agent, *, now: datetime) -> QuerySet[AgentInvitation]:
    """Invitations that the agent can answer."""
    sent = AgentInvitation.State.SENT
    return invitations_of(agent).filter(state=sent, expires_at__gt=now).order_by("expires_at", "pk")


def blocked_clients_of(agent: Agent) -> QuerySet[BlockedClient]:
    mine = BlockedClient.objects.filter(agent=agent).select_related("client")
    return mine.order_by("client__name", "pk")


@transaction.atomic
def invite(*, opportunity: Opportunity, agent: Agent, by: User, at: datetime) -> AgentInvitation:
    """Invite an agent to apply. Who may not work, or blocked the client, is refused alike."""
    check_not_own(agent, by=by)
    client = Client.objects.select_for_update(no_key=True).get(pk=opportunity.project.client_id)
    agent = locks.lock_agent(agent.pk)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if not opportunity.takes_applications(at):
        raise NothingToInviteTo
    check_acceptable(opportunity=opportunity, agent=agent)
    if BlockedClient.objects.filter(agent=agent, client=client).exists():
        raise AgentNotEligible
    if agent.applications.filter(opportunity=opportunity, state__in=Application.STANDING).exists():
        raise HasApplied
    states = AgentInvitation.State
    standing = (states.SENT, states.APPLIED, states.DECLINED)
    if opportunity.invitations.filter(agent=agent, state__in=standing).exists():
        raise AlreadyInvited
    today = invitations_for(client).filter(sent_at__gt=at - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise TooManyAgentInvitations
    made: AgentInvitation = opportunity.invitations.create(
        agent=agent,
        by=by,
        sent_at=at,
        expires_at=min(at + ANSWER_WITHIN, opportunity.apply_by),
    )
    audit.record_event(by=by, action="invitation.sent", on=made, at=at)
    notifications.agent_invited(invitation=made, at=at)
    return made


@transaction.atomic
def revoke(*, invitation: AgentInvitation, by: User, at: datetime) -> AgentInvitation:
    """Take an invitation back. A private opportunity is then not found by the agent."""
    state = AgentInvitation.State.REVOKED
    transition(invitation, to=state, by=by, at=at, answered_at=at)
    return invitation


@transaction.atomic
def decline(
    *, invitation: AgentInvitation, by: User, at: datetime, reason: str = ""
) -> AgentInvitation:
    """Decline an invitation, with a reason or without. The client sees it."""
    if at >= invitation.expires_at and invitation.is_sent:
        raise InvitationExpired
    state = AgentInvitation.State.DECLINED
    reason = reason.strip()
    transition(invitation, to=state, by=by, at=at, why=reason, answered_at=at, reason=reason)
    return invitation


@transaction.atomic
def block_client(*, agent: Agent, client: Client, by: User, at: datetime) -> BlockedClient:
    """Take no invitations from a client any more, and decline those that wait."""
    locks.lock_agent(agent.pk)
    made, _ = BlockedClient.objects.get_or_create(agent=agent, client=client)
    waiting = waiting_invitations(agent, now=at).filter(opportunity__project__client=client)
    for invitation in waiting:
        decline(invitation=invitation, by=by, at=at)
    return made


def unblock_client(*, blocked: BlockedClient) -> None:
    """Take invitations from the client again."""
    blocked.delete()


def answer_by_applying(*, opportunity: Opportunity, agent: Agent, at: datetime) -> bool:
    """Mark the agent's invitation as answered. Whether the agent is, or was, invited."""
    states = AgentInvitation.State
    mine = opportunity.invitations.filter(agent=agent)
    invitation = mine.filter(state=states.SENT, expires_at__gt=at).first()
    if invitation is None:
        return mine.filter(state=states.APPLIED).exists()
    transition(invitation, to=states.APPLIED, by=agent.user, at=at, answered_at=at)
    return True


def due_to_expire(now: datetime) -> QuerySet[AgentInvitation]:
    """Invitations that nobody answered in time, and those to what takes no applications."""
    sent = AgentInvitation.objects.filter(state=AgentInvitation.State.SENT)
    return sent.filter(expires_at__lte=now)


@transaction.atomic
def expire(*, invitation: AgentInvitation, at: datetime) -> AgentInvitation:
    """Let an invitation that nobody answered expire."""
    if invitation.is_sent and at >= invitation.expires_at:
        transition(invitation, to=AgentInvitation.State.EXPIRED, by=None, at=at, answered_at=at)
    return invitation
