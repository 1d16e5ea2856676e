"""Queries for slots and claims."""

from datetime import datetime

from django.db.models import Case, F, Value, When

from accounts.models import Agent
from gigs.eligibility import level_of
from gigs.models import (
    Claim,
    Client,
    Gig,
    Slot,
)
from gigs.models.slots import ClaimQuerySet, SlotQuerySet


def slots_of(gig: Gig, *, now: datetime) -> SlotQuerySet:
    """Slots of a gig that have not ended, annotated for its agent.

    `level_missing` is the level that a slot needs and the agent does not have yet, or empty.
    """
    slots = Slot.objects.filter(opportunity=gig.opportunity_id).upcoming(now)
    return _as_seen_by(gig.agent, slots, now=now)


def _as_seen_by(agent: Agent, slots: SlotQuerySet, *, now: datetime) -> SlotQuerySet:
    missing = When(minimum_level__gt=level_of(agent), then=F("minimum_level"))
    return slots.with_claim_of(agent, now=now).annotate(
        level_missing=Case(missing, default=Value(""))
    )


def slots_for(client: Client) -> SlotQuerySet:
    """The client's slots."""
    return Slot.objects.filter(opportunity__project__client=client).select_related(
        "opportunity__project"
    )


def claims_of(agent: Agent) -> ClaimQuerySet:
    """The agent's claims with their slots and gigs."""
    return Claim.objects.filter(agent=agent).select_related("slot__opportunity", "gig__client")


def slots_open_to(agent: Agent) -> SlotQuerySet:
    """Slots of the opportunities for which the agent was accepted."""
    return Slot.objects.filter(opportunity__gigs__agent=agent).select_related("opportunity")


def slots_to_claim(agent: Agent, *, now: datetime) -> SlotQuerySet:
    """Slots of the agent's active gigs that have not ended, annotated like those of one gig."""
    active = agent.gigs.filter(state=Gig.State.ACTIVE)
    slots = Slot.objects.filter(opportunity__in=active.values("opportunity")).upcoming(now)
    return _as_seen_by(agent, slots, now=now).select_related("opportunity__project__client")


def gig_of(slot: Slot, agent: Agent) -> Gig:
    """The agent's latest gig of the slot's opportunity."""
    return agent.gigs.filter(opportunity=slot.opportunity_id).latest("created_at")
