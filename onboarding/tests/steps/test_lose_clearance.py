"""What a graded and a voided test mean for the clearance, and who hears of it."""

from typing import Any

import pytest

from accounts import agents
from accounts.models import Agent
from conftest import NOON
from hitouch.core.models import OutboxMessage
from onboarding import signals
from onboarding.assessment import services as assessment
from onboarding.dashboard import steps
from onboarding.models import Clearing
from onboarding.steps import queries as steps_queries
from onboarding.steps import services as steps_services
from proctoring import queries as proctoring_queries
from proctoring import signals as proctoring_signals
from proctoring.models import Assessment, Sitting

pytestmark = pytest.mark.django_db


def sitting_of(agent: Agent, level: str, kind: str = Assessment.Kind.LANGUAGE) -> Sitting:
    """A sitting as the signal carries it; its rows are proctoring's business."""
    return Sitting(agent=agent, assessment=Assessment(kind=kind), level=level)


def grade(agent: Agent, level: str) -> None:
    agents.set_level(agent=agent, level=level, at=NOON)
    sitting = sitting_of(agent, level)
    proctoring_signals.sitting_graded.send(sender=Sitting, sitting=sitting)


def void(agent: Agent, level: str = "") -> None:
    agents.set_level(agent=agent, level=level, at=NOON)
    proctoring_signals.sitting_voided.send(sender=Sitting, sitting=sitting_of(agent, "B2"))


@pytest.fixture
def heard() -> Any:
    """The names of what was announced."""
    names: list[str] = []

    def cleared(**ignored: Any) -> None:
        names.append("cleared")

    def suspended(**ignored: Any) -> None:
        names.append("suspended")

    signals.agent_cleared.connect(cleared)
    signals.agent_suspended.connect(suspended)
    yield names
    signals.agent_cleared.disconnect(cleared)
    signals.agent_suspended.disconnect(suspended)


def test_graded_opens_agreements(approved: Agent) -> None:
    """A level at the floor opens the next step and is told."""
    agent = approved
    grade(agent, "A2")
    assert steps.next_step(Agent.objects.get(pk=agent.pk), NOON).key == "agreements"
    assert OutboxMessage.objects.filter(template="onboarding/level_reached").exists()


def test_below_floor_stays(approved: Agent, settings: Any) -> None:
    """A level below the floor leaves the step open; the floor is a setting."""
    agent = approved
    grade(agent, "A1")
    fresh = Agent.objects.get(pk=agent.pk)
    assert steps.next_step(fresh, NOON).key == "assessment"
    assert OutboxMessage.objects.filter(template="onboarding/level_too_low").exists()
    settings.HITOUCH_LEVEL_FLOOR = "A1"
    assert steps.next_step(fresh, NOON).key == "agreements"


def test_invited_once(approved: Agent) -> None:
    """Approval invites; asking again gives the same invitation."""
    agent = approved
    invitation = proctoring_queries.open_invitation(agent, NOON)
    assert assessment.ensure_invitation(agent=agent, at=NOON) == invitation


def test_announced_once_and_again_after_a_loss(assessed: Agent, bring: Any, heard: Any) -> None:
    """Cleared is announced once, a loss once, and a new clearance once more."""
    agent = bring(assessed, "agreements")
    steps_services.settle_clearance(agent=agent, at=NOON)
    steps_services.settle_clearance(agent=agent, at=NOON)
    assert heard == ["cleared"]
    void(agent)
    fresh = Agent.objects.get(pk=agent.pk)
    assert steps_queries.clearance_of(fresh) is None
    steps_services.end_clearance(agent=fresh, at=NOON, why="again")
    assert heard == ["cleared", "suspended"]
    grade(fresh, "B1")
    assert steps_queries.clearance_of(Agent.objects.get(pk=agent.pk)).level == "B1"
    assert heard == ["cleared", "suspended", "cleared"]
    assert Clearing.objects.filter(agent=agent).count() == 2


def test_void_with_another_result(assessed: Agent, bring: Any, heard: Any) -> None:
    """A voided test does not matter while another result is enough."""
    agent = bring(assessed, "agreements")
    void(agent, level="B1")
    assert heard == ["cleared"]
    assert steps_queries.clearance_of(Agent.objects.get(pk=agent.pk)).level == "B1"


def test_skill_test_changes_nothing(approved: Agent, heard: Any) -> None:
    """A test of another kind neither opens a step nor takes a clearance."""
    agent = approved
    sitting = sitting_of(agent, "C1", Assessment.Kind.SKILL)
    proctoring_signals.sitting_graded.send(sender=Sitting, sitting=sitting)
    proctoring_signals.sitting_voided.send(sender=Sitting, sitting=sitting)
    assert heard == []
    assert not OutboxMessage.objects.filter(template__startswith="onboarding/level").exists()
