"""Balances of ledger accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from gigs.models import Client
from payments.models import AccountKind, BalanceSnapshot, LedgerBalance

#: An entry is sealed long before so much time has passed since it was written. The database's
#: clock counts, which also sets `created_at`.
SEALED_WITHIN = timedelta(hours=1)

# The last snapshot of an account, and the legs of entries that it does not contain: those sealed
# later, or not sealed yet. The time limits how far back entries without a seal are looked for.
_BALANCES = """
WITH last AS (
    SELECT DISTINCT ON (account_id) account_id, through_id, balance_paise, taken_at
      FROM payments_balancesnapshot
     WHERE account_id = ANY(%(accounts)s)
     ORDER BY account_id, through_id DESC
)
SELECT account.id,
       coalesce(last.balance_paise, 0) + coalesce((
           SELECT sum(leg.amount_paise)
             FROM payments_leg AS leg
             JOIN payments_entry AS entry ON entry.id = leg.entry_id
             LEFT JOIN payments_ledgerseal AS seal ON seal.entry_id = entry.id
            WHERE leg.account_id = account.id
              AND (last.account_id IS NULL
                   OR entry.created_at > last.taken_at - %(sealed_within)s
                  AND coalesce(seal.number, last.through_id + 1) > last.through_id)
       ), 0)
  FROM payments_ledgeraccount AS account
  LEFT JOIN last ON last.account_id = account.id
 WHERE account.id = ANY(%(accounts)s)
"""


def balances(accounts: Collection[UUID]) -> dict[UUID, int]:
    """The balance of each account, in one query; credits are negative."""
    values: dict[str, Any] = {"accounts": list(accounts), "sealed_within": SEALED_WITHIN}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, values)
        return {pk: int(paise) for pk, paise in cursor.fetchall()}


def last_snapshot_number() -> int:
    """The number of the seal that the newest snapshots reach to; 0 without any."""
    newest = BalanceSnapshot.objects.order_by("-through").values_list("through", flat=True)
    return newest.first() or 0


def lock_available(client: Client) -> int:
    """What a client has available, which no other transaction can take until this one ends."""
    rows = LedgerBalance.objects.select_for_update(no_key=True, of=("self",))
    balance = rows.filter(account__kind=AccountKind.CLIENT_AVAILABLE, account__client=client)
    return balance.values_list("balance_paise", flat=True).first() or 0


@dataclass(frozen=True)
class ClientMoney:
    """What a client has in the ledger."""

    available_paise: int
    reserved_paise: int

    @property
    def total_paise(self) -> int:
        return self.available_paise + self.reserved_paise


def money_of(client: Client) -> ClientMoney:
    """A client's money, by its stored balances."""
    rows = LedgerBalance.objects.filter(account__client=client)
    totals = {AccountKind.CLIENT_AVAILABLE: 0, AccountKind.CLIENT_RESERVED: 0}
    for kind, paise in rows.values_list("account__kind", "balance_paise"):
        totals[AccountKind(kind)] += paise
    return ClientMoney(*totals.values())
