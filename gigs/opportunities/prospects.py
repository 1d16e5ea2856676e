"""What would open more work to an agent: a higher level, a skill, a language.

Numbers of levels are counted over all open work, those of skills and languages up to a cap.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Value

from accounts.models import Agent
from gigs.models import Opportunity
from gigs.opportunities.board import MOST_COUNTED, ORDERS, Order
from hitouch.core.cefr import CEFR
from onboarding.vocabulary.lexicon import word_key

LEVEL, SKILL, LANGUAGE = "level", "skill", "language"
#: The newest open opportunities in which skills and languages that are asked for are looked up.
NEWEST_LOOKED_AT = 300
MOST_NAMED = 2
_COLUMNS = {SKILL: "skills", LANGUAGE: "languages"}


@dataclass(frozen=True)
class Prospect:
    """Something an agent lacks, and how many open opportunities ask for it."""

    kind: str
    name: str
    opportunities: int
    is_capped: bool = False
    #: The level up to which opportunities were counted.
    at_level: str = ""
    #: Only so many of the newest were looked at; 0 for all.
    of_newest: int = 0

    @property
    def text(self) -> str:
        """A sentence: "C1 opens 312 more opportunities."."""
        if self.of_newest:
            newest = f"the {self.of_newest} newest opportunities open at {self.at_level}"
            return f"{self.name} is asked for by {self.opportunities} of {newest}."
        number = f"more than {self.opportunities}" if self.is_capped else str(self.opportunities)
        noun = "opportunity" if self.opportunities == 1 else "opportunities"
        if self.kind == LEVEL:
            return f"{self.name} opens {number} more {noun}."
        return f"{self.name} is asked for by {number} {noun} open at {self.at_level}."


def levels(level: str, numbers: Mapping[tuple[str, str], int]) -> list[Prospect]:
    """For each higher level, how many more opportunities it opens; the lowest first."""
    found = []
    for higher in CEFR.values:
        if higher > level:
            more = sum(n for (_, lowest), n in numbers.items() if level < lowest <= higher)
            found.append(Prospect(LEVEL, higher, more))
    return found


def next_level(level: str, numbers: Mapping[tuple[str, str], int]) -> Prospect | None:
    """The nearest level that opens more; None if no level does."""
    return next((each for each in levels(level, numbers) if each.opportunities), None)


def level_needed(
    level: str, opportunity: Opportunity, numbers: Mapping[tuple[str, str], int]
) -> Prospect | None:
    """What the level that an opportunity asks for would open; None if the agent has it."""
    needed = (each for each in levels(level, numbers) if each.name == opportunity.minimum_level)
    return next(needed, None)


def missing_words(
    opportunity: Opportunity,
    *,
    level: str,
    skills: Sequence[str],
    languages: Sequence[str],
    now: datetime,
) -> list[Prospect]:
    """For the skills and languages of an opportunity that an agent lacks, who else asks."""
    lacking = [
        *((SKILL, name) for name in _without(opportunity.skills, skills)[:MOST_NAMED]),
        *((LANGUAGE, name) for name in _without(opportunity.languages, languages)[:MOST_NAMED]),
    ]
    return _asked_for(lacking, level=max(level, opportunity.minimum_level), now=now)


def most_asked_for(agent: Agent, *, level: str, now: datetime) -> list[Prospect]:
    """The skill and the language that new opportunities ask for most and the agent lacks."""
    open_to_agent = Opportunity.objects.open_at(now).filter(minimum_level__lte=level)
    newest = open_to_agent.order_by(*ORDERS[Order.NEWEST]).values_list("skills", "languages")
    rows = list(newest[: NEWEST_LOOKED_AT + 1])
    looked_at = rows[:NEWEST_LOOKED_AT]
    asked = {
        SKILL: Counter(chain.from_iterable(_without(row[0], agent.skills) for row in looked_at)),
        LANGUAGE: Counter(
            chain.from_iterable(_without(row[1], agent.languages) for row in looked_at)
        ),
    }
    of_newest = NEWEST_LOOKED_AT if len(rows) > NEWEST_LOOKED_AT else 0
    return [
        Prospect(kind, name, count[name], at_level=level, of_newest=of_newest)
        for kind, count in asked.items()
        if count and (name := _first(count))
    ]


def _first(count: Counter[str]) -> str:
    """The most frequent name, of several the first by alphabet."""
    return min(count, key=lambda name: (-count[name], name))


def _asked_for(names: list[tuple[str, str]], *, level: str, now: datetime) -> list[Prospect]:
    """How many opportunities open at the level ask for each, counted in one statement."""
    open_at_level = Opportunity.objects.open_at(now).filter(minimum_level__lte=level).order_by()
    asking = [
        open_at_level.filter(**{f"{_COLUMNS[kind]}__contains": [name]})
        .annotate(place=Value(place))
        .values_list("place", flat=True)[: MOST_COUNTED + 1]
        for place, (kind, name) in enumerate(names)
    ]
    if not asking:
        return []
    numbers = Counter(asking[0].union(*asking[1:], all=True))
    return [
        Prospect(
            kind, name, min(numbers[place], MOST_COUNTED), numbers[place] > MOST_COUNTED, level
        )
        for place, (kind, name) in enumerate(names)
    ]


def _without(names: Sequence[str], own: Sequence[str]) -> list[str]:
    known = {word_key(name) for name in own}
    return [name for name in names if word_key(name) not in known]
