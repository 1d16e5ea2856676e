"""Payouts: create, start by hand (maker), settle with a UTR (checker), create anew; holds.

What is said about a transfer needs two people: see `decisions.py`. Transfers by the payout
provider are in `batches.py` and `sending.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agent, User
from accounts.security import audit, locks
from gigs.models import Dispute, Work
from hitouch.core import sweeps
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.payout_provider.base import PayoutTarget, TransferOrder
from hitouch.core.payout_provider.manual import ManualTransfer
from onboarding.payees import queries as payees_queries
from onboarding.payees.queries import Payee
from payments import utr
from payments.models import Payment, PaymentHold, Payout, PayoutItem, Rail
from payments.models.payouts import ENDED
from payments.payouts import outcomes, queries, switch
from payments.payouts.refusals import (
    AccountChanged,
    BadUtr,
    HoldTooLarge,
    InBatch,
    NoBankAccount,
    NotByHand,
    NothingPayable,
    NotYourTransfer,
    OwnTransfer,
    PaymentOnHold,
)

NEXT_STEP = "Make this bank transfer now. Then ask someone else in finance to record the UTR."
HELD = "A payment in it was put on hold."
NOTHING_LEFT = "A correction left nothing to pay."
RELEASED = "A part of a payment in it is no longer on hold."


@dataclass(frozen=True)
class TransferInstruction:
    """The transfer to make, and what to do next."""

    order: TransferOrder
    sentence: str


@transaction.atomic
def create_payout(*, payment: Payment, at: datetime, by: User | None = None) -> Payout | None:
    """Let a payout carry the payment, or return the one that does; None if it has to wait.

    The agent's other payments that wait are carried with it.
    """
    agent = locks.lock_agent_row(payment.agent)
    payouts = Payout.objects.filter(items__payment=payment).order_by("-created_at")
    live = payouts.exclude(state__in=ENDED).first()
    return live or _carry_with_waiting(agent, payment, by, at)


def carry_opened(*, payment: Payment, at: datetime) -> Payout | None:
    """The same for a payment that was just created. The agent is locked."""
    return _carry_with_waiting(payment.agent, payment, None, at)


def _carry_with_waiting(
    agent: Agent, payment: Payment, by: User | None, at: datetime
) -> Payout | None:
    payee = payees_queries.payee_of(agent, at)
    if payee is None:
        return None
    waiting = Payment.objects.filter(agent=agent, state=Payment.State.PENDING)
    return _carry(agent, payee, {payment, *waiting}, by, at)


def _carry(
    agent: Agent, payee: Payee, payments: Iterable[Payment], by: User | None, at: datetime
) -> Payout | None:
    """Add payments to the agent's payout that is ready, or create one. The agent is locked."""
    ready, carried_already = _lock_ready(agent)
    amounts = queries.payable_of(payments)
    if ready and not carried_already.isdisjoint(payment.pk for payment in amounts):
        # The rest of a payment of which a part was on hold. A payout has one item of each.
        outcomes.cancel(ready, reason=RELEASED, by=by, at=at)
        payments = {*payments, *ready.payments.all()}
        ready, amounts = None, queries.payable_of(payments)
    total = sum(amounts.values()) + (ready.amount_paise if ready else 0)
    if not amounts:
        return None
    if total <= 0:
        carried = list(ready.payments.all()) if ready else []
        if ready:
            outcomes.cancel(ready, reason=NOTHING_LEFT, by=by, at=at)
        if total == 0:
            _set_off(agent, payee, {*payments, *carried}, by, at)
        return None
    payout = ready or Payout.objects.create(
        agent=agent, amount_paise=total, **account_fields(payee)
    )
    if ready:
        Payout.objects.filter(pk=ready.pk).update(amount_paise=total, updated_at=at)
        ready.amount_paise = total
    _add_items(payout, amounts, by, at)
    return payout


def _lock_ready(agent: Agent) -> tuple[Payout | None, set[UUID]]:
    """The agent's payout that is ready, and the keys of the payments that it carries."""
    items = PayoutItem.objects.filter(payout=OuterRef("pk"), released_at=None)
    rows = Payout.objects.select_for_update().filter(agent=agent, batch=None).ready()
    ready = rows.annotate(carried_ids=ArraySubquery(items.values("payment"))).first()
    return ready, set(getattr(ready, "carried_ids", ()))


def _add_items(payout: Payout, amounts: dict[Payment, int], by: User | None, at: datetime) -> None:
    for payment, paise in sorted(amounts.items(), key=lambda pair: pair[0].pk):
        PayoutItem.objects.create(payout=payout, payment=payment, amount_paise=paise)
        if payment.state == Payment.State.FAILED:
            transition(payment, to=Payment.State.PENDING, by=by, at=at, why="Retried")


def _set_off(
    agent: Agent, payee: Payee, payments: Iterable[Payment], by: User | None, at: datetime
) -> None:
    """Complete payments and corrections that come to nothing together, without a transfer."""
    amounts = queries.payable_of(payments)
    facts = {"rail": Rail.SET_OFF, **account_fields(payee)}
    payout = Payout.objects.create(agent=agent, amount_paise=0, **facts)
    _add_items(payout, amounts, by, at)
    outcomes.set_off(payout, by=by, at=at)


def account_fields(payee: Payee) -> dict[str, object]:
    """The columns of a payout that say where it goes."""
    return {
        "bank_account_id": UUID(payee.bank_account_id),
        "holder_name": payee.holder_name,
        "ifsc": payee.ifsc,
        "last_four": payee.last_four,
    }


def lock_payout(payout: Payout) -> Payout:
    """Read the payout again, with its row locked."""
    rows = Payout.objects.select_for_update(of=("self",))
    return rows.select_related("agent__user", "batch").get(pk=payout.pk)


@transaction.atomic
def start_payout(*, payout: Payout, by: User, at: datetime) -> Payout:
    """Start a transfer by hand: book it and store its key before money moves."""
    switch.require_on()
    payout = lock_payout(payout)
    if payout.batch_id:
        raise InBatch
    payee = payees_queries.payee_of(payout.agent, at)
    if payee is None:
        raise NoBankAccount
    if queries.has_hold(payout):
        raise PaymentOnHold
    if payout.state != Payout.State.READY:
        raise InvalidTransition
    outcomes.start(payout, rail=Rail.MANUAL, by=by, at=at, **account_fields(payee))
    return payout


@transaction.atomic
def show_transfer_instruction(*, payout: Payout, by: User, at: datetime) -> TransferInstruction:
    """Show the full transfer order to the person who started it. Each access is audited."""
    payout = lock_payout(payout)
    attempt = payout.attempts.filter(ended_at=None, rail=Rail.MANUAL).first()
    if payout.state != Payout.State.PROCESSING or attempt is None:
        raise InvalidTransition
    if payout.started_by_id != by.pk:
        raise NotYourTransfer
    payee = payees_queries.payee_of(payout.agent, at)
    if payee is None or payee.bank_account_id != str(payout.bank_account_id):
        raise AccountChanged
    audit.record_event(
        by=by, action="payout.account_shown", on=payout, at=at, new={"account": payout.masked}
    )
    order = TransferOrder(attempt.key, payout.amount_paise, target_of(payout.agent, payee))
    ManualTransfer().begin_transfer(order)
    return TransferInstruction(order, NEXT_STEP)


def target_of(agent: Agent, payee: Payee) -> PayoutTarget:
    """The account as the payout provider needs it."""
    return PayoutTarget(
        person=agent.pk.hex,
        holder_name=payee.holder_name,
        ifsc=payee.ifsc,
        account_number=payee.account_number,
        vpa=payee.vpa,
    )


@transaction.atomic
def settle_payout(*, payout: Payout, utr_number: str, by: User, at: datetime) -> Payout:
    """Record the UTR of a transfer by hand, which completes it; by another than its maker."""
    payout, number = lock_payout(payout), utr.normalise_utr(utr_number)
    if payout.started_by_id == by.pk:
        raise OwnTransfer
    if number is None:
        raise BadUtr
    if payout.state == Payout.State.PROCESSING and payout.rail != Rail.MANUAL:
        raise NotByHand
    if payout.state != Payout.State.PROCESSING:
        raise InvalidTransition
    outcomes.complete(payout, utr=number, by=by, at=at)
    return payout


@transaction.atomic
def retry_payout(*, payout: Payout, by: User, at: datetime) -> Payout:
    """Carry the payments of a payout that ended to the agent's current bank account."""
    agent = locks.lock_agent_row(payout.agent)
    payout = lock_payout(payout)
    payments = list(payout.payments.prefetch_related("payouts"))
    is_carried = any(queries.live_payout_of(payment) for payment in payments)
    if payout.state not in (Payout.State.FAILED, Payout.State.REVERSED) or is_carried:
        raise InvalidTransition
    payee = payees_queries.payee_of(agent, at)
    if payee is None:
        raise NoBankAccount
    new_payout = _carry(agent, payee, payments, by, at)
    if new_payout is None:
        raise NothingPayable
    audit.record_event(
        by=by, action="payout.retried", on=new_payout, at=at, old={"payout": str(payout.pk)}
    )
    return new_payout


def create_waiting_payouts(*, now: datetime) -> int:
    """Let payouts carry payments that waited; returns how many payouts have new payments."""
    return sweeps.run(AGENTS_WITH_WAITING_PAYMENTS, now=now).done


def _agents_with_waiting_payments(now: datetime) -> QuerySet[Agent]:
    waiting = queries.payments_without_payout().order_by().filter(agent=OuterRef("pk"))
    return Agent.objects.filter(Exists(waiting))


def _carry_waiting(agent: Agent, now: datetime) -> bool:
    payee = payees_queries.payee_of(agent, now)
    if payee is None:
        return False
    waiting = queries.payments_without_payout().filter(agent=agent).prefetch_related("payouts")
    ready = [payment for payment in waiting if _may_be_sent_to(payment, payee)]
    if not ready:
        return False
    with transaction.atomic():
        locks.lock_agent_row(agent)
        return _carry(agent, payee, ready, None, now) is not None


AGENTS_WITH_WAITING_PAYMENTS = sweeps.Sweep(
    name="payments.waiting_payments",
    due=_agents_with_waiting_payments,
    act=_carry_waiting,
)


def _may_be_sent_to(payment: Payment, payee: Payee) -> bool:
    """Whether no transfer of this payment to that account failed."""
    ended = (Payout.State.FAILED, Payout.State.REVERSED)
    failed = {str(row.bank_account_id) for row in payment.payouts.all() if row.state in ended}
    return payment.state == Payment.State.PENDING or payee.bank_account_id not in failed


@transaction.atomic
def hold_payment(
    *, payment: Payment, cause: str, note: str, at: datetime,
    amount_paise: int | None = None, by: User | None = None,
) -> PaymentHold:  # fmt: skip
    """Put a payment, or a part of it, on hold. A payout that was not sent yet goes without it."""
    agent = locks.lock_agent_row(payment.agent)
    ready = Payout.objects.select_for_update().filter(agent=agent, batch=None).ready()
    payouts = list(ready.filter(pk__in=payment.items.filter(released_at=None).values("payout")))
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if amount_paise is not None and not 0 < amount_paise <= payment.net_paise:
        raise HoldTooLarge
    hold = PaymentHold.objects.create(
        payment=payment, amount_paise=amount_paise, cause=cause, note=note,
        placed_by=by, placed_at=at,
    )  # fmt: skip
    new = {"cause": cause, "amount_paise": amount_paise, "note": note}
    audit.record_event(by=by, action="payment.held", on=payment, at=at, new=new)
    for payout in payouts:
        outcomes.cancel(payout, reason=HELD, by=by, at=at)
        if payee := payees_queries.payee_of(agent, at):
            _carry(agent, payee, list(payout.payments.all()), by, at)
    return hold


def hold_for_correction(*, payment: Payment, by: User, at: datetime) -> None:
    """Keep a payment out of payouts while its correction is being decided, unless it was sent."""
    if payment.state in (Payment.State.PENDING, Payment.State.FAILED) and payment.net_paise > 0:
        hold_payment(payment=payment, cause=PaymentHold.Cause.CORRECTION, note="", by=by, at=at)


def release_after_correction(*, payment: Payment, by: User, at: datetime) -> None:
    """Release what was on hold for a correction that was decided."""
    cause = PaymentHold.Cause.CORRECTION
    for hold in payment.holds.filter(cause=cause, released_at=None).select_related("payment"):
        release_hold(hold=hold, by=by, at=at)


def hold_for_dispute(*, dispute: Dispute, by: User, at: datetime) -> None:
    """Keep the amount in dispute out of payouts, unless it was sent; all if none is named."""
    works = Work.objects.none()
    if dispute.work_id:
        works = Work.objects.filter(pk=dispute.work_id)
    elif dispute.claim_id:
        works = Work.objects.filter(sessions__claim=dispute.claim_id).distinct()
    unsent = Payment.objects.awaiting_payout().filter(work__in=works, net_paise__gt=0)
    for payment in unsent.select_related("agent").order_by("pk"):
        asked = dispute.asked_paise
        amount = asked if asked and asked < payment.net_paise else None
        hold_payment(
            payment=payment, cause=PaymentHold.Cause.DISPUTE, note=_note_of(dispute),
            amount_paise=amount, by=by, at=at,
        )  # fmt: skip


def release_after_dispute(*, dispute: Dispute, by: User | None, at: datetime) -> None:
    """Release what was on hold for a dispute that has ended."""
    cause = PaymentHold.Cause.DISPUTE
    holds = PaymentHold.objects.filter(cause=cause, note=_note_of(dispute), released_at=None)
    for hold in holds.filter(payment__gig=dispute.gig_id).select_related("payment"):
        release_hold(hold=hold, by=by, at=at)


def _note_of(dispute: Dispute) -> str:
    return f"Dispute {dispute.reference}."


@transaction.atomic
def release_hold(*, hold: PaymentHold, at: datetime, by: User | None = None) -> None:
    """Release a hold; the next sweep lets a payout carry the amount."""
    released = PaymentHold.objects.filter(pk=hold.pk, released_at=None)
    if not released.update(released_at=at, released_by=by, updated_at=at):
        raise InvalidTransition
    new = {"cause": hold.cause, "amount_paise": hold.amount_paise}
    audit.record_event(by=by, action="payment.released", on=hold.payment, at=at, new=new)
