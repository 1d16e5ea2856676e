"""How a clearance is gained and lost (tests, suspension, missing steps), and its announcements."""

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


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "kyc"


def sitting_of(agent: Agent, level: str, kind: str = Assessment.Kind.LANGUAGE) -> Sitting:
    """A sitting as the signal carries it, without rows."""
    return Sitting(agent=agent, assessment=Assessment(kind=kind), level=level)


def grade(agent: Agent, level: str) -> None:
    agents.set_level(agent=agent, level=level, at=NOON)
    sitting = sitting_of(agent, level)
    proctoring_signals.sitting_graded.send(sender=Sitting, sitting=sitting)


def void(agent: Agent, level: str = "") -> None:
    agents.set_level(agent=agent, level=level, at=NOON)
    proctoring_signals.sitting_voided.send(sender=Sitting, sitting=sitting_of(agent, "B2"))


@pytest.fixture
def announcements() -> Any:
    """The signals that were sent: "cleared" and "suspended"."""
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


def test_level_at_the_floor_opens_the_agreements(approved: Agent) -> None:
    """A level at the floor opens the next step, and the agent is notified."""
    agent = approved
    grade(agent, "A2")
    assert steps.next_step(Agent.objects.get(pk=agent.pk), NOON).key == "agreements"
    assert OutboxMessage.objects.filter(template="onboarding/level_reached").exists()


def test_level_below_the_floor_keeps_the_step_open(approved: Agent, settings: Any) -> None:
    """A level below the floor leaves the step open; the floor is a setting."""
    agent = approved
    grade(agent, "A1")
    fresh = Agent.objects.get(pk=agent.pk)
    assert steps.next_step(fresh, NOON).key == "assessment"
    assert OutboxMessage.objects.filter(template="onboarding/level_too_low").exists()
    settings.HITOUCH_LEVEL_FLOOR = "A1"
    assert steps.next_step(fresh, NOON).key == "agreements"


def test_agent_is_invited_once(approved: Agent) -> None:
    """Approval invites to the assessment; a second request returns the same invitation."""
    agent = approved
    invitation = proctoring_queries.open_invitation(agent, NOON)
    assert assessment.ensure_invitation(agent=agent, at=NOON) == invitation


def test_clearance_is_announced_once_and_again_after_a_loss(
    assessed: Agent, bring: Any, announcements: Any
) -> None:
    """A clearance is announced once, its loss once, and a new clearance once more."""
    agent = bring(assessed, "agreements")
    steps_services.settle_clearance(agent=agent, at=NOON)
    steps_services.settle_clearance(agent=agent, at=NOON)
    assert announcements == ["cleared"]
    void(agent)
    fresh = Agent.objects.get(pk=agent.pk)
    assert steps_queries.clearance_of(fresh) is None
    steps_services.end_clearance(agent=fresh, at=NOON, why="again")
    assert announcements == ["cleared", "suspended"]
    grade(fresh, "B1")
    assert steps_queries.clearance_of(Agent.objects.get(pk=agent.pk)).level == "B1"
    assert announcements == ["cleared", "suspended", "cleared"]
    assert Clearing.objects.filter(agent=agent).count() == 2


def test_voided_test_does_not_matter_with_another_result(
    assessed: Agent, bring: Any, announcements: Any
) -> None:
    """A voided test does not matter while another result is enough."""
    agent = bring(assessed, "agreements")
    void(agent, level="B1")
    assert announcements == ["cleared"]
    assert steps_queries.clearance_of(Agent.objects.get(pk=agent.pk)).level == "B1"


def test_skill_test_does_not_change_the_clearance(approved: Agent, announcements: Any) -> None:
    """A test of another kind neither opens a step nor ends a clearance."""
    agent = approved
    sitting = sitting_of(agent, "C1", Assessment.Kind.SKILL)
    proctoring_signals.sitting_graded.send(sender=Sitting, sitting=sitting)
    proctoring_signals.sitting_voided.send(sender=Sitting, sitting=sitting)
    assert announcements == []
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
        (suspend, 0),  # accounts has sent a mail about the suspension
        (close, 0),
        (grade_lower, 1),
        (remove_photo, 1),
        (lose_contact, 1),
        (lose_languages, 1),
        (suspend_in_the_database, 0),
    ],
)
def test_each_loss_is_announced_once(
    cleared: Agent, reviewer: User, announcements: Any, lose: Any, mails: int
) -> None:
    """However a step is lost, the clearance ends, with one announcement and at most one mail."""
    lose(cleared, reviewer)
    assert announcements == ["suspended"]
    assert not Clearing.objects.filter(agent=cleared, ended_at=None).exists()
    sent = OutboxMessage.objects.filter(template="onboarding/clearance_ended")
    assert sent.count() == mails
    steps_services.sweep_clearances(at=NOON)
    steps_services.settle_clearance(agent=cleared, at=NOON)
    assert announcements == ["suspended"]
    assert sent.count() == mails


def test_raised_floor_ends_the_clearance(cleared: Agent, announcements: Any, settings: Any) -> None:
    """When the level we need is raised, clearances below it end with the next sweep."""
    settings.HITOUCH_LEVEL_FLOOR = "C2"
    assert steps_services.sweep_clearances(at=NOON) == 1
    assert announcements == ["suspended"]


def test_loss_is_rolled_back_with_its_transaction(
    cleared: Agent, reviewer: User, announcements: Any
) -> None:
    """The clearance ends in the transaction of the suspension, and stays if that is rolled back."""
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        suspend(cleared, reviewer)
        raise ZeroDivisionError
    assert Clearing.objects.filter(agent=cleared, ended_at=None).exists()


def test_reactivation_clears_again(cleared: Agent, reviewer: User, announcements: Any) -> None:
    """A suspended agent is never cleared; reactivation clears an agent whose steps are complete."""
    suspend(cleared, reviewer)
    assert not steps_services.settle_clearance(agent=cleared, at=NOON)
    user = User.objects.get(pk=cleared.user_id)
    staff.reactivate(user=user, by=reviewer, at=NOON, why="Cleared up")
    assert announcements == ["suspended", "cleared"]


def test_replaced_contact_keeps_the_clearance(cleared: Agent, announcements: Any) -> None:
    """Replacing a contact by a verified one does not end the clearance."""
    accounts_signals.contact_changed.send(sender=User, user=cleared.user)
    assert announcements == []


def test_new_agreement_version_is_not_a_loss(cleared: Agent, announcements: Any) -> None:
    """An unsigned new version of an agreement is not announced as a loss."""
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
    assert announcements == []


def test_sweep_needs_two_queries(cleared: Agent, django_assert_num_queries: Any) -> None:
    """The sweep needs one query for agents and one for postponed ones while nobody lost a step."""
    with django_assert_num_queries(2):
        assert steps_services.sweep_clearances(at=NOON) == 0
