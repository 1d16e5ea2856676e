"""What people say about a transfer: one proposes it, another confirms or declines it.

A person who could say alone that a transfer failed could send it twice.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from payments import utr
from payments.models import Payout, PayoutDecision, Rail
from payments.payouts import outcomes, services
from payments.payouts.refusals import (
    BadUtr,
    DecisionClosed,
    DecisionOpen,
    OwnDecision,
    StillAsking,
    UtrUsed,
    VerbNotPossible,
)

State, Verb, Outcome = Payout.State, PayoutDecision.Verb, PayoutDecision.Outcome
#: How long the provider is asked before people may say what happened.
ASKING = timedelta(hours=1)


def verbs_for(payout: Payout) -> list[str]:
    """What can be proposed about a payout in its state."""
    if payout.state == State.COMPLETED and payout.rail != Rail.SET_OFF:
        return [Verb.REVERSE]
    if payout.state == State.UNKNOWN:
        return [Verb.FAIL, Verb.RESEND, Verb.SETTLE]
    if payout.state == State.PROCESSING and payout.rail == Rail.NEFT_FILE:
        return [Verb.FAIL, Verb.RESEND, Verb.SETTLE]
    if payout.state == State.PROCESSING and payout.rail == Rail.MANUAL:
        return [Verb.FAIL, Verb.RESEND]
    return []


@transaction.atomic
def propose_decision(
    *, payout: Payout, verb: str, reason: str, by: User, at: datetime, utr_number: str = ""
) -> PayoutDecision:
    """Say what happened to a transfer. Nothing changes until a second person confirms."""
    payout = services.lock_payout(payout)
    number = utr.normalise_utr(utr_number) if verb == Verb.SETTLE else ""
    _require_possible(payout, verb, at)
    if number is None:
        raise BadUtr
    if number and Payout.objects.filter(utr=number).exclude(pk=payout.pk).exists():
        raise UtrUsed
    if payout.decisions.filter(outcome="").exists():
        raise DecisionOpen
    decision = PayoutDecision.objects.create(
        payout=payout, verb=verb, reason=reason, utr=number, proposed_by=by, proposed_at=at
    )
    new = {"verb": verb, "reason": reason, "utr": number}
    audit.record_event(by=by, action="payout.decision_proposed", on=payout, at=at, new=new)
    return decision


def _require_possible(payout: Payout, verb: str, at: datetime) -> None:
    if verb not in verbs_for(payout):
        raise VerbNotPossible
    if payout.state == State.UNKNOWN:
        sent = payout.attempts.open().get().sent_at
        if sent is None or at < sent + ASKING:
            raise StillAsking


def _lock_decision(decision: PayoutDecision, by: User) -> tuple[PayoutDecision, Payout]:
    # The agent first, as everywhere: a new payout may be created.
    locks.lock_agent_row(decision.payout.agent)
    payout = services.lock_payout(decision.payout)
    decision = PayoutDecision.objects.select_for_update().get(pk=decision.pk)
    if decision.outcome:
        raise DecisionClosed
    if decision.proposed_by_id == by.pk:
        raise OwnDecision
    return decision, payout


@transaction.atomic
def accept_decision(*, decision: PayoutDecision, by: User, at: datetime) -> Payout:
    """Confirm what a colleague proposed, and do it. Returns the payout, or the new one."""
    decision, payout = _lock_decision(decision, by)
    _require_possible(payout, decision.verb, at)
    _close(decision, Outcome.ACCEPTED, by, at)
    if decision.verb == Verb.SETTLE:
        outcomes.complete(payout, utr=decision.utr, by=_settler(payout, decision, by), at=at)
        return payout
    if decision.verb == Verb.REVERSE:
        outcomes.take_back(payout, reason=decision.reason, by=by, at=at)
        return payout
    outcomes.fail(payout, reason=decision.reason, by=by, at=at)
    if decision.verb == Verb.RESEND:
        return services.retry_payout(payout=payout, by=by, at=at)
    return payout


def _settler(payout: Payout, decision: PayoutDecision, by: User) -> User:
    """The one of the two who did not start the transfer."""
    return decision.proposed_by if payout.started_by_id == by.pk else by


@transaction.atomic
def decline_decision(*, decision: PayoutDecision, by: User, at: datetime) -> PayoutDecision:
    """Decline what a colleague proposed; the payout stays as it is."""
    decision, payout = _lock_decision(decision, by)
    _close(decision, Outcome.DECLINED, by, at)
    new = {"verb": decision.verb}
    audit.record_event(by=by, action="payout.decision_declined", on=payout, at=at, new=new)
    return decision


def _close(decision: PayoutDecision, outcome: str, by: User, at: datetime) -> None:
    PayoutDecision.objects.filter(pk=decision.pk).update(
        outcome=outcome, decided_by=by, decided_at=at, updated_at=at
    )
    decision.outcome, decision.decided_by, decision.decided_at = outcome, by, at
