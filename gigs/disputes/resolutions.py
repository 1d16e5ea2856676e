"""What ends a dispute, and what is done by it: by agreement, by sealed amounts, or by staff."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs import signals
from gigs.disputes import evidence, notices
from gigs.disputes.parties import check_impartial
from gigs.disputes.refusals import DisputeClosed
from gigs.engagements import services as gig_services
from gigs.models import Claim, Dispute, DisputeResolution, Rating, RefusedPart, Work
from gigs.models.disputes import ResolutionAction as Action
from gigs.models.disputes import ResolutionOrigin as Origin
from gigs.ratings import services as rating_services
from gigs.work import queries as work_queries
from gigs.work import refused_parts
from hitouch.core import money
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal

State = Dispute.State
AGREED = "The other side agreed to what was asked."
RESOLUTION = "RESOLUTION"


class NotEscalated(Refusal):
    """Staff decide once a dispute was passed to them."""

    code = "not_escalated"
    message = "The parties still negotiate. Take the dispute over first."


class ResolutionDoesNotFit(Refusal):
    """What is disputed does not allow this."""

    code = "resolution_does_not_fit"
    status = 422
    field = "action"


class AmountDoesNotFit(Refusal):
    """The amount is missing, or more than there can be."""

    code = "amount_does_not_fit"
    status = 422
    field = "amount_paise"


class ResolutionPending(Refusal):
    """A decision waits for a second person."""

    code = "resolution_pending"
    message = "A decision on this dispute waits to be confirmed by a second person."


class OwnResolution(Refusal):
    """The second person must be another one."""

    code = "own_resolution"
    status = 403
    message = "You proposed this decision, so another person has to confirm it."


class WorkWasReplaced(Refusal):
    """The rejected work cannot be reviewed again."""

    code = "work_was_replaced"
    message = "Other work was submitted instead, or its hours can be submitted again."


def settle_as_asked(dispute: Dispute, *, by: User, at: datetime) -> None:
    """Do what the side that opened a locked dispute asks for."""
    action, amount = _asked(dispute)
    _settle(dispute, Origin.ACCEPTED, action, amount, AGREED, by=by, at=at)


def _asked(dispute: Dispute) -> tuple[Action, int]:
    asked = dispute.asked_paise or 0
    is_missed = dispute.claim is not None and dispute.claim.state == Claim.State.NO_SHOW
    if dispute.side == Dispute.Side.CLIENT:
        return (Action.REDUCE_PAY, asked) if asked else (Action.NOTHING, 0)
    if is_missed:
        return Action.EXCUSE_SHIFT, asked
    if asked:
        return Action.PAY, asked
    is_rejected = dispute.work is not None and dispute.work.state == Work.State.REJECTED
    return (Action.REOPEN_WORK, 0) if is_rejected else (Action.NOTHING, 0)


def settle_for(dispute: Dispute, *, agent_gets_paise: int, reason: str, at: datetime) -> None:
    """Split the amount in a locked dispute: the agent gets or keeps so much of it."""
    if dispute.is_about_pay_taken_off:
        action, amount = Action.REDUCE_PAY, (dispute.asked_paise or 0) - agent_gets_paise
    else:
        action, amount = Action.PAY, agent_gets_paise
    if not amount:
        action = Action.NOTHING
    _settle(dispute, Origin.BIDS, action, amount, reason, by=None, at=at)


def _settle(
    dispute: Dispute,
    origin: Origin,
    action: Action,
    amount_paise: int,
    reason: str,
    *,
    by: User | None,
    at: datetime,
) -> None:
    for waiting in dispute.resolutions.filter(state=DisputeResolution.State.PROPOSED):
        _end(waiting, to=DisputeResolution.State.REJECTED, why="The parties agreed.", by=by, at=at)
    check_fits(dispute, action, amount_paise)
    resolution = _create(dispute, origin, action, amount_paise, reason, by=by, at=at)
    _carry_out(dispute, resolution, by=by, at=at)


@transaction.atomic
def decide(
    *,
    dispute: Dispute,
    action: str,
    reason: str,
    by: User,
    at: datetime,
    amount_paise: int = 0,
    rating: Rating | None = None,
) -> DisputeResolution:
    """Decide an escalated dispute. Above a limit a second person has to confirm. For staff."""
    if not reason.strip():
        raise ReasonRequired(
            "Enter the reason. Both sides read it.", code="reason_missing", field="reason"
        )
    dispute = _lock(dispute)
    check_impartial(dispute, by=by)
    if not dispute.is_live:
        raise DisputeClosed
    if not dispute.is_escalated:
        raise NotEscalated
    if dispute.resolutions.filter(state=DisputeResolution.State.PROPOSED).exists():
        raise ResolutionPending
    check_fits(dispute, action, amount_paise, rating)
    resolution = _create(
        dispute, Origin.STAFF, Action(action), amount_paise, reason.strip(), by=by, at=at,
        rating=rating,
    )  # fmt: skip
    if not resolution.needs_second:
        _carry_out(dispute, resolution, by=by, at=at)
    return resolution


@transaction.atomic
def confirm(*, resolution: DisputeResolution, by: User, at: datetime) -> DisputeResolution:
    """Confirm and carry out a decision that another person proposed. For staff."""
    dispute = _lock(resolution.dispute)
    resolution = _lock_proposed(resolution)
    check_impartial(dispute, by=by)
    if resolution.proposed_by_id == by.pk:
        raise OwnResolution
    check_fits(dispute, resolution.action, resolution.amount_paise, resolution.rating)
    _carry_out(dispute, resolution, by=by, at=at)
    return resolution


@transaction.atomic
def reject(
    *, resolution: DisputeResolution, reason: str, by: User, at: datetime
) -> DisputeResolution:
    """Reject a proposed decision, or withdraw one's own. For staff."""
    if not reason.strip():
        raise ReasonRequired("Enter the reason.", code="reason_missing", field="reason")
    dispute = _lock(resolution.dispute)
    check_impartial(dispute, by=by)
    resolution = _lock_proposed(resolution)
    _end(resolution, to=DisputeResolution.State.REJECTED, why=reason.strip(), by=by, at=at)
    return resolution


def check_fits(
    dispute: Dispute, action: str, amount_paise: int, rating: Rating | None = None
) -> None:
    """Refuse an action that what is disputed does not allow."""
    if (rating is not None) != (action == Action.HIDE_RATING):
        raise ResolutionDoesNotFit("Choose a rating if, and only if, one is to be hidden.")
    if action in (Action.PAY, Action.REDUCE_PAY) and amount_paise <= 0:
        raise AmountDoesNotFit("Enter an amount above zero.")
    if action not in (Action.PAY, Action.REDUCE_PAY, Action.EXCUSE_SHIFT) and amount_paise:
        raise AmountDoesNotFit("This decision has no amount. Leave it empty.")
    checks = {
        Action.PAY: _check_pay,
        Action.REDUCE_PAY: _check_reduce,
        Action.REOPEN_WORK: _check_reopen,
        Action.EXCUSE_SHIFT: _check_excuse,
    }
    if (check := checks.get(Action(action))) is not None:
        check(dispute, amount_paise)
    if rating is not None and (rating.gig_id != dispute.gig_id or not rating.is_open):
        raise ResolutionDoesNotFit("This is not an open rating of the disputed gig.")


def _check_pay(dispute: Dispute, amount_paise: int) -> None:
    if dispute.gig is None:
        raise ResolutionDoesNotFit("There is no gig from which an amount could be paid.")
    part = dispute.part
    _check_most(amount_paise, part.amount_paise if part else dispute.gig.full_pay_paise)


def _check_reduce(dispute: Dispute, amount_paise: int) -> None:
    if dispute.work is None or not dispute.work.is_approved:
        raise ResolutionDoesNotFit("There is no approved work whose pay could be reduced.")
    _check_most(amount_paise, work_queries.gross_of(dispute.work))


def _check_reopen(dispute: Dispute, amount_paise: int) -> None:
    if dispute.work is None or dispute.work.state != Work.State.REJECTED:
        raise ResolutionDoesNotFit("There is no rejected work to review again.")


def _check_excuse(dispute: Dispute, amount_paise: int) -> None:
    if dispute.claim is None or dispute.claim.state != Claim.State.NO_SHOW:
        raise ResolutionDoesNotFit("There is no missed shift to excuse.")
    if amount_paise:
        _check_pay(dispute, amount_paise)


def _check_most(amount_paise: int, most_paise: int) -> None:
    if not 0 < amount_paise <= most_paise:
        raise AmountDoesNotFit(f"Enter an amount up to {money.rupees(most_paise)}.")


def _create(
    dispute: Dispute,
    origin: Origin,
    action: Action,
    amount_paise: int,
    reason: str,
    *,
    by: User | None,
    at: datetime,
    rating: Rating | None = None,
) -> DisputeResolution:
    limit = settings.HITOUCH_DISPUTE_SECOND_CHECK_RUPEES * money.PAISE_IN_A_RUPEE
    resolution = DisputeResolution.objects.create(
        dispute=dispute, origin=origin, action=action, amount_paise=amount_paise, rating=rating,
        reason=reason, proposed_by=by, proposed_at=at,
        needs_second=origin == Origin.STAFF and amount_paise > limit,
    )  # fmt: skip
    resolution.events.create(became=DisputeResolution.State.PROPOSED, by=by, at=at)
    new = {"action": action, "amount_paise": amount_paise, "origin": origin}
    audit.record_event(by=by, action="dispute.resolution", on=dispute, at=at, new=new)
    return resolution


def _carry_out(
    dispute: Dispute, resolution: DisputeResolution, *, by: User | None, at: datetime
) -> None:
    """End a locked dispute, and do what its resolution says."""
    state = State.DECIDED if resolution.origin == Origin.STAFF else State.SETTLED
    _close(dispute, to=state, why=resolution.reason, by=by, at=at)
    _end(resolution, to=DisputeResolution.State.APPLIED, why="", by=by, at=at)
    if resolution.action == Action.REOPEN_WORK and dispute.work is not None:
        _reopen(dispute.work, why=resolution.reason, by=by, at=at)
    if resolution.action == Action.EXCUSE_SHIFT and dispute.claim is not None:
        _excuse(dispute.claim, why=resolution.reason, by=by, at=at)
    if resolution.rating is not None and by is not None:
        rating_services.hide(rating=resolution.rating, why=resolution.reason, by=by, at=at)
    if dispute.part is not None:
        _settle_part(dispute.part, resolution.paid_paise, why=resolution.reason, by=by, at=at)
    elif resolution.paid_paise and dispute.gig is not None:
        signals.amount_earned.send(
            sender=DisputeResolution, gig=dispute.gig, kind=RESOLUTION, source=resolution,
            amount_paise=resolution.paid_paise, at=at, by=by,
        )  # fmt: skip
    _announce_end(dispute, resolution, by=by, at=at)
    notices.closed(dispute=dispute, resolution=resolution, at=at)


def close_withdrawn(dispute: Dispute, *, why: str, by: User, at: datetime) -> None:
    """End a locked dispute without a resolution."""
    for waiting in dispute.resolutions.filter(state=DisputeResolution.State.PROPOSED):
        _end(waiting, to=DisputeResolution.State.REJECTED, why="Withdrawn.", by=by, at=at)
    _close(dispute, to=State.WITHDRAWN, why=why, by=by, at=at)
    if dispute.part is not None:
        _settle_part(dispute.part, 0, why=why, by=by, at=at)
    _announce_end(dispute, None, by=by, at=at)
    notices.closed(dispute=dispute, resolution=None, at=at)


def _close(dispute: Dispute, *, to: str, why: str, by: User | None, at: datetime) -> None:
    transition(dispute, to=to, by=by, at=at, why=why, due_at=None, remind_at=None, closed_at=at)
    audit.record_event(by=by, action="dispute.closed", on=dispute, at=at, new={"state": to})


def _announce_end(
    dispute: Dispute, resolution: DisputeResolution | None, *, by: User | None, at: datetime
) -> None:
    """Let what was held be paid, and free what is not needed any more."""
    signals.dispute_settled.send(
        sender=Dispute, dispute=dispute, resolution=resolution, by=by, at=at
    )
    evidence.record_pack(dispute, at=at)
    gig = dispute.gig
    if gig is not None and gig.has_ended:
        gig_services.settle_ended(gig=gig, at=at)


def _settle_part(part: RefusedPart, paise: int, *, why: str, by: User | None, at: datetime) -> None:
    """Pay this much of a refused part, which has its own money set aside; the rest is final."""
    refused_parts.settle_part(part=part, granted_paise=paise, by=by, at=at, why=why)


def _reopen(work: Work, *, why: str, by: User | None, at: datetime) -> None:
    """Let the client decide again on rejected work; silence approves it as before."""
    work = Work.objects.select_for_update(no_key=True).select_related("gig").get(pk=work.pk)
    same = work.gig.works.filter(milestone=work.milestone)
    others = same.exclude(pk=work.pk).exclude(state=Work.State.REJECTED)
    is_replaced = not work.gig.is_hourly and others.exists()
    if is_replaced or (work.gig.is_hourly and not work.sessions.exists()):
        raise WorkWasReplaced
    transition(
        work, to=Work.State.UNDER_REVIEW, by=by, at=at, why=why, round=work.round + 1,
        reviewable_at=at, decided_at=None,
    )  # fmt: skip


def _excuse(claim: Claim, *, why: str, by: User | None, at: datetime) -> None:
    locks.lock_agent(claim.agent_id)
    transition(claim, to=Claim.State.EXCUSED, by=by, at=at, why=why)


def _end(
    resolution: DisputeResolution, *, to: str, why: str, by: User | None, at: datetime
) -> None:
    transition(resolution, to=to, by=by, at=at, why=why, decided_by=by, decided_at=at)


def _lock(dispute: Dispute) -> Dispute:
    rows = Dispute.objects.select_related("agent__user", "client", "gig__opportunity", "work__gig")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=dispute.pk)


def _lock_proposed(resolution: DisputeResolution) -> DisputeResolution:
    rows = DisputeResolution.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("dispute", "rating").get(pk=resolution.pk)
    if not found.is_proposed:
        raise InvalidTransition
    return found
