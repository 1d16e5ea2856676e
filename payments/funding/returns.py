"""Deposits that go back: money that is no client's, sent to the account it came from.

One person proposes, another approves, and the UTR is recorded by one who did not approve. While a
return is open, the deposit cannot be matched to a client.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from payments import utr
from payments.funding import deposits
from payments.ledger import services as ledger
from payments.models import AccountKind, Deposit, DepositReturn, EntryKind

State = DepositReturn.State


class DepositNotUnmatched(Refusal):
    """The deposit has a client, or is on its way back."""

    code = "deposit_not_unmatched"
    message = (
        "Only a deposit that has no client can be sent back. "
        "Reject the proposed client first, or refund the client."
    )
    field = "deposit"


class OwnDepositReturn(Refusal):
    """The person who did a step cannot do the next one (four eyes)."""

    code = "own_proposal"
    message = "You did the step before, so someone else in finance must do this one."


class ReturnUtrInvalid(Refusal):
    """The UTR has another shape, or is used."""

    code = "bad_utr"
    message = "Enter the UTR of this transfer: 12 to 22 letters and digits, not used before."
    field = "utr"


@transaction.atomic
def propose_return(*, deposit: Deposit, reason: str, by: User, at: datetime) -> DepositReturn:
    """Propose to send a deposit back that nobody can match to a client."""
    deposit = Deposit.objects.select_for_update(of=("self",)).get(pk=deposit.pk)
    if not reason.strip():
        raise ReasonRequired("Enter a reason.", code="reason_missing", field="reason")
    if deposit.state != Deposit.State.UNMATCHED:
        raise DepositNotUnmatched
    transition(deposit, to=Deposit.State.RETURNING, by=by, at=at, why=reason.strip())
    made = DepositReturn.objects.create(
        deposit=deposit, amount_paise=deposit.amount_paise, reason=reason.strip(), proposed_by=by
    )
    new = {"deposit": str(deposit.pk), "amount_paise": made.amount_paise, "reason": made.reason}
    audit.record_event(by=by, action="deposit_return.proposed", on=made, at=at, new=new)
    return made


@transaction.atomic
def approve_return(*, row: DepositReturn, by: User, at: datetime) -> DepositReturn:
    """Approve the return; now it can be transferred at the bank."""
    row = _lock(row)
    if row.proposed_by_id == by.pk:
        raise OwnDepositReturn
    transition(row, to=State.PROCESSING, by=by, at=at, decided_by_id=by.pk)
    audit.record_event(by=by, action="deposit_return.approved", on=row, at=at)
    return row


@transaction.atomic
def reject_return(*, row: DepositReturn, by: User, at: datetime) -> DepositReturn:
    """Reject a return, or withdraw one's own; the deposit waits for its client again."""
    row = _lock(row)
    transition(row, to=State.REJECTED, by=by, at=at, decided_by_id=by.pk)
    _let_wait(row, by, at, "The return was rejected")
    audit.record_event(by=by, action="deposit_return.rejected", on=row, at=at)
    return row


@transaction.atomic
def settle_return(*, row: DepositReturn, utr_number: str, by: User, at: datetime) -> DepositReturn:
    """Record the UTR of the transfer; not by the person who approved it."""
    row, number = _lock(row), utr.normalise_utr(utr_number)
    if row.decided_by_id == by.pk:
        raise OwnDepositReturn
    is_used = number is None or deposits.is_utr_of_transfer(number)
    if is_used or Deposit.objects.filter(utr=number).exists():
        raise ReturnUtrInvalid
    try:
        with transaction.atomic():
            transition(row, to=State.COMPLETED, by=by, at=at, settled_by_id=by.pk, utr=number)
    except IntegrityError as fault:
        raise ReturnUtrInvalid from fault
    transition(row.deposit, to=Deposit.State.RETURNED, by=by, at=at, why=f"UTR {number}")
    amounts = [
        (ledger.shared(AccountKind.UNMATCHED_RECEIPTS), row.amount_paise),
        (ledger.shared(AccountKind.CASH), -row.amount_paise),
    ]
    ledger.post_entry(kind=EntryKind.DEPOSIT_RETURNED, source=row, at=at, amounts=amounts)
    audit.record_event(by=by, action="deposit_return.settled", on=row, at=at, new={"utr": number})
    return row


@transaction.atomic
def record_not_arrived(*, row: DepositReturn, reason: str, by: User, at: datetime) -> DepositReturn:
    """Record that a transfer was not made or came back: the deposit waits again."""
    row = _lock(row)
    if not reason.strip():
        raise ReasonRequired("Enter the bank's reason.", code="reason_missing", field="reason")
    was_sent = row.state == State.COMPLETED
    if by.pk == (row.settled_by_id if was_sent else row.decided_by_id):
        raise OwnDepositReturn
    transition(row, to=State.RETURNED, by=by, at=at, why=reason.strip())
    if was_sent:
        ledger.reverse_entry(EntryKind.DEPOSIT_RETURNED, row, at=at)
    _let_wait(row, by, at, reason.strip())
    audit.record_event(
        by=by, action="deposit_return.not_arrived", on=row, at=at, new={"reason": reason.strip()}
    )
    return row


def _lock(row: DepositReturn) -> DepositReturn:
    # The deposit first, as everywhere.
    deposit = Deposit.objects.select_for_update(of=("self",)).get(pk=row.deposit_id)
    row = DepositReturn.objects.select_for_update(of=("self",)).get(pk=row.pk)
    row.deposit = deposit
    return row


def _let_wait(row: DepositReturn, by: User, at: datetime, why: str) -> None:
    transition(row.deposit, to=Deposit.State.UNMATCHED, by=by, at=at, why=why)
