"""Payouts: create, start (maker), settle with a UTR (checker), fail and retry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from hitouch.core.payout_provider.base import PayoutTarget, TransferOrder, TransferResult
from hitouch.core.payout_provider.providers import transfer_provider
from onboarding.payees import queries as payees_queries
from onboarding.payees.queries import Payee
from payments import notifications, utr
from payments.ledger import services as ledger
from payments.models import Payment, Payout, PayoutAttempt
from payments.payouts import queries
from payments.signals import payout_settled

#: What finance does next, by the state of the transfer at the payout provider.
NEXT_STEP = {
    TransferResult.MANUAL: (
        "Make this bank transfer now. Then ask someone else in finance to record the UTR."
    ),
}


class NoBankAccount(Refusal):
    """The agent has no bank account that can be paid to."""

    code = "no_bank_account"
    message = (
        "The agent has no bank account that is verified and ready to use. "
        "The payout will be created once there is one."
    )


class AccountChanged(Refusal):
    """The agent changed their bank account after the transfer was started."""

    code = "account_changed"
    message = (
        "The agent has changed their bank account. Do not make this transfer. Mark it as failed, "
        "and a new payout will be created for the new account."
    )


class NotYourTransfer(Refusal):
    """Only the person who started the payout may see the full account number."""

    code = "not_your_transfer"
    message = "Only the person who started this payout can see the full account number."
    status = 403


class OwnTransfer(Refusal):
    """The person who started a payout cannot settle it (four-eyes principle)."""

    code = "own_transfer"
    message = "You started this payout, so someone else in finance must record its UTR."


class BadUtr(Refusal):
    """The text is not a UTR."""

    code = "bad_utr"
    message = "Enter a UTR of 12 to 22 capital letters and digits, as on the bank's receipt."
    status = 422
    field = "utr"


class UtrUsed(Refusal):
    """The UTR is already recorded for another payout."""

    code = "utr_used"
    message = "This UTR is already recorded for another payout. Check the bank's receipt."
    field = "utr"


@dataclass(frozen=True)
class TransferInstruction:
    """The transfer to make, and what to do next."""

    order: TransferOrder
    sentence: str


@transaction.atomic
def create_payout(*, payment: Payment, at: datetime, by: User | None = None) -> Payout | None:
    """Create the payout of a payment, or return the live one; None without a bank account."""
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    live = locked.payouts.live().first()
    payee = payees_queries.payee_of(locked.agent, at)
    if live or payee is None:
        return live
    if locked.state == Payment.State.FAILED:
        transition(locked, to=Payment.State.PENDING, by=by, at=at, why="Retried")
    return Payout.objects.create(
        payment=locked, amount_paise=locked.net_paise, **_account_fields(payee)
    )


def _account_fields(payee: Payee) -> dict[str, object]:
    return {
        "bank_account_id": payee.bank_account_id,
        "holder_name": payee.holder_name,
        "ifsc": payee.ifsc,
        "last_four": payee.last_four,
    }


def _lock_payout(payout: Payout) -> Payout:
    rows = Payout.objects.select_for_update(of=("self",))
    return rows.select_related("payment__agent__user", "payment__gig").get(pk=payout.pk)


@transaction.atomic
def start_payout(*, payout: Payout, by: User, at: datetime) -> Payout:
    """Start a payout: book the transfer and store its idempotency key before money moves."""
    payout = _lock_payout(payout)
    payee = payees_queries.payee_of(payout.payment.agent, at)
    if payee is None:
        raise NoBankAccount
    facts: dict[str, Any] = {"started_by": by, "started_at": at, **_account_fields(payee)}
    transition(payout, to=Payout.State.PROCESSING, by=by, at=at, **facts)
    transition(payout.payment, to=Payment.State.PROCESSING, by=by, at=at)
    attempt = PayoutAttempt.objects.create(
        payout=payout, rail=transfer_provider().name, by=by, at=at
    )
    ledger.post_transfer_started(attempt, agent=payout.payment.agent, at=at)
    new = {"amount_paise": payout.amount_paise, "account": payout.masked, "key": str(attempt.key)}
    audit.record_event(by=by, action="payout.started", on=payout, at=at, new=new)
    return payout


@transaction.atomic
def show_transfer_instruction(*, payout: Payout, by: User, at: datetime) -> TransferInstruction:
    """Show the full transfer order to the person who started it. Each access is audited."""
    payout = _lock_payout(payout)
    attempt = payout.attempts.filter(ended_at=None).first()
    if payout.state != Payout.State.PROCESSING or attempt is None:
        raise InvalidTransition
    if payout.started_by_id != by.pk:
        raise NotYourTransfer
    payee = payees_queries.payee_of(payout.payment.agent, at)
    if payee is None or payee.bank_account_id != str(payout.bank_account_id):
        raise AccountChanged
    audit.record_event(
        by=by, action="payout.account_shown", on=payout, at=at, new={"account": payout.masked}
    )
    target = PayoutTarget(
        person=payout.payment.agent_id.hex,
        holder_name=payee.holder_name,
        ifsc=payee.ifsc,
        account_number=payee.account_number,
        vpa=payee.vpa,
    )
    order = TransferOrder(attempt.key, payout.amount_paise, target)
    return TransferInstruction(order, NEXT_STEP[transfer_provider().begin_transfer(order).state])


@transaction.atomic
def settle_payout(*, payout: Payout, utr_number: str, by: User, at: datetime) -> Payout:
    """Record the UTR of a transfer, which completes payout and payment; notify the agent."""
    payout, number = _lock_payout(payout), utr.normalise_utr(utr_number)
    if payout.started_by_id == by.pk:
        raise OwnTransfer
    if number is None:
        raise BadUtr
    _complete_payout(payout, number, by, at)
    transition(payout.payment, to=Payment.State.COMPLETED, by=by, at=at, paid_at=at)
    payout.attempts.filter(ended_at=None).update(ended_at=at)
    ledger.post_transfer_settled(payout, at=at)
    audit.record_event(by=by, action="payout.settled", on=payout, at=at, new={"utr": number})
    notifications.notify_agent(
        payout.payment, "payments/paid", at=at, utr=number, account=payout.masked
    )
    payout_settled.send(sender=Payout, payout=payout)
    return payout


def _complete_payout(payout: Payout, number: str, by: User, at: datetime) -> None:
    if Payout.objects.filter(utr=number).exclude(pk=payout.pk).exists():
        raise UtrUsed
    try:
        transition(
            payout, to=Payout.State.COMPLETED, by=by, at=at,
            utr=number, settled_by=by, settled_at=at,
        )  # fmt: skip
    except IntegrityError as fault:
        raise UtrUsed from fault


@transaction.atomic
def fail_payout(*, payout: Payout, reason: str, by: User, at: datetime) -> Payout:
    """Mark a payout as failed, reverse its ledger entry, and notify the agent of the reason."""
    payout = _lock_payout(payout)
    transition(payout, to=Payout.State.FAILED, by=by, at=at, why=reason, failure=reason)
    transition(payout.payment, to=Payment.State.FAILED, by=by, at=at, why=reason)
    attempt = payout.attempts.get(ended_at=None)
    ledger.reverse_transfer_started(attempt, at=at)
    payout.attempts.filter(pk=attempt.pk).update(ended_at=at)
    audit.record_event(by=by, action="payout.failed", on=payout, at=at, new={"reason": reason})
    notifications.notify_agent(
        payout.payment, "payments/failed", at=at, reason=reason, account=payout.masked
    )
    return payout


@transaction.atomic
def retry_payout(*, payout: Payout, by: User, at: datetime) -> Payout:
    """Create a new payout for a failed one, to the agent's current bank account."""
    payout = _lock_payout(payout)
    if payout.state != Payout.State.FAILED or payout.payment.payouts.live().exists():
        raise InvalidTransition
    new_payout = create_payout(payment=payout.payment, by=by, at=at)
    if new_payout is None:
        raise NoBankAccount
    audit.record_event(
        by=by, action="payout.retried", on=new_payout, at=at, old={"payout": str(payout.pk)}
    )
    return new_payout


def create_waiting_payouts(*, now: datetime) -> int:
    """Create payouts for payments that waited for a bank account; return how many."""
    waiting = queries.payments_without_payout().select_related("agent").prefetch_related("payouts")
    ready = [payment for payment in waiting if _has_new_account(payment, now)]
    return sum(create_payout(payment=payment, at=now) is not None for payment in ready)


def _has_new_account(payment: Payment, now: datetime) -> bool:
    """Whether the agent has an account to which no transfer of this payment was tried."""
    payee = payees_queries.payee_of(payment.agent, now)
    tried = {str(payout.bank_account_id) for payout in payment.payouts.all()}
    return payee is not None and payee.bank_account_id not in tried
