"""The best agents for an opportunity, ranked as the board ranks opportunities for an agent.

The rows of all agents are narrowed down in the database: those with all skills and languages, then
with fewer and fewer, each step with a bound on what it reads. `matching.match` then scores the
nearest, so that client and agent read the same parts. Of more rows than a step reads, some are
compared; of equal agents, the latest changed come first.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from math import comb
from typing import Any
from uuid import UUID

from accounts.models import Agent
from gigs.models import (
    AgentInvitation,
    Application,
    BlockedClient,
    MatchProfile,
    Member,
    Opportunity,
)
from gigs.opportunities import matches, matching
from gigs.standing import Standing, standings_of_agents
from hitouch.core.web.humanize import whole_years_text
from onboarding.vocabulary import queries as vocabulary_queries

BEST = 50
MARGIN = 10
#: Rows that one step reads, and those of them that are scored.
READ, COMPARED = 1000, 120
#: Combinations of skills that a statement names; with more, the skills of rows are counted.
MOST_COMBINATIONS = 50
#: The highest score without any of the skills that are asked for.
_REST = 100 - matching.SKILLS
_NEARNESS = (
    "(months >= %s)::int * 14 + (domains && %s::varchar[])::int * 6"
    " + EXISTS (SELECT FROM unnest(qualifications) AS own (title), unnest(%s::text[]) AS asked"
    " (title) WHERE strpos(lower(own.title), asked.title) > 0"
    " OR strpos(asked.title, lower(own.title)) > 0)::int * 12"
)
_SECOND_PERSON = re.compile(r"(?:(?<=^)|(?<=\. ))(You|Your|Yours)\b")
_THIRD_PERSON = {"You": "They", "Your": "Their", "Yours": "Theirs"}


Scored = list[tuple[MatchProfile, matching.Match]]


@dataclass(frozen=True)
class RankedAgent:
    """One agent as a client sees them before an application: no name, no contacts."""

    agent_id: UUID
    level: str
    skills: Sequence[str]
    languages: Sequence[str]
    months: int
    match: matching.Match
    standing: Standing | None
    #: The state of an application or invitation that stands; empty if there is none.
    status: str

    @property
    def parts(self) -> list[matching.ScorePart]:
        """The parts of the score, said of the agent."""
        return [replace(part, why=in_third_person(part.why)) for part in self.match.parts]

    @property
    def experience(self) -> str:
        """Such as "3 years of experience"."""
        return f"{whole_years_text(self.months)} of experience" if self.months else "No experience"


def in_third_person(why: str) -> str:
    """The reason of a part as a client reads it: "Their level is C1."."""
    return _SECOND_PERSON.sub(lambda found: _THIRD_PERSON[found[1]], why)


def best_agents(opportunity: Opportunity, *, now: datetime, most: int = BEST) -> list[RankedAgent]:
    """The best agents who may work, without members of the client and agents who block it."""
    words = vocabulary_queries.current_lexicon()
    wanted = matches.requirements_of(opportunity, words)
    # A few more, since some may be hidden.
    scored = _nearest(wanted, most=most + MARGIN)
    hidden = _hidden_from(opportunity, [row for row, _ in scored])
    best = sorted(
        ((row, match) for row, match in scored if row.agent_id not in hidden),
        key=lambda each: (-each[1].score, -each[0].changed_at.timestamp(), each[0].agent_id),
    )[:most]
    return _described(opportunity, best, now=now)


def candidate_of(row: MatchProfile) -> matching.Candidate:
    """What a row says, as a match compares it."""
    return matching.Candidate(
        level=row.level,
        skills=tuple(row.skills),
        qualifications=tuple(row.qualifications),
        months=row.months,
        domains=tuple(row.domains),
        languages=tuple(row.languages),
        fluency=row.fluency,
    )


def _nearest(wanted: matching.Requirements, *, most: int) -> Scored:
    """Rows that are likely to score best, with their match.

    No step can find a row that scores higher than its bound, so that the narrowing ends as soon as
    enough rows do.
    """
    found: dict[UUID, tuple[MatchProfile, matching.Match]] = {}
    for step in _steps(wanted):
        scores = sorted((match.score for _, match in found.values()), reverse=True)
        if len(scores) >= most and scores[most - 1] >= step.bound:
            break
        for row in _rows_of(step, wanted):
            if row.agent_id not in found:
                found[row.agent_id] = row, matching.match(wanted, candidate_of(row))
    return list(found.values())


@dataclass(frozen=True)
class NarrowingStep:
    """A condition on the words of rows, and the highest score of those not yet found."""

    bound: int
    sql: str
    values: list[Any]


def _steps(wanted: matching.Requirements) -> Iterator[NarrowingStep]:
    """From all skills and languages to none."""
    skills, languages = _lower(wanted.skills), _lower(wanted.languages)
    knows_all = " AND languages @> %s::varchar[]" if languages else ""
    spoken = [languages] if languages else []
    if skills:
        every = " AND skills @> %s::varchar[]"
        yield NarrowingStep(100, every + knows_all, [skills, *spoken])
        if languages:
            yield NarrowingStep(100 - matching.LANGUAGES // len(languages), every, [skills])
        for lacking in range(1, len(skills)):
            bound = matching.SKILLS * (len(skills) - lacking) // len(skills) + _REST
            some, values = _at_least(skills, len(skills) - lacking)
            yield NarrowingStep(bound, f" AND {some}{knows_all}", [*values, *spoken])
    if languages:
        yield NarrowingStep(_REST if skills else 100, knows_all, spoken)
    yield NarrowingStep(_REST if skills or languages else 100, "", [])


def _at_least(skills: Sequence[str], number: int) -> tuple[str, list[Any]]:
    """The condition that rows have so many of the skills.

    An index answers for each combination, of which there may be far too many to name.
    """
    if comb(len(skills), number) > MOST_COMBINATIONS:
        counted = "(SELECT count(DISTINCT word) FROM unnest(skills) AS own (word) WHERE word = ANY"
        return (
            f"skills && %s::varchar[] AND {counted} (%s::varchar[])) >= %s",
            [skills, skills, number],
        )
    subsets = [list(each) for each in combinations(skills, number)]
    return f"({' OR '.join(['skills @> %s::varchar[]'] * len(subsets))})", subsets


def _rows_of(step: NarrowingStep, wanted: matching.Requirements) -> Iterable[MatchProfile]:
    """Of the rows that meet a step, those that meet most of the other requirements."""
    titles = [title.casefold() for title in wanted.qualifications]
    return MatchProfile.objects.raw(
        "SELECT * FROM (SELECT * FROM gigs_matchprofile"  # noqa: S608
        f" WHERE level > '' AND level >= %s{step.sql} LIMIT %s) AS met"
        f" ORDER BY {_NEARNESS} DESC, changed_at DESC, agent_id LIMIT %s",
        [
            *(wanted.level, *step.values, READ),
            *(wanted.years * 12, list(wanted.domains), titles, COMPARED),
        ],
    )


def _lower(words: Sequence[str]) -> list[str]:
    return sorted({" ".join(word.casefold().split()) for word in words} - {""})


def _hidden_from(opportunity: Opportunity, rows: Sequence[MatchProfile]) -> set[UUID]:
    """Agents who block the client, and members of the client, who may not decide on themselves."""
    ids = [row.agent_id for row in rows]
    client = opportunity.project.client_id
    blocked = BlockedClient.objects.filter(client=client, agent__in=ids)
    members = Member.objects.filter(client=client, user__agent__in=ids)
    return {
        *blocked.values_list("agent", flat=True),
        *members.values_list("user__agent", flat=True),
    }


def _described(
    opportunity: Opportunity,
    best: Sequence[tuple[MatchProfile, matching.Match]],
    *,
    now: datetime,
) -> list[RankedAgent]:
    ids = [row.agent_id for row, _ in best]
    agents = Agent.objects.filter(pk__in=ids).only("pk", "skills", "languages").in_bulk()
    standings = standings_of_agents(agents.values(), now=now)
    status = _statuses(opportunity, ids)
    return [
        RankedAgent(
            agent_id=row.agent_id,
            level=row.level,
            skills=agents[row.agent_id].skills,
            languages=agents[row.agent_id].languages,
            months=row.months,
            match=match,
            standing=standings.get(row.agent_id),
            status=status.get(row.agent_id, ""),
        )
        for row, match in best
        if row.agent_id in agents
    ]


def _statuses(opportunity: Opportunity, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What stands between the opportunity and each agent: an invitation, or an application."""
    states = AgentInvitation.State
    invitations = opportunity.invitations.filter(
        agent__in=ids, state__in=(states.SENT, states.APPLIED, states.DECLINED)
    )
    applications = opportunity.applications.filter(agent__in=ids, state__in=Application.STANDING)
    found = {row.agent_id: f"Invitation {_state(row)}" for row in invitations}
    return found | {row.agent_id: f"Application {_state(row)}" for row in applications}


def _state(row: AgentInvitation | Application) -> str:
    return row.get_state_display().lower()
