"""Invitations to assessments, and further attempts."""

from datetime import datetime

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.errors import Refusal
from proctoring import conf, queries
from proctoring.invitations import bans
from proctoring.models import Assessment, Invitation, Sitting


class AlreadyPassed(Refusal):
    """The agent has passed the assessment."""

    code = "already_passed"
    message = "You have already passed, so you do not need to retake the assessment."


class NoAttemptsLeft(Refusal):
    """The agent has used all attempts of the period."""

    code = "no_attempts_left"
    message = (
        "You have no attempts left for now. "
        "If something went wrong in one of them, contact support from Help."
    )


class NothingToRepeat(Refusal):
    """The agent has no graded sitting."""

    code = "nothing_to_repeat"
    message = "You do not have a graded assessment to retake."


class ResultBeingReviewed(Refusal):
    """A person reviews the result of the last sitting."""

    code = "being_reviewed"
    message = "A person is reviewing your last result. We'll let you know when that is done."


@transaction.atomic
def invite(
    *,
    agent: Agent,
    assessment: Assessment,
    why: str,
    by: User | None,
    at: datetime,
    until: datetime,
) -> Invitation:
    """Invite the agent to take the assessment once, or return a usable invitation."""
    locks.lock_agent(agent.pk)
    bans.require_no_ban(agent, at)
    existing = agent.invitations.open(at).filter(assessment=assessment).first()
    return existing or Invitation.objects.create(
        agent=agent, assessment=assessment, why=why, invited_by=by, until=until
    )


@transaction.atomic
def invite_again(*, agent: Agent, by: User, at: datetime) -> Invitation:
    """Invite the agent again after a failed attempt, while attempts are left."""
    last = queries.latest_sitting(agent)
    if last is not None and last.is_under_review:
        raise ResultBeingReviewed
    if last is None or last.state not in Sitting.SCORED:
        raise NothingToRepeat
    if last.passed:
        raise AlreadyPassed
    assessment = Assessment.objects.get(code=last.assessment.code, state=Assessment.State.ACTIVE)
    if not queries.attempts_left(agent, assessment, at):
        raise NoAttemptsLeft
    until = at + conf.invitation_lifetime()
    why = Invitation.Why.RETAKE
    return invite(agent=agent, assessment=assessment, why=why, by=by, at=at, until=until)


@transaction.atomic
def grant_attempt(*, sitting: Sitting, by: User, at: datetime) -> Invitation:
    """Grant one attempt beyond the limit, by staff."""
    invitation = invite(
        agent=sitting.agent,
        assessment=sitting.assessment,
        why=Invitation.Why.GRANTED,
        by=by,
        at=at,
        until=at + conf.invitation_lifetime(),
    )
    audit.record_event(by=by, action="sitting.attempt_granted", on=sitting, at=at)
    return invitation
