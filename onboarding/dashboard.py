"""The cards on an agent's home page, from whoever has something to say there.

Onboarding does not know the apps above it, so they bring their cards themselves. In the
`ready()` of an app's config:

    from onboarding import dashboard
    dashboard.register(cards.for_agent)

where `for_agent(agent, now)` returns a list of `Card`s, the most urgent first; an empty list
when nothing waits. It is called for cleared agents on each view of the page: a handful of
queries at most, and their number may not grow with the rows. Cards are shown in the order in
which the functions were registered. Registering the same function twice changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from accounts.models import Agent

Tone = Literal["plain", "good", "warn", "bad", "info"]


@dataclass(frozen=True)
class Card:
    """One thing that waits or that is good to know, and where to go for it."""

    title: str
    text: str
    url: str
    tone: Tone = "plain"


CardFunction = Callable[[Agent, datetime], list[Card]]
_functions: list[CardFunction] = []


def register(function: CardFunction) -> CardFunction:
    """Add a function that says what a cleared agent should see. Usable as a decorator."""
    if function not in _functions:
        _functions.append(function)
    return function


def cards_for(agent: Agent, now: datetime) -> list[Card]:
    """All cards for the agent."""
    return [card for function in _functions for card in function(agent, now)]
