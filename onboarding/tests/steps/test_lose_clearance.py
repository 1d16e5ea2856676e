"""What a graded and a voided test mean for the clearance, and who hears of it."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import agents
from accounts import signals as accounts_signals
from accounts.models import Agent, User
from accounts.privacy import services as privacy
from accounts.staff import services as staff
from conftest import NOON
from hitouch.core.models import OutboxMessage
from onboarding import signals
from onboarding.agreements import publishing
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


@pytest.fixture
def cleared(assessed: Agent, bring: Any) -> Agent:
    """Nila, cleared to work, with no mail in the outbox."""
    agent: Agent = bring(assessed, "agreements")
    OutboxMessage.objects.all().delete()
    return agent


def suspend(agent: Agent, by: User) -> None:
    staff.suspend(user=agent.user, by=by, at=NOON, why="Complaints of a client")


def close(agent: Agent, by: User) -> None:
    privacy.close_now(user=agent.user, at=NOON, why="Letter", by=by)


def grade_lower(agent: Agent, by: User) -> None:
    grade(agent, "A1")


def remove_photo(agent: Agent, by: User) -> None:
    Agent.objects.filter(pk=agent.pk).update(photo=None)
    steps_services.sweep_clearances(at=NOON)


def lose_contact(agent: Agent, by: User) -> None:
    User.objects.filter(pk=agent.user_id).update(phone_verified_at=None)
    steps_services.sweep_clearances(at=NOON)


def lose_languages(agent: Agent, by: User) -> None:
    Agent.objects.filter(pk=agent.pk).update(languages=[])
    steps_services.sweep_clearances(at=NOON)


def suspend_in_the_database(agent: Agent, by: User) -> None:
    User.objects.filter(pk=agent.user_id).update(status="SUSPENDED")
    steps_services.sweep_clearances(at=NOON)


@pytest.mark.parametrize(
    ("lose", "mails"),
    [
        (suspend, 0),  # accounts has written that the account is suspended
        (close, 0),
        (grade_lower, 1),
        (remove_photo, 1),
        (lose_contact, 1),
        (lose_languages, 1),
        (suspend_in_the_database, 0),
    ],
)
def test_each_loss_is_announced_once(
    cleared: Agent, reviewer: User, heard: Any, lose: Any, mails: int
) -> None:
    """However a step is lost, the clearance ends, and it is announced and told once."""
    lose(cleared, reviewer)
    assert heard == ["suspended"]
    assert not Clearing.objects.filter(agent=cleared, ended_at=None).exists()
    told = OutboxMessage.objects.filter(template="onboarding/clearance_ended")
    assert told.count() == mails
    steps_services.sweep_clearances(at=NOON)
    steps_services.settle_clearance(agent=cleared, at=NOON)
    assert heard == ["suspended"]
    assert told.count() == mails


def test_raised_floor_ends_the_clearance(cleared: Agent, heard: Any, settings: Any) -> None:
    """When the level we need is raised, clearances below it end with the next sweep."""
    settings.HITOUCH_LEVEL_FLOOR = "C2"
    assert steps_services.sweep_clearances(at=NOON) == 1
    assert heard == ["suspended"]


def test_loss_is_undone_with_its_change(cleared: Agent, reviewer: User, heard: Any) -> None:
    """The clearance ends in the transaction of the suspension, and stays if that is undone."""
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        suspend(cleared, reviewer)
        raise ZeroDivisionError
    assert Clearing.objects.filter(agent=cleared, ended_at=None).exists()


def test_reactivation_clears_again(cleared: Agent, reviewer: User, heard: Any) -> None:
    """A suspended agent is never cleared; reactivation clears an agent whose steps are complete."""
    suspend(cleared, reviewer)
    assert not steps_services.settle_clearance(agent=cleared, at=NOON)
    user = User.objects.get(pk=cleared.user_id)
    staff.reactivate(user=user, by=reviewer, at=NOON, why="Cleared up")
    assert heard == ["suspended", "cleared"]


def test_replaced_contact_keeps_the_clearance(cleared: Agent, heard: Any) -> None:
    """A contact that is replaced by a verified one loses nothing."""
    accounts_signals.contact_changed.send(sender=User, user=cleared.user)
    assert heard == []


def test_new_agreement_keeps_the_shifts(cleared: Agent, heard: Any) -> None:
    """An unsigned new version of an agreement is not a loss: nothing is announced."""
    publishing.publish_template(
        kind="NDA",
        version="9.0",
        title="Confidentiality",
        text="NDA\n\nNew.",
        by=None,
        at=NOON + timedelta(minutes=1),
    )
    assert steps_queries.clearance_of(cleared) is None
    steps_services.settle_clearance(agent=cleared, at=NOON)
    steps_services.sweep_clearances(at=NOON)
    assert heard == []


def test_sweep_passes_over_the_cleared(cleared: Agent, django_assert_num_queries: Any) -> None:
    """One query while nobody lost anything."""
    with django_assert_num_queries(1):
        assert steps_services.sweep_clearances(at=NOON) == 0
