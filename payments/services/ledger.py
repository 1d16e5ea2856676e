"""Writing in the books. Only other services call this, inside their own transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Agent
from gigs.models import Client
from payments.models import Entry, LedgerAccount, Leg, Payment, Payout, PayoutAttempt

Kind = LedgerAccount.Kind
LegAmounts = list[tuple[LedgerAccount, int]]


def get_or_create_account(
    kind: str, *, agent: Agent | None = None, client: Client | None = None
) -> LedgerAccount:
    """The one account of this kind (and owner), made when it is first needed."""
    found, _ = LedgerAccount.objects.get_or_create(kind=kind, agent=agent, client=client)
    return found


@transaction.atomic
def post_entry(
    *, kind: str, source_id: UUID, at: datetime, moves: LegAmounts, reverses: Entry | None = None
) -> Entry:
    """Write one entry. The database refuses it at commit unless it sums to zero."""
    moved = [(place, paise) for place, paise in moves if paise]
    entry = Entry.objects.create(
        kind=kind, source_id=source_id, at=at, leg_count=len(moved), reverses=reverses
    )
    Leg.objects.bulk_create(
        Leg(entry=entry, account=place, amount_paise=paise) for place, paise in moved
    )
    return entry


def book_payment(payment: Payment, *, client: Client, at: datetime) -> Entry:
    """The client owes the gross; agent, government and platform are owed its parts."""
    moves = [
        (get_or_create_account(Kind.CLIENT_RECEIVABLE, client=client), payment.gross_paise),
        (get_or_create_account(Kind.AGENT_PAYABLE, agent=payment.agent), -payment.net_paise),
        (get_or_create_account(Kind.TDS_PAYABLE), -payment.tds_paise),
        (get_or_create_account(Kind.FEE_INCOME), -payment.fee_paise),
        (get_or_create_account(Kind.GST_PAYABLE), -payment.gst_paise),
    ]
    return post_entry(kind=Entry.Kind.PAYMENT_OPENED, source_id=payment.pk, at=at, moves=moves)


def book_start(attempt: PayoutAttempt, *, agent: Agent, at: datetime) -> Entry:
    """What the agent was owed is on its way."""
    paise = attempt.payout.amount_paise
    moves = [
        (get_or_create_account(Kind.AGENT_PAYABLE, agent=agent), paise),
        (get_or_create_account(Kind.IN_TRANSIT), -paise),
    ]
    return post_entry(kind=Entry.Kind.TRANSFER_STARTED, source_id=attempt.pk, at=at, moves=moves)


def book_settlement(payout: Payout, *, at: datetime) -> Entry:
    """What was on its way has left the bank."""
    moves = [
        (get_or_create_account(Kind.IN_TRANSIT), payout.amount_paise),
        (get_or_create_account(Kind.CASH), -payout.amount_paise),
    ]
    return post_entry(kind=Entry.Kind.TRANSFER_SETTLED, source_id=payout.pk, at=at, moves=moves)


def reverse_start(attempt: PayoutAttempt, *, at: datetime) -> Entry:
    """Nothing arrived: the agent is owed the money again."""
    entry = Entry.objects.get(kind=Entry.Kind.TRANSFER_STARTED, source_id=attempt.pk)
    legs = entry.legs.select_related("account")
    moves = [(leg.account, -leg.amount_paise) for leg in legs]
    return post_entry(
        kind=Entry.Kind.REVERSAL, source_id=entry.pk, at=at, moves=moves, reverses=entry
    )
