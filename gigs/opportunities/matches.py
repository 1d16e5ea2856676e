"""Matches of agents with opportunities, from the profile and the current vocabulary."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Agent
from gigs.eligibility import level_of
from gigs.models import Category, Opportunity
from gigs.opportunities import matching
from gigs.opportunities.board import ORDERS, FoundRows, Order
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
    """An opportunity with one agent's match."""

    opportunity: Opportunity
    match: matching.Match


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
#: Opportunities of each kind that are compared when a search finds more than it counts.
MOST_COMPARED = 150


def by_match(found: FoundRows, match: Matcher) -> list[UUID]:
    """Keys of what was found: first what the agent may apply for, then by score, then newest.

    Of more rows than a search counts, only the newest are compared of those that ask for nothing
    the agent lacks, of those that ask for a skill the agent has, and of all.
    """
    rows = found.rows.only(*_COMPARED)
    if found.is_capped:
        newest = rows.order_by(*ORDERS[Order.NEWEST])
        kinds = [newest.filter(kind)[:MOST_COMPARED] for kind in _nearest_kinds(match)]
        compared = {row.pk: row for kind in kinds for row in kind}
    else:
        compared = {row.pk: row for row in rows}
    return sorted(compared, key=lambda key: _place(compared[key], match(compared[key])))


def _nearest_kinds(match: Matcher) -> list[Q]:
    own = match.candidate
    open_to_me = Q(minimum_level__lte=own.level) if own.level else Q()
    mine = [*own.skills]
    asks_no_more = Q(skills__contained_by=mine, languages__contained_by=[*own.languages])
    asks_no_more &= Q(experience_years__lte=max(own.months, 0) // 12)
    return [open_to_me & asks_no_more, open_to_me & Q(skills__overlap=mine), open_to_me]


def _place(row: Opportunity, match: matching.Match) -> tuple[bool, int, float, UUID]:
    published = row.published_at.timestamp() if row.published_at else 0.0
    return not match.is_eligible, -match.score, -published, row.pk
