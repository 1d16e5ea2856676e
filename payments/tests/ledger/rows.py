"""Sources and entries for tests of the ledger, written without the services of other features."""

import uuid
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from conftest import NOON
from gigs.models import Client, Opportunity
from payments.ledger import services as ledger
from payments.models import AccountKind, Entry, EntryKind, LedgerBalance, Reserve
from payments.models.entry_kinds import source_types
from payments.tests.database import check_deferred_constraints

Leg = tuple[ledger.Account, int]


class Source:
    """Stands for a row of any model: the ledger asks only for its model and its key."""

    def __init__(self, label: str, pk: UUID | None = None) -> None:
        self.pk = pk or uuid.uuid4()
        self._meta = type("Meta", (), {"label_lower": label})


def source_of(kind: str) -> Any:
    """A new event of this kind."""
    return Source(source_types()[EntryKind(kind)])


def post(kind: str, *legs: Leg, source: Any = None, reverses: Entry | None = None) -> UUID:
    """Post an entry as a service does, in a transaction of its own."""
    with transaction.atomic():
        pk = ledger.post_entry(
            kind=kind,
            source=source or source_of(kind),
            at=NOON,
            amounts=legs,
            reverses=reverses,
        )
        check_deferred_constraints()
    return pk


def can_have(kind: str, *legs: Leg) -> bool:
    """Whether the database accepts an entry of this kind with these legs."""
    try:
        post(kind, *legs)
    except IntegrityError as fault:
        if "cannot have this leg" not in str(fault):
            raise
        return False
    return True


def available(client: Client) -> ledger.Account:
    return ledger.owned_by_client(AccountKind.CLIENT_AVAILABLE, client)


def shared(name: str) -> ledger.Account:
    return ledger.shared(AccountKind[name])


def receive(paise: int) -> None:
    """Money that came in."""
    post("DEPOSIT_RECEIVED", (shared("CASH"), paise), (shared("UNMATCHED_RECEIPTS"), -paise))


def deposit(client: Client, paise: int) -> None:
    """Money that came in for a client."""
    receive(paise)
    post("DEPOSIT_MATCHED", (shared("UNMATCHED_RECEIPTS"), paise), (available(client), -paise))


def make_reserve(opportunity: Opportunity, paise: int = 1_000_000) -> Reserve:
    """The row of a reserve, which nothing was posted for."""
    return Reserve.objects.create(
        opportunity=opportunity, client=opportunity.client, promised_paise=paise
    )


def reserve(row: Reserve, paise: int) -> None:
    """Money moved from what the client has available."""
    post("RESERVED", (available(row.client), paise), (ledger.reserved(row), -paise))


def stored_balance(account: ledger.Account) -> int:
    """What the ledger stores as the balance of an account with a floor."""
    pk = ledger.account_ids([account])[account]
    return LedgerBalance.objects.get(account=pk).balance_paise


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
