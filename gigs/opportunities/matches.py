"""Matches of agents with opportunities, from the profile and the current vocabulary."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Agent
from gigs.eligibility import level_of
from gigs.models import Application, Category, Opportunity
from gigs.opportunities import matching, prospects
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities.board import FoundRows, nearest_keys
from gigs.opportunities.prospects import Prospect
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


@dataclass(frozen=True)
class Matcher:
    """Matches many opportunities with one agent; profile and vocabulary are loaded once."""

    candidate: matching.Candidate
    words: lexicon.Lexicon

    def __call__(self, opportunity: Opportunity) -> matching.Match:
        """The match with one opportunity."""
        return matching.match(requirements_of(opportunity, self.words), self.candidate)

    @property
    def level(self) -> str:
        """The level at which the agent may work; empty if not cleared."""
        return self.candidate.level


def matcher_for(agent: Agent, *, on: datetime) -> Matcher:
    """The matcher of an agent today."""
    words = vocabulary_queries.current_lexicon()
    return Matcher(candidate_from(agent, words, on=on), words)


def match_of(opportunity: Opportunity, agent: Agent, *, on: datetime) -> matching.Match:
    """The match of an agent with an opportunity today."""
    return matcher_for(agent, on=on)(opportunity)


@dataclass(frozen=True)
class MatchedOpportunity:
    """An opportunity with one agent's match and, where it is shown, their application."""

    opportunity: Opportunity
    match: matching.Match
    application: Application | None = None


def with_matches(rows: list[Opportunity], match: Matcher) -> list[MatchedOpportunity]:
    """These opportunities with the agent's match."""
    return [MatchedOpportunity(row, match(row)) for row in rows]


#: What a match reads of an opportunity, and its place among equal ones.
_COMPARED = (
    "minimum_level",
    "skills",
    "languages",
    "qualifications",
    "experience_years",
    "category",
    "published_at",
)


def by_match(found: FoundRows, match: Matcher) -> list[UUID]:
    """Keys of what was found: first what the agent may apply for, then by score, then newest.

    Of more rows than a search counts, the nearest of the newest are compared.
    """
    rows = found.rows
    if found.is_capped:
        own = match.candidate
        nearest = nearest_keys(
            found,
            level=own.level,
            skills=[*own.skills],
            languages=[*own.languages],
            years=max(own.months, 0) // 12,
        )
        rows = Opportunity.objects.filter(pk__in=nearest)
    compared = {row.pk: row for row in rows.only(*_COMPARED)}
    return sorted(compared, key=lambda key: _place(compared[key], match(compared[key])))


def _place(row: Opportunity, match: matching.Match) -> tuple[bool, int, float, UUID]:
    published = row.published_at.timestamp() if row.published_at else 0.0
    return not match.is_eligible, -match.score, -published, row.pk


def would_help(opportunity: Opportunity, match: Matcher, *, now: datetime) -> list[Prospect]:
    """What the agent lacks for an opportunity, with the other open work that asks for it."""
    own = match.candidate
    found = prospects.missing_words(
        opportunity, level=own.level, skills=own.skills, languages=own.languages, now=now
    )
    if own.level and own.level < opportunity.minimum_level:
        numbers = opportunity_queries.open_numbers(now)
        needed = prospects.level_needed(own.level, opportunity, numbers)
        return [needed, *found] if needed else found
    return found
