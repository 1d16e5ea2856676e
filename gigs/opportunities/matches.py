"""Matches of agents with opportunities, from the profile and the current vocabulary."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent
from gigs.eligibility import level_of
from gigs.models import Category, Opportunity
from gigs.opportunities import matching
from onboarding.profile import queries as profile_queries
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
