"""Queries for agents who look for work: opportunities, matches and applications."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from accounts.models import Agent
from gigs import matching
from gigs.models import Application, Category, Opportunity, Slot
from gigs.models.opportunities import OpportunityQuerySet
from gigs.models.slots import SlotQuerySet
from hitouch.core.cefr import CEFR
from onboarding.profile import queries as profile_queries
from onboarding.steps import queries as steps_queries
from onboarding.vocabulary import lexicon
from onboarding.vocabulary import queries as vocabulary_queries

# Domains of experience that count as the same field.
RELATED_DOMAINS: dict[str, tuple[str, ...]] = {
    Category.VOICE: ("SUPPORT", "SALES", "TECHNICAL"),
    Category.CHAT: ("SUPPORT", "TECHNICAL"),
    Category.EMAIL: ("SUPPORT", "TECHNICAL"),
    Category.SOCIAL: ("SUPPORT", "MODERATION"),
    Category.BACK_OFFICE: ("BACK_OFFICE",),
    Category.QUALITY: ("SUPPORT", "MODERATION"),
}
# Which language skills each category needs.
LANGUAGE_SKILLS: dict[str, tuple[str, ...]] = {
    Category.VOICE: ("spoken",),
    Category.CHAT: ("written",),
    Category.EMAIL: ("written",),
    Category.SOCIAL: ("written",),
    Category.BACK_OFFICE: ("written",),
    Category.QUALITY: ("spoken", "written"),
}


def level_of(agent: Agent) -> str:
    """The agent's level, or an empty string if they are not cleared to work."""
    clearance = steps_queries.clearance_of(agent)
    return str(clearance.level) if clearance else ""


def requirements_of(opportunity: Opportunity, words: lexicon.Lexicon) -> matching.Requirements:
    """The requirements of an opportunity, in terms of the current vocabulary."""
    names = opportunity.qualifications.split(",")
    return matching.Requirements(
        level=opportunity.minimum_level,
        skills=words.compared("skills", opportunity.skills),
        qualifications=tuple(word.strip() for word in names if word.strip()),
        years=opportunity.experience_years,
        domains=RELATED_DOMAINS[opportunity.category],
        languages=words.compared("languages", opportunity.languages),
        ways=LANGUAGE_SKILLS[opportunity.category],
    )


def candidate_from(agent: Agent, words: lexicon.Lexicon, *, on: datetime) -> matching.Candidate:
    """The agent's profile in terms of the current vocabulary, with the cleared level."""
    jobs = list(agent.experiences.all())
    studied = [(row.get_level_display(), row.title) for row in agent.qualifications.all()]
    return matching.Candidate(
        level=level_of(agent),
        skills=words.compared("skills", agent.skills),
        qualifications=tuple(word for pair in studied for word in pair),
        months=profile_queries.months_worked(jobs, on=on),
        domains=tuple(job.domain for job in jobs),
        languages=words.compared("languages", agent.languages),
        fluency=_fluency_of(agent, words),
    )


def _fluency_of(agent: Agent, words: lexicon.Lexicon) -> dict[str, dict[str, str]]:
    fluency = {
        words.normal("languages", row["language"]).casefold(): row
        for row in vocabulary_queries.fluency_of(agent)
    }
    return {way: {name: row[way] for name, row in fluency.items()} for way in ("spoken", "written")}


def match_of(opportunity: Opportunity, agent: Agent, *, on: datetime) -> matching.Match:
    """The match of an agent with an opportunity today."""
    return matcher_for(agent, on=on)(opportunity)


def matcher_for(agent: Agent, *, on: datetime) -> Callable[[Opportunity], matching.Match]:
    """A function that matches many opportunities; agent and vocabulary are loaded once."""
    words = vocabulary_queries.current_lexicon()
    offered = candidate_from(agent, words, on=on)
    return lambda opportunity: matching.match(requirements_of(opportunity, words), offered)


@dataclass(frozen=True)
class MatchedOpportunity:
    """An opportunity with one agent's match."""

    opportunity: Opportunity
    match: matching.Match


def with_matches(
    rows: list[Opportunity], agent: Agent, *, on: datetime
) -> list[MatchedOpportunity]:
    """These opportunities with the agent's match."""
    match = matcher_for(agent, on=on)
    return [MatchedOpportunity(row, match(row)) for row in rows]


def open_opportunities(
    *, now: datetime, words: str = "", category: str = "", pay_kind: str = "", level: str = ""
) -> OpportunityQuerySet:
    """Opportunities that take applications; `level` keeps those open at that level."""
    found = Opportunity.objects.open_at(now).about(words).select_related("project__client")
    if category:
        found = found.filter(category=category)
    if pay_kind:
        found = found.filter(pay_kind=pay_kind)
    return found.filter(minimum_level__lte=level) if level else found


def visible_to(agent: Agent) -> OpportunityQuerySet:
    """Open opportunities, and others for which the agent applied."""
    own = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    published = Opportunity.objects.published().select_related("project__client")
    return published.filter(Q(state=Opportunity.State.OPEN) | Exists(own))


def standing_application(agent: Agent, opportunity: Opportunity) -> Application | None:
    """The agent's pending, accepted or rejected application, if any."""
    own = agent.applications.filter(opportunity=opportunity, state__in=Application.STANDING)
    return own.first()


def applications_of(agent: Agent) -> QuerySet[Application]:
    """The agent's applications with opportunity, client and gig."""
    return agent.applications.select_related("opportunity__project__client", "gig")


def slots_for(opportunity: Opportunity) -> SlotQuerySet:
    """The slots of an opportunity."""
    return Slot.objects.filter(opportunity=opportunity)


@dataclass(frozen=True)
class ApplicationCounts:
    """Numbers of pending and accepted applications."""

    pending: int
    accepted: int


def application_counts(agent: Agent) -> ApplicationCounts:
    """Count the agent's applications."""
    state = Application.State
    pending = Count("pk", filter=Q(state=state.PENDING))
    accepted = Count("pk", filter=Q(state=state.ACCEPTED))
    return ApplicationCounts(**agent.applications.aggregate(pending=pending, accepted=accepted))


def newest_answers(agent: Agent) -> QuerySet[Application]:
    """The agent's applications: pending ones, then the newest decisions."""
    waits = Case(When(state=Application.State.PENDING, then=0), default=1)
    return applications_of(agent).order_by(waits, F("decided_at").desc(nulls_last=True), "pk")


@dataclass(frozen=True)
class CategoryCount:
    """Numbers of open opportunities in one category."""

    category: str
    open: int
    fresh: int
    one_level_up: int


def open_categories(agent: Agent, *, level: str, now: datetime) -> list[CategoryCount]:
    """Opportunities by category: open at the level, not yet applied for, and one level up."""
    mine = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    offers = Opportunity.objects.open_at(now).annotate(is_known=Exists(mine))
    fits = Q(minimum_level__lte=level)
    rows = offers.values("category").annotate(
        open=Count("pk", filter=fits),
        fresh=Count("pk", filter=fits & Q(is_known=False)),
        one_level_up=Count("pk", filter=Q(minimum_level=level_above(level))),
    )
    return [CategoryCount(**row) for row in rows.order_by("-open", "category")]


def level_above(level: str) -> str:
    """The next level; empty for the highest, and the first if there is none yet."""
    after = [value for value in CEFR.values if value > level]
    return after[0] if after else ""
