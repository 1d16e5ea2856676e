"""Queries for gigs, of agents and for clients."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Agent
from gigs.models import (
    Claim,
    Client,
    Gig,
    PayKind,
    Slot,
    Work,
    WorkSession,
)
from gigs.shifts.queries import unpaid_paise


def gigs_for(client: Client) -> QuerySet[Gig]:
    """Gigs at this client."""
    return client.gigs.select_related("agent__user", "opportunity")


def gigs_of(agent: Agent) -> QuerySet[Gig]:
    """The agent's gigs with their clients."""
    return agent.gigs.select_related("client", "opportunity")


def has_open_work(gig: Gig, *, now: datetime) -> bool:
    """Whether the gig has unsettled work, upcoming claims, a running session or unpaid time."""
    is_open = (
        Exists(gig.works.unsettled())
        | Exists(gig.claims.holding().filter(slot__ends_at__gt=now))
        | Exists(gig.sessions.filter(ended_at=None))
    )
    return Gig.objects.filter(is_open, pk=gig.pk).exists() or (
        gig.is_hourly and unpaid_paise(gig) > 0
    )


def gigs_needing_action(agent: Agent, *, now: datetime) -> QuerySet[Gig]:
    """Gigs with work to submit (`is_done`) or a first shift to claim."""
    gig = OuterRef("pk")
    ahead = Claim.objects.filter(gig=gig).ahead(now)
    claimed = Claim.objects.filter(gig=gig).busy()
    counted = Q(started_at__lt=F("claim__slot__ends_at"), ended_at__gt=F("claim__slot__starts_at"))
    worked = WorkSession.objects.filter(counted, gig=gig).unpaid()
    handed_in = Work.objects.filter(gig=gig).exclude(state=Work.State.REJECTED)
    seats = Slot.objects.filter(opportunity=OuterRef("opportunity_id"), taken__lt=F("capacity"))
    can_submit = Q(pay_kind=PayKind.HOURLY) | ~Exists(ahead) & ~Exists(handed_in)
    to_begin = ~Exists(claimed) & ~Exists(handed_in) & Exists(seats.filter(starts_at__gt=now))
    active = Gig.objects.filter(agent=agent, state=Gig.State.ACTIVE).select_related("client")
    marked = active.annotate(is_done=Exists(worked))
    return marked.filter(Q(is_done=True) & can_submit | to_begin).order_by("-is_done", "created_at")
