"""The life of a gig: hold, resume, complete, end and replace; and calling off an opportunity.

A gig can always be ended. What was worked is handed in by itself and stays payable; its money
stays reserved until the client has decided, and the rest is free at once.

Locks: agent, project, opportunity, then what the receivers lock of the client's money.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.security import audit, locks
from gigs import notifications, signals
from gigs.eligibility import check_not_own
from gigs.engagements import bonuses, endings, late_cancellation
from gigs.engagements import queries as gig_queries
from gigs.models import Gig, Opportunity, Project, Work, WorkSession
from gigs.opportunities import services as opportunity_services
from gigs.opportunities.services import BudgetTooSmall
from gigs.shifts import queries as shift_queries
from gigs.shifts import services as shift_services
from gigs.slots import claims
from hitouch.core import money
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal

#: The summary of hours that were not handed in when the gig ended.
LAST_HOURS = "Hours up to the end of the gig, submitted automatically."
#: The reason of applications that were waiting, as the agents read it.
CALLED_OFF = "The client has cancelled this."


class WorkUnsettled(Refusal):
    """The gig still has something open."""

    code = "work_unsettled"
    message = "This gig still has work under review, an upcoming shift or hours not submitted."


class NoReplacement(Refusal):
    """The opportunity takes no more agents."""

    code = "no_replacement"
    message = "This opportunity takes no more agents, so the place cannot be filled again."


def complete_if_settled(gig: Gig, *, by: User | None, at: datetime) -> None:
    """Complete a gig whose fixed price was earned, if nothing is open. The agent is locked."""
    if gig.has_ended or gig_queries.has_open_work(gig, now=at):
        return
    if gig_queries.is_all_approved(gig):
        unearned = gig_queries.unearned_paise(gig)
        _complete_locked(gig, unearned_paise=unearned, by=by, at=at)


def lock_agent_of(gig: Gig) -> None:
    """Take the lock of claiming and clocking in, so that neither happens concurrently."""
    locks.lock_agent(gig.agent_id)


@transaction.atomic
def complete_gig(*, gig: Gig, by: User | None, at: datetime) -> Gig:
    """Complete a gig without open work."""
    check_not_own(gig.agent, by=by)
    gig, _ = lock_gig(gig)
    if gig_queries.has_open_work(gig, now=at) or not gig.works.exists():
        raise WorkUnsettled
    unearned = gig_queries.unearned_paise(gig)
    return _complete_locked(gig, unearned_paise=unearned, by=by, at=at)


def _complete_locked(gig: Gig, *, unearned_paise: int, by: User | None, at: datetime) -> Gig:
    transition(
        gig,
        to=Gig.State.COMPLETED,
        by=by,
        at=at,
        completed_at=at,
        unearned_paise=unearned_paise,
    )
    signals.gig_ended.send(sender=Gig, gig=gig, at=at)
    return gig


@transaction.atomic
def hold_gig(*, gig: Gig, why: str, by: User | None, at: datetime) -> Gig:
    """Let no more time be worked for now. Shifts that start soon are cancelled, and paid as such.

    Later ones are kept; a kept shift that passes meanwhile is excused.
    """
    why = required_reason(why)
    check_not_own(gig.agent, by=by)
    gig, _ = lock_gig(gig)
    late_cancellation.cancel_late_claims_of(gig, why=why, by=by, at=at)
    transition(gig, to=Gig.State.ON_HOLD, by=by, at=at, why=why)
    shift_services.end_for_client(gig=gig, at=at, why=why)
    _record(gig, "gig.held", by=by, at=at)
    notifications.gig_held(gig=gig, why=why, at=at)
    return gig


@transaction.atomic
def resume_gig(*, gig: Gig, by: User | None, at: datetime) -> Gig:
    """Let the agent work again."""
    check_not_own(gig.agent, by=by)
    gig, _ = lock_gig(gig)
    transition(gig, to=Gig.State.ACTIVE, by=by, at=at)
    _record(gig, "gig.resumed", by=by, at=at)
    notifications.gig_resumed(gig=gig, at=at)
    return gig


@transaction.atomic
def end_gig(*, gig: Gig, why: str, by: User | None, at: datetime, tells_agent: bool = True) -> Gig:
    """End a gig. Its place is not filled again, and what it did not earn is free."""
    why = required_reason(why)
    check_not_own(gig.agent, by=by)
    gig, _ = lock_gig(gig)
    state = Gig.State.CANCELLED
    return end_locked(gig, to=state, why=why, by=by, at=at, tells_agent=tells_agent)


@transaction.atomic
def replace_gig(*, gig: Gig, why: str, by: User | None, at: datetime) -> Gig:
    """End a gig and open its place again, with what it would have earned.

    What it did earn, or can earn from work under review, is committed once more.
    """
    why = required_reason(why)
    check_not_own(gig.agent, by=by)
    gig, project = lock_gig(gig)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=gig.opportunity_id)
    if not opportunity.takes_agents or at >= opportunity.decide_by:
        raise NoReplacement
    needed = needed_to_replace(gig, at=at)
    if needed > project.free_paise:
        raise BudgetTooSmall(
            f"A replacement needs {money.rupees(needed)} more, but the project has "
            f"{money.rupees(project.free_paise)} left."
        )
    end_locked(gig, to=Gig.State.REPLACED, why=why, by=by, at=at)
    reopen(opportunity, why=why, by=by, at=at)
    return gig


def needed_to_replace(gig: Gig, *, at: datetime, is_by_client: bool = True) -> int:
    """What a replacement commits anew: what the gig has earned, or can earn from its work."""
    return gig.full_pay_paise - endings.end_of(gig, now=at, is_by_client=is_by_client).free_paise


def reopen(opportunity: Opportunity, *, why: str, by: User | None, at: datetime) -> None:
    """Open a filled opportunity after one of its places became free."""
    if opportunity.state == Opportunity.State.FILLED:
        transition(opportunity, to=Opportunity.State.OPEN, by=by, at=at, why=why)


@transaction.atomic
def cancel_opportunity(
    *, opportunity: Opportunity, why: str, by: User | None, at: datetime
) -> Opportunity:
    """Call off an opportunity with all its gigs. Applicants and agents are told."""
    why = required_reason(why)
    agents = sorted(opportunity.gigs.values_list("agent", flat=True))
    for agent in agents:
        locks.lock_agent(agent)
    opportunity_services.lock_project_of(opportunity)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    was_open = opportunity.takes_agents
    gigs = [gig for gig in opportunity.gigs.select_related("agent__user") if not gig.has_ended]
    for gig in gigs:
        check_not_own(gig.agent, by=by)
        if gig.agent_id not in agents:
            raise InvalidTransition
    transition(opportunity, to=Opportunity.State.CANCELLED, by=by, at=at, why=why)
    audit.record_event(by=by, action="opportunity.cancelled", on=opportunity, at=at)
    opportunity_services.expire_pending(opportunity, CALLED_OFF, by=by, at=at)
    if was_open:
        signals.opportunity_closed.send(sender=Opportunity, opportunity=opportunity, at=at)
    for gig in gigs:
        end_locked(gig, to=Gig.State.CANCELLED, why=why, by=by, at=at)
    return opportunity


@transaction.atomic
def settle_ended(*, gig: Gig, at: datetime) -> None:
    """Free what an ended gig can no longer earn, after work of it was rejected."""
    gig, _ = lock_gig(gig)
    # Not less, when rejected work is reviewed again.
    unearned = max(gig_queries.unearned_paise(gig), gig.unearned_paise)
    Gig.objects.filter(pk=gig.pk).update(unearned_paise=unearned, updated_at=at)
    signals.gig_ended.send(sender=Gig, gig=gig, at=at)


def end_locked(
    gig: Gig,
    *,
    to: str,
    why: str,
    by: User | None,
    at: datetime,
    tells_agent: bool = True,
    counts_late: bool = False,
) -> Gig:
    """End a locked gig; `counts_late` if its agent gave it up."""
    if gig.has_ended:
        raise InvalidTransition
    if by is None or by.pk == gig.agent.user_id:
        shift_services.end_for_client(gig=gig, at=at, why=why)
        shifts = claims.release_of_ended_gig(
            gig=gig, by=by, at=at, why=why, counts_late=counts_late, tells_agent=tells_agent
        )
    else:
        shifts = late_cancellation.cancel_claims_of(gig, why=why, by=by, at=at)
        shift_services.end_for_client(gig=gig, at=at, why=why)
    bonuses.pay_bonuses_of(gig, at=at)
    hours = _submit_last_hours(gig, by=by, at=at)
    unearned = gig_queries.unearned_paise(gig)
    transition(gig, to=to, by=by, at=at, why=why, completed_at=at, unearned_paise=unearned)
    signals.gig_ended.send(sender=Gig, gig=gig, at=at)
    _record(gig, "gig.replaced" if to == Gig.State.REPLACED else "gig.ended", by=by, at=at)
    if tells_agent:
        notifications.gig_ended(gig=gig, why=why, shifts=shifts, has_hours=hours, at=at)
    return gig


def _submit_last_hours(gig: Gig, *, by: User | None, at: datetime) -> bool:
    """Hand in what was worked and not submitted, so that the client decides on it."""
    if not gig.is_hourly or not shift_queries.unpaid_paise(gig):
        return False
    submit_hours(gig, gig.sessions.unpaid(), summary=LAST_HOURS, by=by, at=at)
    return True


def submit_hours(
    gig: Gig, sessions: QuerySet[WorkSession], *, summary: str, by: User | None, at: datetime
) -> Work:
    """Submit sessions of a locked gig as work without files; the client can review it now."""
    work = gig.works.create(
        pay_kind=gig.pay_kind, summary=summary, submitted_at=at, reviewable_at=at
    )
    work.events.create(became=Work.State.PENDING, by=by, at=at)
    work.add_version(by)
    sessions.update(work=work, updated_at=at)
    return work


def lock_gig(gig: Gig) -> tuple[Gig, Project]:
    """Lock the agent, the project, whose promises change, and the gig."""
    lock_agent_of(gig)
    project = opportunity_services.lock_project_of(gig.opportunity)
    rows = Gig.objects.select_related("agent__user", "client", "opportunity")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=gig.pk), project


def required_reason(why: str, message: str = "Enter a reason. The agent will see it.") -> str:
    """The reason without spaces around it; refused if empty."""
    if not why.strip():
        raise ReasonRequired(message, code="reason_missing", field="reason")
    return why.strip()


def _record(gig: Gig, action: str, *, by: User | None, at: datetime) -> None:
    audit.record_event(by=by, action=action, on=gig, at=at, new={"client": gig.client.name})
