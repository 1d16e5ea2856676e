"""The language assessment as a step: invite agents, and react to results from proctoring."""

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
from proctoring.invitations import services as proctoring_services
from proctoring.invitations.bans import Banned
from proctoring.models import Assessment, Invitation, Sitting

ATTEMPTS_USED = (
    "You've used all your attempts for now. You can try again later. If something went "
    "wrong during the assessment, contact us from the Help page."
)


class NoAssessment(Refusal):
    """There is no active language assessment."""

    code = "no_assessment"
    message = "The assessment is not available right now. Try again later."


class GradingPending(Refusal):
    """The last attempt is still being graded."""

    code = "being_graded"
    message = "Your answers are being graded. We'll let you know when the result is ready."


#: Why an agent is not invited for now, although the step is open.
_NOT_NOW = (
    NoAssessment,
    GradingPending,
    Banned,
    proctoring_services.NoAttemptsLeft,
    proctoring_services.ResultBeingReviewed,
)


def ensure_invitation(*, agent: Agent, at: datetime, quiet: bool = False) -> Invitation | None:
    """Invite the agent to the assessment, unless invited already or not needed.

    With `quiet` it returns None instead of refusing.
    """
    try:
        return _invite(agent, at)
    except _NOT_NOW:
        if quiet:
            return None
        raise


@transaction.atomic
def _invite(agent: Agent, at: datetime) -> Invitation | None:
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="assessment")
    if gates.level_is_sufficient(locked) or proctoring_queries.open_sitting(locked):
        return None
    if invitation := proctoring_queries.open_invitation(locked, at):
        return invitation
    assessment = _require_attempt(locked, at)
    return proctoring_services.invite(
        agent=locked,
        assessment=assessment,
        why=Invitation.Why.ONBOARDING,
        by=None,
        at=at,
        until=at + proctoring_conf.invitation_lifetime(),
    )


def _require_attempt(agent: Agent, at: datetime) -> Assessment:
    last = proctoring_queries.latest_sitting(agent)
    if last is not None and last.is_under_review:
        raise proctoring_services.ResultBeingReviewed
    if last is not None and last.is_pending:
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
    """After grading: notify the agent, and grant clearance if all steps are complete."""
    if not _is_language(sitting):
        return
    agent = locks.lock_agent_row(sitting.agent)
    passed = gates.level_is_sufficient(agent)
    template = "level_reached" if passed else "level_too_low"
    onboarding_notifications.notify(agent, template=template, at=at, level=sitting.level)
    settle_clearance(agent=agent, at=at)


@transaction.atomic
def on_voided(*, sitting: Sitting, at: datetime) -> None:
    """After a result was voided: end the clearance unless another result is sufficient."""
    agent = locks.lock_agent_row(sitting.agent)
    if _is_language(sitting) and not gates.level_is_sufficient(agent):
        end_clearance(agent=agent, at=at, why="The result of your assessment was withdrawn.")
