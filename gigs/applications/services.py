"""Applications: apply, withdraw, accept (which creates the gig), reject, expire."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import locks
from gigs import notifications
from gigs.eligibility import OwnCase, check_acceptable, check_eligible, check_not_own
from gigs.invitations import services as invitations
from gigs.models import Application, Gig, Opportunity, Project, RejectionReason
from gigs.opportunities import matches
from gigs.opportunities import terms as opportunity_terms
from gigs.opportunities.services import expire_application, lock_project_of
from gigs.opportunities.terms import DeadlinePassed
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers

#: The reason of an application that nobody decided on, as the agent reads it.
NOT_DECIDED = "The client did not decide within 14 days of the last date to apply."


class OpportunityNotOpen(Refusal):
    """The opportunity does not take applications."""

    code = "not_open"
    message = "Applications are closed for this opportunity."


class AlreadyApplied(Refusal):
    """The agent has applied already."""

    code = "applied_already"
    message = "You have already applied for this. See it under Applications."


class HeadcountReached(Refusal):
    """The opportunity is filled."""

    code = "headcount_reached"
    message = "You have already accepted all the agents you need."


class TermsNotAcknowledged(Refusal):
    """The agent has yet to agree to the current terms."""

    code = "terms_not_acknowledged"
    message = (
        "You have changed the terms, and this agent has not agreed to them yet. "
        "We have asked them to."
    )


class UnknownReason(Refusal):
    """The reason is none of the list."""

    code = "reason_unknown"
    message = "Choose one of the reasons."
    status = 422
    field = "reason_code"


class ApplicationExpired(Refusal):
    """The time to decide on the application is over."""

    code = "decision_too_late"
    message = "It is too late to decide on this application. It has expired."


@transaction.atomic
def apply(
    *,
    opportunity: Opportunity,
    agent: Agent,
    now: datetime,
    note: str = "",
    terms_version: int | None = None,
) -> Application:
    """Apply for an opportunity, storing the match as it is now.

    `terms_version` is the version of the terms that the agent was shown and agrees to.
    """
    identifiers.refuse_full_aadhaar({"note": note})
    agent = locks.lock_agent(agent.pk)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if opportunity.state != Opportunity.State.OPEN:
        raise OpportunityNotOpen
    if now >= opportunity.apply_by:
        raise DeadlinePassed
    check_eligible(opportunity=opportunity, agent=agent)
    if agent.applications.filter(opportunity=opportunity, state__in=Application.STANDING).exists():
        raise AlreadyApplied
    agreed = opportunity_terms.check_shown(opportunity, terms_version)
    is_invited = invitations.answer_by_applying(opportunity=opportunity, agent=agent, at=now)
    if opportunity.is_private and not is_invited:
        raise invitations.InvitationExpired
    match = matches.match_of(opportunity, agent, on=now)
    return opportunity.applications.create(
        agent=agent,
        note=note,
        score=match.score,
        parts=match.as_json(),
        terms=agreed,
        acknowledged_at=now,
    )


@transaction.atomic
def acknowledge_terms(*, application: Application, terms_version: int, at: datetime) -> Application:
    """Agree to the changed terms of a pending application, with the match as it is now."""
    agent = locks.lock_agent(application.agent_id)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(
        pk=application.opportunity_id
    )
    if at >= opportunity.decide_by:
        raise ApplicationExpired
    agreed = opportunity_terms.check_shown(opportunity, terms_version)
    check_eligible(opportunity=opportunity, agent=agent)
    match = matches.match_of(opportunity, agent, on=at)
    changes = {
        "terms": agreed,
        "acknowledged_at": at,
        "score": match.score,
        "parts": match.as_json(),
    }
    pending = Application.objects.filter(pk=application.pk, state=Application.State.PENDING)
    if not pending.update(updated_at=at, **changes):
        raise InvalidTransition
    application.refresh_from_db()
    return application


@transaction.atomic
def withdraw(*, application: Application, by: User, at: datetime) -> Application:
    """Withdraw a pending application."""
    transition(application, to=Application.State.WITHDRAWN, by=by, at=at, decided_at=at)
    return application


@transaction.atomic
def accept(*, application: Application, by: User, at: datetime) -> Gig:
    """Accept an application, and create the gig with the terms that the agent agreed to."""
    check_not_own(application.agent, by=by)
    agent = locks.lock_agent(application.agent_id)
    if application.opportunity.project.state == Project.State.ACTIVE:
        _begin_project(application.opportunity, by=by, at=at)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(
        pk=application.opportunity_id
    )
    if opportunity.state == Opportunity.State.FILLED:
        raise HeadcountReached
    if opportunity.state != Opportunity.State.OPEN:
        raise OpportunityNotOpen(
            f"This opportunity is {opportunity.get_state_display().lower()}. "
            "You cannot accept more agents."
        )
    if at >= opportunity.decide_by:
        raise ApplicationExpired
    check_acceptable(opportunity=opportunity, agent=agent)
    # The opportunity's lock keeps its terms and those agreed to as they are.
    if not application.is_pending:
        raise InvalidTransition
    if not Application.objects.filter(
        pk=application.pk, terms__version=opportunity.terms_version
    ).exists():
        raise TermsNotAcknowledged
    transition(application, to=Application.State.ACCEPTED, by=by, at=at, decided_at=at)
    gig = _create_gig(application, opportunity)
    opportunity.refresh_from_db(fields=["filled"])
    if not opportunity.seats_left:
        transition(opportunity, to=Opportunity.State.FILLED, by=by, at=at)
    notifications.application_accepted(gig=gig, at=at)
    return gig


def _begin_project(opportunity: Opportunity, *, by: User, at: datetime) -> None:
    """Mark a project as in progress with its first agent. It is locked before the opportunity."""
    project = lock_project_of(opportunity)
    if project.state == Project.State.ACTIVE:
        transition(project, to=Project.State.IN_PROGRESS, by=by, at=at)


def _create_gig(application: Application, opportunity: Opportunity) -> Gig:
    return Gig.objects.create(
        application=application,
        opportunity=opportunity,
        client=opportunity.client,
        agent=application.agent,
        title=opportunity.title,
        pay_kind=opportunity.pay_kind,
        rate_paise=opportunity.rate_paise,
        hours_each=opportunity.hours_each,
    )


@transaction.atomic
def reject(
    *,
    application: Application,
    by: User,
    at: datetime,
    reason_code: str = RejectionReason.OTHER,
    reason: str = "",
) -> Application:
    """Reject an application for one of the reasons, and notify the agent.

    `reason` is a note in the client's words, which another reason than those of the list needs.
    """
    check_not_own(application.agent, by=by)
    reason = reason.strip()
    if reason_code not in RejectionReason.values:
        raise UnknownReason
    if reason_code == RejectionReason.OTHER and not reason:
        raise ReasonRequired(
            "Enter a reason. The agent will see it.", code="reason_missing", field="reason"
        )
    transition(
        application,
        to=Application.State.REJECTED,
        by=by,
        at=at,
        why=f"{RejectionReason(reason_code).label}. {reason}".strip(),
        decided_at=at,
        reason_code=reason_code,
        reason=reason,
    )
    notifications.application_rejected(application=application, at=at)
    return application


@dataclass(frozen=True)
class Undecided:
    """An application that could not be decided on, and why."""

    application: Application
    refusal: Refusal


def reject_several(
    *,
    applications: Iterable[Application],
    by: User,
    at: datetime,
    reason_code: str = RejectionReason.OTHER,
    reason: str = "",
) -> list[Undecided]:
    """Reject several applications for one reason, each by itself. Returns those left out."""
    left_out = []
    for application in applications:
        try:
            reject(application=application, by=by, at=at, reason_code=reason_code, reason=reason)
        except (InvalidTransition, OwnCase) as refusal:
            left_out.append(Undecided(application, refusal))
    return left_out


def accept_several(
    *, applications: Iterable[Application], by: User, at: datetime
) -> list[Undecided]:
    """Accept several applications, each by itself. Returns those left out."""
    left_out = []
    for application in applications:
        try:
            accept(application=application, by=by, at=at)
        except Refusal as refusal:
            left_out.append(Undecided(application, refusal))
    return left_out


@transaction.atomic
def expire(*, application: Application, at: datetime) -> Application:
    """Expire an application that was not decided in time."""
    if at < application.opportunity.decide_by:
        return application
    return expire_application(application, NOT_DECIDED, by=None, at=at)
