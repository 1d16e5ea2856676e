"""The language assessment as a step: proctoring holds the test, onboarding lets the agent sit."""

from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from accounts.security import locks
from hitouch.core.errors import Refusal
from onboarding import notifications as onboarding_notifications
from onboarding.steps import gates
from onboarding.steps.services import end_clearance, settle_clearance
from proctoring import conf as proctoring_conf
from proctoring import queries as proctoring_queries
from proctoring.models import Assessment, Invitation, Sitting
from proctoring.services import invitations as proctoring_services

ATTEMPTS_USED = (
    "You've used all your attempts for now. You can try again later. If something went "
    "wrong during the assessment, contact us from the Help page."
)


class NoAssessment(Refusal):
    """No language test is in use."""

    code = "no_assessment"
    message = "The assessment is not available right now. Try again later."


class GradingPending(Refusal):
    """The answers are in and the result is not."""

    code = "being_graded"
    message = "Your answers are being graded. We'll let you know when the result is ready."


def ensure_invitation(*, agent: Agent, at: datetime, quiet: bool = False) -> Invitation | None:
    """Let the agent sit, unless the agent can already or has no need to.

    `quiet` is for those who only want it to be so when it can be: no refusals.
    """
    try:
        return _invite(agent, at)
    except (NoAssessment, proctoring_services.NoAttemptsLeft, GradingPending):
        if quiet:
            return None
        raise


@transaction.atomic
def _invite(agent: Agent, at: datetime) -> Invitation | None:
    held = locks.lock_agent_row(agent)
    gates.require(held, step="assessment")
    if gates.level_is_sufficient(held) or proctoring_queries.open_sitting(held):
        return None
    if invitation := proctoring_queries.open_invitation(held, at):
        return invitation
    assessment = _sittable(held, at)
    return proctoring_services.invite(
        agent=held,
        assessment=assessment,
        why=Invitation.Why.ONBOARDING,
        by=None,
        at=at,
        until=at + proctoring_conf.invitation_lifetime(),
    )


def _sittable(agent: Agent, at: datetime) -> Assessment:
    last = proctoring_queries.latest_sitting(agent)
    if last is not None and last.state in Sitting.ENDED:
        raise GradingPending
    assessment = proctoring_queries.language_assessment()
    if assessment is None:
        raise NoAssessment
    if not proctoring_queries.attempts_left(agent, assessment, at):
        raise proctoring_services.NoAttemptsLeft(ATTEMPTS_USED)
    return assessment


def _is_language(sitting: Sitting) -> bool:
    return sitting.assessment.kind == Assessment.Kind.LANGUAGE


@transaction.atomic
def on_graded(*, sitting: Sitting, at: datetime) -> None:
    """A test was graded: open the agreements, or say what now."""
    if not _is_language(sitting):
        return
    agent = locks.lock_agent_row(sitting.agent)
    passed = gates.level_is_sufficient(agent)
    template = "level_reached" if passed else "level_too_low"
    onboarding_notifications.notify(agent, template=template, at=at, level=sitting.level)
    settle_clearance(agent=agent, at=at)


@transaction.atomic
def on_voided(*, sitting: Sitting, at: datetime) -> None:
    """A result was taken back: without another one that is enough, the clearance ends."""
    agent = locks.lock_agent_row(sitting.agent)
    if _is_language(sitting) and not gates.level_is_sufficient(agent):
        end_clearance(agent=agent, at=at, why="The result of your assessment was withdrawn.")
