"""Write ledger entries. Called by other services, inside their transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Agent
from gigs.models import Client
from payments.models import Entry, LedgerAccount, Leg, Payment, PayoutAttempt, WelfareFee

Kind = LedgerAccount.Kind
LegAmounts = list[tuple[LedgerAccount, int]]


def get_or_create_account(
    kind: str, *, agent: Agent | None = None, client: Client | None = None
) -> LedgerAccount:
    """The account of this kind and owner, created on first use."""
    account, _ = LedgerAccount.objects.get_or_create(kind=kind, agent=agent, client=client)
    return account


@transaction.atomic
def post_entry(
    *, kind: str, source_id: UUID, at: datetime, amounts: LegAmounts, reverses: Entry | None = None
) -> Entry:
    """Write one entry. The database rejects it at commit unless its legs sum to zero."""
    legs = [(account, paise) for account, paise in amounts if paise]
    entry = Entry.objects.create(
        kind=kind, source_id=source_id, at=at, leg_count=len(legs), reverses=reverses
    )
    Leg.objects.bulk_create(
        Leg(entry=entry, account=account, amount_paise=paise) for account, paise in legs
    )
    return entry


def post_payment_opened(payment: Payment, *, client: Client, at: datetime) -> Entry:
    """Post an opened payment: debit the client; credit agent, tax, fee and GST."""
    amounts = [
        (get_or_create_account(Kind.CLIENT_RECEIVABLE, client=client), payment.gross_paise),
        (get_or_create_account(Kind.AGENT_PAYABLE, agent=payment.agent), -payment.net_paise),
        (get_or_create_account(Kind.TDS_PAYABLE), -payment.tds_paise),
        (get_or_create_account(Kind.FEE_INCOME), -payment.fee_paise),
        (get_or_create_account(Kind.GST_PAYABLE), -payment.gst_paise),
    ]
    return post_entry(kind=Entry.Kind.PAYMENT_OPENED, source_id=payment.pk, at=at, amounts=amounts)


def post_transfer_started(attempt: PayoutAttempt, *, agent: Agent, at: datetime) -> Entry:
    """Post a started transfer: from the agent's payable to in transit."""
    paise = attempt.payout.amount_paise
    amounts = [
        (get_or_create_account(Kind.AGENT_PAYABLE, agent=agent), paise),
        (get_or_create_account(Kind.IN_TRANSIT), -paise),
    ]
    return post_entry(
        kind=Entry.Kind.TRANSFER_STARTED, source_id=attempt.pk, at=at, amounts=amounts
    )


def post_transfer_settled(attempt: PayoutAttempt, *, at: datetime) -> Entry:
    """Post a completed transfer: from in transit to cash."""
    paise = attempt.payout.amount_paise
    amounts = [
        (get_or_create_account(Kind.IN_TRANSIT), paise),
        (get_or_create_account(Kind.CASH), -paise),
    ]
    return post_entry(
        kind=Entry.Kind.TRANSFER_SETTLED, source_id=attempt.pk, at=at, amounts=amounts
    )


def post_transfer_returned(attempt: PayoutAttempt, *, agent: Agent, at: datetime) -> Entry:
    """Post a completed transfer that the bank returned: the agent is owed the money again."""
    paise = attempt.payout.amount_paise
    amounts = [
        (get_or_create_account(Kind.CASH), paise),
        (get_or_create_account(Kind.AGENT_PAYABLE, agent=agent), -paise),
    ]
    return post_entry(
        kind=Entry.Kind.TRANSFER_RETURNED, source_id=attempt.pk, at=at, amounts=amounts
    )


def post_welfare_fee(fee: WelfareFee, *, at: datetime) -> Entry:
    """Post the welfare fee of a payment, which the platform owes to a state."""
    amounts = [
        (get_or_create_account(Kind.WELFARE_FEE_EXPENSE), fee.amount_paise),
        (get_or_create_account(Kind.WELFARE_FEE_PAYABLE), -fee.amount_paise),
    ]
    return post_entry(kind=Entry.Kind.WELFARE_FEE, source_id=fee.payment_id, at=at, amounts=amounts)


def reverse_payment_opened(payment: Payment, *, at: datetime) -> Entry:
    """Reverse the entry of a payment that is taken back."""
    return _reverse(Entry.objects.get(kind=Entry.Kind.PAYMENT_OPENED, source_id=payment.pk), at)


def reverse_welfare_fee(fee: WelfareFee, *, at: datetime) -> Entry:
    """Reverse the entry of the welfare fee of a payment that is taken back."""
    return _reverse(Entry.objects.get(kind=Entry.Kind.WELFARE_FEE, source_id=fee.payment_id), at)


def reverse_transfer_started(attempt: PayoutAttempt, *, at: datetime) -> Entry:
    """Reverse the start of a failed transfer, so that the agent is owed the money again."""
    return _reverse(Entry.objects.get(kind=Entry.Kind.TRANSFER_STARTED, source_id=attempt.pk), at)


def _reverse(entry: Entry, at: datetime) -> Entry:
    legs = entry.legs.select_related("account")
    amounts = [(leg.account, -leg.amount_paise) for leg in legs]
    return post_entry(
        kind=Entry.Kind.REVERSAL, source_id=entry.pk, at=at, amounts=amounts, reverses=entry
    )
