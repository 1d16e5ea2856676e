"""Daily snapshots of balances, so that sums need not read every leg since the beginning."""

from django.db import connection, transaction

from payments.ledger import queries, seals
from payments.models import LedgerSeal

# An account without legs since the snapshots before keeps its older one, which is still right.
_SNAPSHOTS = """
INSERT INTO payments_balancesnapshot (account_id, through_id, balance_paise, taken_at)
SELECT moved.account_id, %(through)s, moved.paise + coalesce((
           SELECT balance_paise FROM payments_balancesnapshot
            WHERE account_id = moved.account_id ORDER BY through_id DESC LIMIT 1
       ), 0), now()
  FROM (
      SELECT leg.account_id, sum(leg.amount_paise) AS paise
        FROM payments_ledgerseal AS seal
        JOIN payments_leg AS leg ON leg.entry_id = seal.entry_id
       WHERE seal.number > %(since)s AND seal.number <= %(through)s
       GROUP BY leg.account_id
  ) AS moved
"""


@transaction.atomic
def take() -> int:
    """Store the balances up to the last seal, where they changed. Returns of how many accounts."""
    seals.lock()
    since = queries.last_snapshot_number()
    last = LedgerSeal.objects.order_by("-number").values_list("number", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOTS, {"through": last or 0, "since": since})
        return cursor.rowcount
