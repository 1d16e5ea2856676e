"""What happens to a payout and its payments: started, completed, failed, returned, cancelled.

Called with the payout's row locked, by people's services and by what the provider answers. Each
change moves payout, payments and ledger together, and tells the agent.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import transition
from payments import notifications
from payments.ledger import services as ledger
from payments.models import Payment, Payout, PayoutAttempt, PayoutDecision, PayoutItem, Rail
from payments.models.payouts import UNDERWAY
from payments.payouts.refusals import UtrUsed
from payments.signals import payout_settled

State = Payout.State


def start(
    payout: Payout, *, rail: str, by: User | None, at: datetime, **facts: Any
) -> PayoutAttempt:
    """Commit to a transfer: its key is stored and the money is in transit before it is sent."""
    is_sent_by_us = rail == Rail.RAZORPAYX
    became = State.SENDING if is_sent_by_us else State.PROCESSING
    transition(payout, to=became, by=by, at=at, rail=rail, started_by=by, started_at=at, **facts)
    attempt = PayoutAttempt.objects.create(
        payout=payout, rail=rail, by=by, at=at, next_try_at=at if is_sent_by_us else None
    )
    ledger.post_transfer_started(attempt, agent=payout.agent, at=at)
    _move_payments(payout, by, at)
    new = {"amount_paise": payout.amount_paise, "account": payout.masked, "key": str(attempt.key)}
    audit.record_event(by=by, action="payout.started", on=payout, at=at, new=new)
    return attempt


def complete(payout: Payout, *, utr: str, by: User | None, at: datetime) -> None:
    """The money arrived. The UTR may come later from the provider, never from a person."""
    attempt = payout.attempts.get(ended_at=None)
    if utr and Payout.objects.filter(utr=utr).exclude(pk=payout.pk).exists():
        raise UtrUsed
    try:
        with transaction.atomic():
            transition(
                payout, to=State.COMPLETED, by=by, at=at,
                utr=utr, settled_by=by, settled_at=at, attention="",
            )  # fmt: skip
    except IntegrityError as fault:
        raise UtrUsed from fault
    ledger.post_transfer_settled(attempt, at=at)
    payout.attempts.filter(pk=attempt.pk).update(ended_at=at)
    _move_payments(payout, by, at)
    _close_decisions(payout, at)
    audit.record_event(by=by, action="payout.settled", on=payout, at=at, new={"utr": utr})
    if utr:
        tell_paid(payout, at)
    payout_settled.send(sender=Payout, payout=payout)


def set_off(payout: Payout, *, by: User | None, at: datetime) -> None:
    """Complete a payout of nothing: its payments are paid by each other."""
    transition(payout, to=State.PROCESSING, by=by, at=at, started_at=at)
    transition(payout, to=State.COMPLETED, by=by, at=at, settled_at=at)
    _move_payments(payout, by, at)
    audit.record_event(by=by, action="payout.set_off", on=payout, at=at)


def add_utr(payout: Payout, *, utr: str, at: datetime) -> None:
    """The provider told the UTR of a completed transfer later."""
    if Payout.objects.filter(utr=utr).exclude(pk=payout.pk).exists():
        raise UtrUsed
    Payout.objects.filter(pk=payout.pk, utr="").update(utr=utr, updated_at=at)
    payout.utr = utr
    audit.record_event(by=None, action="payout.utr_added", on=payout, at=at, new={"utr": utr})
    tell_paid(payout, at)


def tell_paid(payout: Payout, at: datetime) -> None:
    """Tell the agent that the money arrived."""
    notifications.notify_agent_of_payout(
        payout, "payments/paid", at=at, utr=payout.utr, account=payout.masked
    )


def fail(payout: Payout, *, reason: str, by: User | None, at: datetime, to: str = "") -> None:
    """The transfer was not made, or came back before it was completed."""
    attempt = payout.attempts.get(ended_at=None)
    became = to or State.FAILED
    transition(payout, to=became, by=by, at=at, why=reason, failure=reason, attention="")
    ledger.reverse_transfer_started(attempt, at=at)
    payout.attempts.filter(pk=attempt.pk).update(ended_at=at)
    _release(payout, by, at, reason)
    audit.record_event(by=by, action="payout.failed", on=payout, at=at, new={"reason": reason})
    notifications.notify_agent_of_payout(
        payout, "payments/failed", at=at, reason=reason, account=payout.masked
    )


def take_back(payout: Payout, *, reason: str, by: User | None, at: datetime) -> None:
    """The bank returned a completed transfer: the agent is owed the money again."""
    attempt = payout.attempts.latest("at")
    transition(payout, to=State.REVERSED, by=by, at=at, why=reason, failure=reason, attention="")
    ledger.post_transfer_returned(attempt, agent=payout.agent, at=at)
    _release(payout, by, at, reason)
    audit.record_event(by=by, action="payout.returned", on=payout, at=at, new={"reason": reason})
    notifications.notify_agent_of_payout(
        payout, "payments/returned", at=at, reason=reason, account=payout.masked
    )


def cancel(payout: Payout, *, reason: str, by: User | None, at: datetime) -> None:
    """The payout will not be sent; its payments wait for another one."""
    transition(payout, to=State.CANCELLED, by=by, at=at, why=reason, failure=reason)
    payout.items.filter(released_at=None).update(released_at=at, updated_at=at)
    audit.record_event(by=by, action="payout.cancelled", on=payout, at=at, new={"reason": reason})


def mark_unknown(payout: Payout, *, at: datetime) -> None:
    """Nobody knows yet whether the transfer was made."""
    transition(payout, to=State.UNKNOWN, by=None, at=at)
    audit.record_event(by=None, action="payout.unknown", on=payout, at=at)


def require_attention(payout: Payout, why: str, *, at: datetime) -> None:
    """Ask people to look at a payout, once for each reason."""
    if payout.attention == why:
        return
    Payout.objects.filter(pk=payout.pk).update(attention=why, updated_at=at)
    payout.attention = why
    audit.record_event(by=None, action="payout.attention", on=payout, at=at, new={"why": why})


def _release(payout: Payout, by: User | None, at: datetime, reason: str) -> None:
    payout.items.filter(released_at=None).update(released_at=at, updated_at=at)
    _move_payments(payout, by, at, why=reason)
    _close_decisions(payout, at)


def _close_decisions(payout: Payout, at: datetime) -> None:
    """The state changed, so what was proposed about the old one is void."""
    payout.decisions.filter(outcome="").update(
        outcome=PayoutDecision.Outcome.OVERTAKEN, decided_at=at, updated_at=at
    )


def _move_payments(payout: Payout, by: User | None, at: datetime, *, why: str = "") -> None:
    """Let the state of each payment follow from the items that carry it."""
    rows = Payment.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    for payment in rows.filter(items__payout=payout):
        wanted = _state_of(payment, has_failed=bool(why))
        for step in _path(payment.state, wanted):
            paid_at = at if step == Payment.State.COMPLETED else None
            transition(payment, to=step, by=by, at=at, why=why, paid_at=paid_at)


def _state_of(payment: Payment, *, has_failed: bool) -> str:
    live = PayoutItem.objects.filter(payment=payment, released_at=None)
    if live.filter(payout__state__in=UNDERWAY).exists():
        return Payment.State.PROCESSING
    arrived = live.filter(payout__state=State.COMPLETED)
    if arrived.aggregate(paise=Sum("amount_paise", default=0))["paise"] == payment.net_paise:
        return Payment.State.COMPLETED
    return Payment.State.FAILED if has_failed else Payment.State.PENDING


def _path(was: str, wanted: str) -> list[str]:
    """The states through which a payment goes."""
    if was == wanted or (was == Payment.State.FAILED and wanted == Payment.State.PENDING):
        return []
    if Payment.machine.allows(was, wanted):
        return [wanted]
    between = next(
        state
        for state in Payment.State.values
        if Payment.machine.allows(was, state) and Payment.machine.allows(state, wanted)
    )
    return [between, wanted]
