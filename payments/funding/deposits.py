"""Deposits: money that came in, and the client it is for.

An exact reference in the narration names the client by itself. Otherwise, and for a deposit that a
person entered, one person in finance names the client and another one confirms.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.security import audit
from gigs.models import Client
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments import references, utr
from payments.ledger import services as ledger
from payments.models import (
    AccountKind,
    ClientFunding,
    ClientRefund,
    Deposit,
    DepositReturn,
    EntryKind,
    Payout,
)

TRIES = 10
#: The provider and the bank may date the same money differently. Some banks give a UTR again.
SAME_MONEY_WITHIN = timedelta(days=7)


class InvalidDepositAmount(Refusal):
    """The amount is not above zero."""

    code = "amount_not_positive"
    message = "Enter an amount above zero."
    field = "amount_paise"


class InvalidDepositUtr(Refusal):
    """The UTR has another shape."""

    code = "bad_utr"
    message = "Enter the UTR as on the bank statement: 12 to 22 letters and digits."
    field = "utr"


class DepositInFuture(Refusal):
    """The day is in the future."""

    code = "deposit_in_future"
    message = "This day is in the future. Enter the day on which the money came in."
    field = "received_on"


class DepositUtrUsed(Refusal):
    """Another deposit with this UTR has another amount."""

    code = "utr_used"
    message = "A deposit with this UTR was recorded before, with another amount or day."
    field = "utr"


class UtrOfTransfer(Refusal):
    """The UTR is that of a transfer we made: it came back, and is no client's money."""

    code = "utr_of_transfer"
    message = "This is the UTR of a transfer we made, so the money came back. It is no deposit."
    field = "utr"


class OwnDepositMatch(Refusal):
    """The person who entered a deposit or named its client cannot confirm it (four eyes)."""

    code = "own_proposal"
    message = "You entered this, so someone else in finance must confirm it."


@transaction.atomic
def open_funding(client: Client) -> ClientFunding:
    """The client's reference for paying in, made on first use."""
    existing = ClientFunding.objects.filter(client=client).first()
    tries = 0
    while existing is None:
        tries += 1
        try:
            with transaction.atomic():
                return ClientFunding.objects.create(
                    client=client, reference=references.new_reference()
                )
        except IntegrityError:  # made at the same moment, or the reference is another client's
            if tries >= TRIES:
                raise
            existing = ClientFunding.objects.filter(client=client).first()
    return existing


@transaction.atomic
def receive_deposit(
    *,
    amount_paise: int,
    utr_number: str,
    received_on: date,
    narration: str,
    origin: str,
    at: datetime,
) -> Deposit:
    """Record money that came in, once per UTR, and match it by the reference in its narration.

    The provider and the bank's statement tell of the same money, either of them first.
    """
    deposit = _record(amount_paise, utr_number, received_on, narration, origin, at=at)
    deposit = Deposit.objects.select_for_update().get(pk=deposit.pk)
    _add_narration(deposit, narration, at)
    client = _client_named_in(deposit.narration)
    if client is not None and deposit.state == Deposit.State.UNMATCHED:
        _match(deposit, client=client, by=None, at=at, why="Reference in the narration")
    return deposit


@transaction.atomic
def enter_deposit(
    *,
    client: Client,
    amount_paise: int,
    utr_number: str,
    received_on: date,
    by: User,
    at: datetime,
    narration: str = "",
) -> Deposit:
    """Record a line of the bank statement by hand; another person has to confirm the client."""
    deposit = _record(amount_paise, utr_number, received_on, narration, Deposit.Origin.HAND, at=at)
    return propose_client(deposit=deposit, client=client, by=by, at=at)


@transaction.atomic
def propose_client(*, deposit: Deposit, client: Client, by: User, at: datetime) -> Deposit:
    """Name the client of a deposit that has no reference."""
    deposit = Deposit.objects.select_for_update().get(pk=deposit.pk)
    transition(
        deposit, to=Deposit.State.PROPOSED, by=by, at=at, client_id=client.pk, proposed_by_id=by.pk
    )
    new = {"client": str(client.pk), "amount_paise": deposit.amount_paise}
    audit.record_event(by=by, action="deposit.client_proposed", on=deposit, at=at, new=new)
    return deposit


@transaction.atomic
def confirm_client(*, deposit: Deposit, by: User, at: datetime) -> Deposit:
    """Confirm the client that another person named; the money is available then."""
    deposit = _lock_proposed(deposit)
    if deposit.proposed_by_id == by.pk:
        raise OwnDepositMatch
    if deposit.client is None:
        raise InvalidTransition
    return _match(deposit, client=deposit.client, by=by, at=at, why="Confirmed")


@transaction.atomic
def reject_client(*, deposit: Deposit, by: User, at: datetime) -> Deposit:
    """Say that the deposit is not this client's, or withdraw one's own proposal."""
    deposit = _lock_proposed(deposit)
    transition(
        deposit, to=Deposit.State.UNMATCHED, by=by, at=at, client_id=None, decided_by_id=by.pk
    )
    audit.record_event(by=by, action="deposit.client_rejected", on=deposit, at=at)
    return deposit


def _lock_proposed(deposit: Deposit) -> Deposit:
    return Deposit.objects.select_for_update().get(pk=deposit.pk)


def _add_narration(deposit: Deposit, narration: str, at: datetime) -> None:
    """Keep what the other source wrote too, while nobody has matched the deposit."""
    text = narration.strip()
    if deposit.state != Deposit.State.UNMATCHED or not text or text in deposit.narration:
        return
    both = f"{text} / {deposit.narration}" if deposit.narration else text
    Deposit.objects.filter(pk=deposit.pk).update(narration=both[:300], updated_at=at)
    deposit.narration = both[:300]


def _record(
    amount_paise: int, utr_number: str, received_on: date, narration: str, origin: str, *,
    at: datetime,
) -> Deposit:  # fmt: skip
    number = utr.normalise_utr(utr_number)
    if amount_paise <= 0:
        raise InvalidDepositAmount
    if number is None:
        raise InvalidDepositUtr
    if received_on > day_of(at):
        raise DepositInFuture
    if is_utr_of_transfer(number):
        raise UtrOfTransfer
    facts = {
        "amount_paise": amount_paise,
        "received_on": received_on,
        "narration": narration.strip()[:300],
        "origin": origin,
    }
    deposit, is_new = Deposit.objects.get_or_create(utr=number, defaults=facts)
    if not is_new:
        is_near = abs(deposit.received_on - received_on) <= SAME_MONEY_WITHIN
        if deposit.amount_paise != amount_paise or not is_near:
            raise DepositUtrUsed
        return deposit
    amounts = [
        (ledger.shared(AccountKind.CASH), amount_paise),
        (ledger.shared(AccountKind.UNMATCHED_RECEIPTS), -amount_paise),
    ]
    ledger.post_entry(kind=EntryKind.DEPOSIT_RECEIVED, source=deposit, at=at, amounts=amounts)
    audit.record_event(
        by=None, action="deposit.received", on=deposit, at=at, new={"amount_paise": amount_paise}
    )
    return deposit


def is_utr_of_transfer(number: str) -> bool:
    """Whether a payout, a refund or a deposit that was sent back has this UTR."""
    transfers = (Payout, ClientRefund, DepositReturn)
    return any(model._default_manager.filter(utr=number).exists() for model in transfers)


def _client_named_in(narration: str) -> Client | None:
    """The client whose reference stands in the narration, if it is the only one."""
    found = references.references_in(narration)
    clients = list(Client.objects.filter(funding__reference__in=found)[:2])
    return clients[0] if len(clients) == 1 else None


def _match(deposit: Deposit, *, client: Client, by: User | None, at: datetime, why: str) -> Deposit:
    transition(
        deposit,
        to=Deposit.State.MATCHED,
        by=by,
        at=at,
        why=why,
        client_id=client.pk,
        decided_by_id=by.pk if by else None,
        matched_at=at,
    )
    amounts = [
        (ledger.shared(AccountKind.UNMATCHED_RECEIPTS), deposit.amount_paise),
        (ledger.owned_by_client(AccountKind.CLIENT_AVAILABLE, client), -deposit.amount_paise),
    ]
    ledger.post_entry(kind=EntryKind.DEPOSIT_MATCHED, source=deposit, at=at, amounts=amounts)
    ClientFunding.objects.filter(client=client).update(warned_at=None, updated_at=at)
    audit.record_event(
        by=by, action="deposit.matched", on=deposit, at=at, new={"client": str(client.pk)}
    )
    return deposit
