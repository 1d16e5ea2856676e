"""Queries for gigs, of agents and for clients."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Agent
from gigs.models import (
    Claim,
    Client,
    Dispute,
    EarnedAmount,
    Gig,
    Milestone,
    Opportunity,
    PayKind,
    Project,
    RefusedPart,
    Slot,
    Work,
    WorkSession,
)
from gigs.models.opportunities import ENDED
from gigs.models.work import UNSETTLED
from gigs.shifts.queries import pay_for, time_of, unpaid_paise


def gigs_for(client: Client) -> QuerySet[Gig]:
    """Gigs at this client."""
    return client.gigs.select_related("agent__user", "opportunity", "application__terms")


def running_gigs(opportunity: Opportunity) -> QuerySet[Gig]:
    """Gigs of the opportunity that have not ended."""
    return opportunity.gigs.exclude(state__in=ENDED)


def running_gigs_of_project(project: Project) -> QuerySet[Gig]:
    """Gigs of the project that have not ended."""
    return Gig.objects.filter(opportunity__project=project).exclude(state__in=ENDED)


def gigs_of(agent: Agent) -> QuerySet[Gig]:
    """The agent's gigs with their clients."""
    return agent.gigs.select_related("client", "opportunity", "application__terms")


def payable_paise(gig: Gig, *states: str) -> list[int]:
    """Gross pay of each work of the gig that is in one of the states, without refused parts."""
    return [
        _full_pay(work) - sum(part.amount_paise for part in work.refused_parts.all())
        for work in _works(gig, *states)
    ]


def _works(gig: Gig, *states: str) -> QuerySet[Work]:
    """Work of the gig in these states, with all that its pay depends on."""
    works = gig.works.filter(state__in=states).select_related("gig", "milestone")
    time = ["sessions__claim__slot"] if gig.is_hourly else []
    return works.prefetch_related("refused_parts", *time)


def _full_pay(work: Work) -> int:
    if not work.gig.is_hourly:
        return work.price_paise
    return pay_for(time_of(work), rate_paise=work.gig.rate_paise)


def _open_parts(gig: Gig) -> list[int]:
    """Pay of each refused part that can still be paid."""
    parts = RefusedPart.objects.open().filter(work__gig=gig)
    return list(parts.values_list("amount_paise", flat=True))


def undecided_paise(gig: Gig) -> list[int]:
    """Gross pay of each work or part that can still be approved, and what is in dispute."""
    return [*payable_paise(gig, *UNSETTLED), *_open_parts(gig), *disputed_paise(gig)]


def disputed_paise(gig: Gig, *, opened_before: datetime | None = None) -> list[int]:
    """What the agent asks for in each dispute that is not resolved."""
    live = Dispute.objects.live().filter(gig=gig, side=Dispute.Side.AGENT)
    live = live.exclude(kind=Dispute.Kind.PART)  # still set aside as a refused part
    if opened_before:
        live = live.filter(opened_at__lt=opened_before)
    asked = live.values_list("asked_paise", flat=True)
    return [paise for paise in asked if paise is not None]


def unearned_paise(gig: Gig) -> int:
    """What of its full pay the gig can no longer earn, if it takes no more work."""
    return max(gig.full_pay_paise - _earns_paise(gig), 0)


def unpromised_paise(gig: Gig) -> int:
    """What of the full pay of a running gig is neither earned nor kept for its work.

    Below zero if more is promised than it was to earn. A fixed price is all for its work.
    """
    if not gig.is_hourly:
        return -sum(row.amount_paise for row in _beside_work(gig))
    return gig.full_pay_paise - _earns_paise(gig) - unpaid_paise(gig)


def _earns_paise(gig: Gig) -> int:
    """What the gig has earned, and can still earn from work with the client or a dispute.

    A dispute after the end is about what the gig could not earn any more.
    """
    works = [
        _full_pay(work)
        - sum(part.amount_paise for part in work.refused_parts.all() if not part.is_open)
        for work in _works(gig, *UNSETTLED, Work.State.APPROVED)
    ]
    works += disputed_paise(gig, opened_before=gig.completed_at)
    return sum([*works, *(row.amount_paise for row in _beside_work(gig))])


def _beside_work(gig: Gig) -> QuerySet[EarnedAmount]:
    """Amounts that the gig earned beside its work; a milestone is earned by work."""
    return gig.earned_amounts.exclude(kind=EarnedAmount.Kind.MILESTONE)


def has_open_work(gig: Gig, *, now: datetime) -> bool:
    """Whether the gig has unsettled work, upcoming claims, a running session or unpaid time."""
    is_open = (
        Exists(gig.works.unsettled())
        | Exists(RefusedPart.objects.open().filter(work__gig=gig))
        | Exists(gig.claims.holding().filter(slot__ends_at__gt=now))
        | Exists(gig.sessions.filter(ended_at=None))
    )
    return Gig.objects.filter(is_open, pk=gig.pk).exists() or (
        gig.is_hourly and unpaid_paise(gig) > 0
    )


def is_all_approved(gig: Gig) -> bool:
    """Whether no milestone is left for which work is to be approved, after some was."""
    approved = gig.works.filter(state=Work.State.APPROVED, milestone=OuterRef("pk"))
    left = Milestone.objects.filter(~Exists(approved), opportunity=gig.opportunity_id)
    return not left.exists()


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
