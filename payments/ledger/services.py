"""Write ledger entries. Called by other services, inside their transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from accounts.models import Agent
from gigs.models import Client
from payments.models import (
    AccountKind,
    Entry,
    EntryKind,
    LedgerAccount,
    Payment,
    PayoutAttempt,
    Reserve,
    WelfareFee,
)
from payments.models.ledger import NO_OWNER

# One statement finds the accounts and writes the entry and its legs. It writes nothing if an
# account is missing, or if the event has an entry.
_INSERT = """
WITH legs AS MATERIALIZED (
    SELECT leg.position, account.id AS account_id, leg.amount_paise
      FROM unnest(%(kinds)s::text[], %(owners)s::uuid[], %(amounts)s::bigint[])
           WITH ORDINALITY AS leg (kind, owner_key, amount_paise, position)
      JOIN payments_ledgeraccount AS account
        ON account.owner_key = leg.owner_key AND account.kind = leg.kind
), entry AS (
    INSERT INTO payments_entry (id, created_at, updated_at, kind, source_type, source_id,
                                reverses_id, leg_count, at)
    SELECT gen_random_uuid(), now(), now(), %(kind)s, %(source_type)s, %(source_id)s,
           %(reverses)s, %(leg_count)s, %(at)s
     WHERE (SELECT count(*) FROM legs) = %(leg_count)s
    ON CONFLICT (source_id, kind, source_type) DO NOTHING
    RETURNING id
)
INSERT INTO payments_leg (entry_id, position, account_id, amount_paise)
SELECT entry.id, legs.position, legs.account_id, legs.amount_paise FROM entry, legs
RETURNING entry_id
"""


class EntryDiffers(Exception):
    """The event was posted before, with other amounts or accounts. A fault of the program."""


class Account(NamedTuple):
    """Which account a leg is for. It is found, or created, when the entry is posted."""

    kind: str
    agent_id: UUID | None = None
    client_id: UUID | None = None
    reserve_id: UUID | None = None

    @property
    def owner_key(self) -> UUID:
        """The column of that name."""
        return self.reserve_id or self.agent_id or self.client_id or NO_OWNER


class LegAmount(NamedTuple):
    """One leg of an entry to post: a positive amount is a debit."""

    account: Account
    paise: int


def shared(kind: AccountKind) -> Account:
    """The only account of a kind without owners."""
    return Account(str(kind))


def owned_by_agent(agent_id: UUID) -> Account:
    """What is owed to an agent."""
    return Account(str(AccountKind.AGENT_PAYABLE), agent_id=agent_id)


def owned_by_client(kind: AccountKind, client: Client) -> Account:
    """An account of a client: available, or receivable."""
    return Account(str(kind), client_id=client.pk)


def reserved(reserve: Reserve) -> Account:
    """The account of an opportunity's reserve."""
    return Account(
        str(AccountKind.CLIENT_RESERVED), client_id=reserve.client_id, reserve_id=reserve.pk
    )


def post_entry(
    *,
    kind: str,
    source: models.Model,
    at: datetime,
    amounts: Iterable[tuple[Account, int]],
    reverses: Entry | None = None,
) -> UUID:
    """Post the entry of an event and return its id; the same event again changes nothing.

    The database refuses legs that the kind does not have, a balance below zero and, at commit,
    legs that do not sum to zero. Raises `EntryDiffers` when the event has another entry.
    """
    legs = [LegAmount(account, paise) for account, paise in amounts if paise]
    values = {
        "kind": str(kind),
        "source_type": source._meta.label_lower,
        "source_id": source.pk,
        "reverses": reverses.pk if reverses else None,
        "leg_count": len(legs),
        "at": at,
        "kinds": [leg.account.kind for leg in legs],
        "owners": [leg.account.owner_key for leg in legs],
        "amounts": [leg.paise for leg in legs],
    }
    return _insert(values) or _insert_or_find(values, legs)


def _insert(values: dict[str, Any]) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _insert_or_find(values: dict[str, Any], legs: Sequence[LegAmount]) -> UUID:
    """Create the accounts that are missing; if none is, the event was posted before."""
    ids = account_ids(leg.account for leg in legs)
    if inserted := _insert(values):
        return inserted
    events = Entry.objects.filter(kind=values["kind"], source_type=values["source_type"])
    entry = events.get(source_id=values["source_id"])
    posted = sorted(entry.legs.values_list("account_id", "amount_paise"))
    if posted != sorted((ids[leg.account], leg.paise) for leg in legs):
        raise EntryDiffers(f"{entry.kind} of {entry.source_type} {entry.source_id}")
    return entry.pk


def account_ids(accounts: Iterable[Account]) -> dict[Account, UUID]:
    """The ids of accounts; those that do not exist yet are created."""
    wanted = set(accounts)
    found = _find_accounts(wanted)
    if missing := wanted - found.keys():
        LedgerAccount.objects.bulk_create(
            (LedgerAccount(**account._asdict()) for account in sorted(missing, key=str)),
            ignore_conflicts=True,
        )
        found |= _find_accounts(missing)
    return found


def _find_accounts(accounts: Iterable[Account]) -> dict[Account, UUID]:
    condition = Q(pk__in=[])
    for account in accounts:
        condition |= Q(owner_key=account.owner_key, kind=account.kind)
    rows = LedgerAccount.objects.filter(condition).values_list("pk", *Account._fields)
    return {Account(*fields): pk for pk, *fields in rows}


def post_payment_opened(
    payment: Payment, *, debits: Sequence[tuple[Account, int]], at: datetime
) -> UUID:
    """Post an opened payment: debit the client's money; credit agent, tax, fee and GST."""
    amounts = [
        *debits,
        (owned_by_agent(payment.agent_id), -payment.net_paise),
        (shared(AccountKind.TDS_PAYABLE), -payment.tds_paise),
        (shared(AccountKind.FEE_INCOME), -payment.fee_paise),
        (shared(AccountKind.GST_PAYABLE), -payment.gst_paise - payment.client_gst_paise),
    ]
    return post_entry(kind=EntryKind.PAYMENT_OPENED, source=payment, at=at, amounts=amounts)


def post_welfare_fee(fee: WelfareFee, *, at: datetime) -> UUID:
    """Post the welfare fee of a payment, which the platform owes to a state."""
    amounts = [
        (shared(AccountKind.WELFARE_FEE_EXPENSE), fee.amount_paise),
        (shared(AccountKind.WELFARE_FEE_PAYABLE), -fee.amount_paise),
    ]
    return post_entry(kind=EntryKind.WELFARE_FEE, source=fee.payment, at=at, amounts=amounts)


def post_transfer_started(attempt: PayoutAttempt, *, agent: Agent, at: datetime) -> UUID:
    """Post a started transfer: from the agent's payable to in transit."""
    paise = attempt.payout.amount_paise
    amounts = [
        (owned_by_agent(agent.pk), paise),
        (shared(AccountKind.IN_TRANSIT), -paise),
    ]
    return post_entry(kind=EntryKind.TRANSFER_STARTED, source=attempt, at=at, amounts=amounts)


def post_transfer_settled(attempt: PayoutAttempt, *, at: datetime) -> UUID:
    """Post a completed transfer: from in transit to the bank."""
    paise = attempt.payout.amount_paise
    amounts = [(shared(AccountKind.IN_TRANSIT), paise), (shared(AccountKind.CASH), -paise)]
    return post_entry(kind=EntryKind.TRANSFER_SETTLED, source=attempt, at=at, amounts=amounts)


def post_transfer_returned(attempt: PayoutAttempt, *, agent: Agent, at: datetime) -> UUID:
    """Post a completed transfer that the bank returned: the agent is owed the money again."""
    paise = attempt.payout.amount_paise
    amounts = [(shared(AccountKind.CASH), paise), (owned_by_agent(agent.pk), -paise)]
    return post_entry(kind=EntryKind.TRANSFER_RETURNED, source=attempt, at=at, amounts=amounts)


def reverse_transfer_started(attempt: PayoutAttempt, *, at: datetime) -> UUID:
    """Reverse the start of a failed transfer, so that the agent is owed the money again."""
    return reverse_entry(EntryKind.TRANSFER_STARTED, attempt, at=at)


def reverse_payment_opened(payment: Payment, *, at: datetime) -> UUID:
    """Reverse the entry of a payment that is taken back."""
    return reverse_entry(EntryKind.PAYMENT_OPENED, payment, at=at)


def reverse_welfare_fee(fee: WelfareFee, *, at: datetime) -> UUID:
    """Reverse the welfare fee of a payment that is taken back."""
    return reverse_entry(EntryKind.WELFARE_FEE, fee.payment, at=at)


def reverse_entry(kind: EntryKind, source: models.Model, *, at: datetime) -> UUID:
    """Post the entry that takes back an event's entry: the same legs with the other sign."""
    entries = Entry.objects.filter(kind=kind, source_type=source._meta.label_lower)
    entry = entries.get(source_id=source.pk)
    legs = entry.legs.select_related("account").order_by("position")
    amounts = [(_account_of(leg.account), -leg.amount_paise) for leg in legs]
    return post_entry(kind=EntryKind.REVERSAL, source=entry, at=at, amounts=amounts, reverses=entry)


def _account_of(row: LedgerAccount) -> Account:
    return Account(row.kind, row.agent_id, row.client_id, row.reserve_id)
