"""Postings to the ledger and plain inserts of the same rows, for `payments_ledger.py`."""

import uuid
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Agent
from gigs.models import Opportunity
from payments.ledger import services as ledger
from payments.models import AccountKind, Reserve

PLAIN = """
CREATE TABLE plain_entry (LIKE payments_entry INCLUDING ALL);
CREATE TABLE plain_leg (LIKE payments_leg INCLUDING ALL);
ALTER TABLE plain_leg ADD FOREIGN KEY (entry_id) REFERENCES plain_entry (id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plain_leg ADD FOREIGN KEY (account_id) REFERENCES payments_ledgeraccount (id)
    DEFERRABLE INITIALLY DEFERRED;
"""
PLAIN_ENTRY = """
INSERT INTO plain_entry (id, created_at, updated_at, kind, source_type, source_id, leg_count, at)
VALUES (%s, now(), now(), 'PAYMENT_OPENED', 'payments.payment', %s, %s, now())
"""
PLAIN_LEGS = """
INSERT INTO plain_leg (entry_id, position, account_id, amount_paise)
VALUES (%s, 1, %s, %s), (%s, 2, %s, %s), (%s, 3, %s, %s), (%s, 4, %s, %s), (%s, 5, %s, %s)
"""
SHARES = (10_000, -9_310, -100, -500, -90)


class Source:
    """A payment, of which the ledger asks only for model and key."""

    def __init__(self, label: str) -> None:
        self.pk = uuid.uuid4()
        self._meta = type("Meta", (), {"label_lower": label})


def prepare(payments: int) -> list[tuple[Any, int]]:
    """The legs of a payment that is paid out of a reserve, which has money for so many."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
    opportunity = Opportunity.objects.filter(reserve=None).first() or Opportunity.objects.first()
    reserve, _ = Reserve.objects.get_or_create(
        opportunity=opportunity,
        defaults={"client": opportunity.client, "promised_paise": 1},
    )
    cash, unmatched = (ledger.shared(AccountKind[name]) for name in ("CASH", "UNMATCHED_RECEIPTS"))
    available = ledger.owned_by_client(AccountKind.CLIENT_AVAILABLE, reserve.client)
    reserved = ledger.reserved(reserve)
    enough = payments * SHARES[0]
    for kind, label, debit, credit in (
        ("DEPOSIT_RECEIVED", "payments.deposit", cash, unmatched),
        ("DEPOSIT_MATCHED", "payments.deposit", unmatched, available),
        ("RESERVED", "payments.reserve", available, reserved),
    ):
        post(kind, label, [(debit, enough), (credit, -enough)])

    payable = ledger.owned_by_agent(Agent.objects.values_list("pk", flat=True)[0])
    others = [ledger.shared(AccountKind[n]) for n in ("TDS_PAYABLE", "FEE_INCOME", "GST_PAYABLE")]
    return list(zip([reserved, payable, *others], SHARES, strict=True))


def post(kind: str, label: str, amounts: list[Any]) -> None:

    with transaction.atomic():
        ledger.post_entry(kind=kind, source=Source(label), at=timezone.now(), amounts=amounts)


def insert_plainly(ids: list[uuid.UUID]) -> None:

    entry = uuid.uuid4()
    legs = [value for leg in zip(ids, SHARES, strict=True) for value in (entry, *leg)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN_ENTRY, [entry, uuid.uuid4(), len(ids)])
        cursor.execute(PLAIN_LEGS, legs)
