"""Refunds of a client's available money: one person proposes, another approves and transfers.

The money goes back to the account that a deposit came from, and never exceeds that deposit.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from payments import utr
from payments.ledger import queries as ledger_queries
from payments.ledger import services as ledger
from payments.models import AccountKind, ClientRefund, Deposit, EntryKind

LIVE = (
    ClientRefund.State.PROPOSED,
    ClientRefund.State.PROCESSING,
    ClientRefund.State.COMPLETED,
)


class RefundTooHigh(Refusal):
    """More than is available, or than is left of the deposit."""

    code = "refund_too_high"
    message = "This is more than the client has available, or than is left of the deposit."
    field = "amount_paise"


class RefundNotPositive(Refusal):
    """The amount is not above zero, or the deposit has no client."""

    code = "amount_not_positive"
    message = "Enter an amount above zero, of a deposit that is matched."
    field = "amount_paise"


class OwnRefund(Refusal):
    """The person who proposed or approved a refund cannot do the next step (four eyes)."""

    code = "own_proposal"
    message = "You did the step before, so someone else in finance must do this one."


class RefundUtrInvalid(Refusal):
    """The UTR has another shape, or is used."""

    code = "bad_utr"
    message = "Enter the UTR of this transfer: 12 to 22 letters and digits, not used before."
    field = "utr"


@transaction.atomic
def propose_refund(
    *, deposit: Deposit, amount_paise: int, reason: str, by: User, at: datetime
) -> ClientRefund:
    """Propose to pay back money of a deposit."""
    deposit = Deposit.objects.select_for_update().select_related(None).get(pk=deposit.pk)
    if amount_paise <= 0 or deposit.state != Deposit.State.MATCHED or deposit.client is None:
        raise RefundNotPositive
    if not reason.strip():
        raise ReasonRequired(
            "Enter a reason. The client will see it.", code="reason_missing", field="reason"
        )
    live = deposit.refunds.filter(state__in=LIVE).aggregate(paise=Sum("amount_paise", default=0))
    available = ledger_queries.money_of(deposit.client).available_paise
    if amount_paise > min(deposit.amount_paise - int(live["paise"]), available):
        raise RefundTooHigh
    refund = ClientRefund.objects.create(
        client=deposit.client,
        deposit=deposit,
        amount_paise=amount_paise,
        reason=reason.strip(),
        proposed_by=by,
    )
    audit.record_event(
        by=by, action="refund.proposed", on=refund, at=at, new={"amount_paise": amount_paise}
    )
    return refund


@transaction.atomic
def approve_refund(*, refund: ClientRefund, by: User, at: datetime) -> ClientRefund:
    """Approve the refund; the money is no longer available, and can be transferred."""
    refund = _lock(refund)
    if refund.proposed_by_id == by.pk:
        raise OwnRefund
    transition(refund, to=ClientRefund.State.PROCESSING, by=by, at=at, decided_by_id=by.pk)
    _require_available(refund)
    _post(EntryKind.REFUND_STARTED, refund, at=at)
    audit.record_event(by=by, action="refund.approved", on=refund, at=at)
    return refund


@transaction.atomic
def reject_refund(*, refund: ClientRefund, by: User, at: datetime) -> ClientRefund:
    """Reject a refund, or withdraw one's own."""
    refund = _lock(refund)
    transition(refund, to=ClientRefund.State.REJECTED, by=by, at=at, decided_by_id=by.pk)
    audit.record_event(by=by, action="refund.rejected", on=refund, at=at)
    return refund


@transaction.atomic
def settle_refund(*, refund: ClientRefund, utr_number: str, by: User, at: datetime) -> ClientRefund:
    """Record the UTR of the transfer; not by the person who approved it."""
    refund, number = _lock(refund), utr.normalise_utr(utr_number)
    if refund.decided_by_id == by.pk:
        raise OwnRefund
    if number is None:
        raise RefundUtrInvalid
    try:
        with transaction.atomic():
            transition(
                refund,
                to=ClientRefund.State.COMPLETED,
                by=by,
                at=at,
                settled_by_id=by.pk,
                utr=number,
            )
    except IntegrityError as fault:
        raise RefundUtrInvalid from fault
    _post(EntryKind.REFUND_SETTLED, refund, at=at)
    audit.record_event(by=by, action="refund.settled", on=refund, at=at, new={"utr": number})
    return refund


@transaction.atomic
def return_refund(*, refund: ClientRefund, reason: str, by: User, at: datetime) -> ClientRefund:
    """Record that a transfer was not made or came back: the money is available again."""
    refund = _lock(refund)
    if not reason.strip():
        raise ReasonRequired("Enter the bank's reason.", code="reason_missing", field="reason")
    was_sent = refund.state == ClientRefund.State.COMPLETED
    if by.pk == (refund.settled_by_id if was_sent else refund.decided_by_id):
        raise OwnRefund
    transition(refund, to=ClientRefund.State.RETURNED, by=by, at=at, why=reason.strip())
    if was_sent:
        _post(EntryKind.REFUND_RETURNED, refund, at=at)
    else:
        ledger.reverse_entry(EntryKind.REFUND_STARTED, refund, at=at)
    audit.record_event(by=by, action="refund.returned", on=refund, at=at)
    return refund


def _lock(refund: ClientRefund) -> ClientRefund:
    rows = ClientRefund.objects.select_for_update(of=("self",))
    return rows.select_related("client").get(pk=refund.pk)


def _require_available(refund: ClientRefund) -> None:
    if ledger_queries.lock_available(refund.client) < refund.amount_paise:
        raise RefundTooHigh


def _post(kind: EntryKind, refund: ClientRefund, *, at: datetime) -> None:
    available = ledger.owned_by_client(AccountKind.CLIENT_AVAILABLE, refund.client)
    in_transit = ledger.shared(AccountKind.IN_TRANSIT)
    cash = ledger.shared(AccountKind.CASH)
    debit, credit = {
        EntryKind.REFUND_STARTED: (available, in_transit),
        EntryKind.REFUND_SETTLED: (in_transit, cash),
        EntryKind.REFUND_RETURNED: (cash, available),
    }[kind]
    amounts = [(debit, refund.amount_paise), (credit, -refund.amount_paise)]
    ledger.post_entry(kind=kind, source=refund, at=at, amounts=amounts)
