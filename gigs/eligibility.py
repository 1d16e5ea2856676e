"""Whether an agent may work: cleared by onboarding, and at the level of the opportunity."""

from accounts.models import Agent, User
from gigs.models import Opportunity
from hitouch.core.errors import Refusal
from onboarding.steps import queries as steps_queries


class NotCleared(Refusal):
    """The agent's onboarding is not complete."""

    code = "not_cleared"
    message = "Complete your onboarding to apply for work."


class AgentNotEligible(Refusal):
    """The agent cannot take up the work. The client is not told why."""

    code = "agent_not_eligible"
    message = "This agent cannot take up this work right now."


class OwnCase(Refusal):
    """Nobody decides on what concerns themselves."""

    code = "own_case"
    status = 403
    message = "This concerns you. Another person has to decide on it."


class GigNotActive(Refusal):
    """The gig is on hold or has ended."""

    code = "gig_not_active"
    message = "This gig is on hold or has ended."


class LevelTooLow(Refusal):
    """The opportunity asks for a higher level."""

    code = "level_too_low"
    message = "This opportunity needs a higher level than yours."


def check_eligible(*, opportunity: Opportunity, agent: Agent, floor: str = "") -> None:
    """Raise a `Refusal` if the agent is not cleared or their level is too low.

    `floor` is the level of one of its shifts, which may ask for more.
    """
    level = level_of(agent)
    if not level:
        raise NotCleared
    if level < opportunity.minimum_level:
        asked = opportunity.minimum_level
        raise LevelTooLow(f"This opportunity needs level {asked}. Your level is {level}.")
    if level < floor:
        raise LevelTooLow(f"This shift needs level {floor}. Your level is {level}.")


def level_of(agent: Agent) -> str:
    """The agent's level, or an empty string if they are not cleared to work."""
    clearance = steps_queries.clearance_of(agent)
    return str(clearance.level) if clearance else ""


def check_acceptable(*, opportunity: Opportunity, agent: Agent) -> None:
    """Refuse to accept an agent who may not work, without telling the client why."""
    try:
        check_eligible(opportunity=opportunity, agent=agent)
    except (NotCleared, LevelTooLow) as refusal:
        raise AgentNotEligible from refusal
    if not agent.user.is_active:
        raise AgentNotEligible


def check_not_own(agent: Agent, *, by: User | None) -> None:
    """Refuse a decision by the agent whom it concerns, in whatever role. `by` is None for time."""
    if by is not None and agent.user_id == by.pk:
        raise OwnCase
