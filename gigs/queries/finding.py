"""What agents ask while they look for work: the board, and how well they fit."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agent
from gigs import matching
from gigs.models import Application, Category, Opportunity, Slot
from gigs.models.opportunities import OpportunityQuerySet
from gigs.models.slots import SlotQuerySet
from onboarding import queries as onboarding

# Which lines of work on a profile count as the same field.
DOMAINS: dict[str, tuple[str, ...]] = {
    Category.VOICE: ("SUPPORT", "SALES", "TECHNICAL"),
    Category.CHAT: ("SUPPORT", "TECHNICAL"),
    Category.EMAIL: ("SUPPORT", "TECHNICAL"),
    Category.SOCIAL: ("SUPPORT", "MODERATION"),
    Category.BACK_OFFICE: ("BACK_OFFICE",),
    Category.QUALITY: ("SUPPORT", "MODERATION"),
}


def level_of(agent: Agent) -> str:
    """The level the agent may work at; empty while not cleared."""
    clearance = onboarding.clearance_of(agent)
    return str(clearance.level) if clearance else ""


def wanted_by(opportunity: Opportunity) -> matching.Wanted:
    """What the opportunity asks for."""
    asked = opportunity.qualifications.split(",")
    return matching.Wanted(
        level=opportunity.minimum_level,
        skills=tuple(opportunity.skills),
        qualifications=tuple(word.strip() for word in asked if word.strip()),
        years=opportunity.experience_years,
        domains=DOMAINS[opportunity.category],
        languages=tuple(opportunity.languages),
    )


def offered_by(agent: Agent, *, on: datetime) -> matching.Offered:
    """What the agent's profile says, and the level that onboarding vouches for."""
    jobs = list(agent.experiences.all())
    studied = [(one.get_level_display(), one.title) for one in agent.qualifications.all()]
    return matching.Offered(
        level=level_of(agent),
        skills=tuple(agent.skills),
        qualifications=tuple(word for pair in studied for word in pair),
        months=onboarding.months_worked(jobs, on=on),
        domains=tuple(job.domain for job in jobs),
        languages=tuple(agent.languages),
    )


def match_of(opportunity: Opportunity, agent: Agent, *, on: datetime) -> matching.Match:
    """How well this agent fits this opportunity today."""
    return match_with(opportunity, offered_by(agent, on=on))


def match_with(opportunity: Opportunity, offered: matching.Offered) -> matching.Match:
    """The same, when the agent's facts are at hand."""
    return matching.match(wanted_by(opportunity), offered)


@dataclass(frozen=True)
class Offer:
    """An opportunity as one agent sees it."""

    opportunity: Opportunity
    match: matching.Match


def offers(rows: list[Opportunity], agent: Agent, *, on: datetime) -> list[Offer]:
    """These opportunities with the agent's match; the agent is looked up once."""
    offered = offered_by(agent, on=on)
    return [Offer(row, match_with(row, offered)) for row in rows]


def board(
    *, now: datetime, words: str = "", category: str = "", pay_kind: str = "", level: str = ""
) -> OpportunityQuerySet:
    """What takes applications now; `level` keeps what somebody at that level may do."""
    found = Opportunity.objects.open_at(now).about(words).select_related("project__client")
    if category:
        found = found.filter(category=category)
    if pay_kind:
        found = found.filter(pay_kind=pay_kind)
    return found.filter(minimum_level__lte=level) if level else found


def visible_to(agent: Agent) -> OpportunityQuerySet:
    """Published ones; of those not open any more, only the agent's own."""
    own = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    published = Opportunity.objects.published().select_related("project__client")
    return published.filter(Q(state=Opportunity.State.OPEN) | Exists(own))


def standing_application(agent: Agent, opportunity: Opportunity) -> Application | None:
    """The agent's application that still counts, if any."""
    own = agent.applications.filter(opportunity=opportunity, state__in=Application.STANDING)
    return own.first()


def applications_of(agent: Agent) -> QuerySet[Application]:
    """The agent's applications with what they are for."""
    return agent.applications.select_related("opportunity__project__client", "gig")


def slots_for(opportunity: Opportunity) -> SlotQuerySet:
    """The hours of an opportunity."""
    return Slot.objects.filter(opportunity=opportunity)
