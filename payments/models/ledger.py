"""The double-entry ledger: accounts, entries and legs. Append-only and always balanced."""

from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Agent
from gigs.models import Client
from hitouch.core import money
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.triggers import NoTruncate
from payments.models.entry_kinds import (
    FLOORED,
    AccountKind,
    EntryKind,
    owner_condition,
    sides,
    source_condition,
)
from payments.models.funding import Reserve

#: The owner of the accounts that exist once.
NO_OWNER = UUID(int=0)
_APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    NoTruncate(name="no_truncate"),
]
_KEEPS_BALANCE = ", ".join(f"'{kind.value}'" for kind in FLOORED)
_SIDES = ", ".join(f"('{entry}', '{account}', {side})" for entry, account, side in sides())

# An entry is checked when its transaction commits, because its legs follow it. Legs have positions
# from 1 to the entry's number of legs, so none can be added to an entry that was complete.
_BALANCED = """
    SELECT coalesce(sum(amount_paise), 0), count(*) INTO total, found
      FROM payments_leg WHERE entry_id = NEW.id;
    IF total <> 0 OR found < 2 OR found <> NEW.leg_count THEN
        RAISE EXCEPTION 'entry % is not balanced: % paise over % legs', NEW.id, total, found
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT FROM payments_leg WHERE entry_id IN (NEW.id, NEW.reverses_id)
         GROUP BY account_id HAVING sum(amount_paise) <> 0
    ) THEN
        RAISE EXCEPTION 'entry % does not mirror the one it reverses', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
# Both checks read the legs of one statement at once. Reserves are locked before what is available,
# here and in all services, so that two transactions cannot wait for each other.
_LEGS_INSERTED = f"""
    SELECT entry.kind || ' of ' || account.kind INTO wrong
      FROM legs
      JOIN payments_entry AS entry ON entry.id = legs.entry_id
      JOIN payments_ledgeraccount AS account ON account.id = legs.account_id
     WHERE legs.position > entry.leg_count
        OR entry.kind <> 'REVERSAL'
       AND (entry.kind, account.kind, sign(legs.amount_paise)::int) NOT IN (VALUES {_SIDES})
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'this entry cannot have this leg: %', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    FOR leg IN
        SELECT legs.account_id, sum(legs.amount_paise) AS paise
          FROM legs JOIN payments_ledgeraccount AS account ON account.id = legs.account_id
         WHERE account.kind IN ({_KEEPS_BALANCE})
         GROUP BY account.kind, legs.account_id
         ORDER BY account.kind DESC, legs.account_id
    LOOP
        UPDATE payments_ledgerbalance SET balance_paise = balance_paise - leg.paise
         WHERE account_id = leg.account_id;
    END LOOP;
    RETURN NULL;
"""  # noqa: S608
_OPEN_BALANCE = f"""
    IF NEW.kind IN ({_KEEPS_BALANCE}) THEN
        INSERT INTO payments_ledgerbalance (account_id, balance_paise) VALUES (NEW.id, 0);
    END IF;
    RETURN NULL;
"""  # noqa: S608


class LedgerAccount(BaseModel):
    """An account of the ledger: one for each owner of its kind, or the only one of its kind."""

    Kind = AccountKind

    kind = models.CharField(max_length=24, choices=AccountKind.choices)
    agent = models.ForeignKey(
        Agent, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    client = models.ForeignKey(
        Client, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    reserve = models.ForeignKey(
        Reserve, null=True, blank=True, related_name="accounts", on_delete=models.PROTECT
    )
    #: One column that is never empty, by which a posting finds its accounts.
    owner_key = models.GeneratedField(
        expression=Coalesce("reserve", "agent", "client", models.Value(NO_OWNER)),
        output_field=models.UUIDField(),
        db_persist=True,
    )

    class Meta:
        indexes = [models.Index(name="ledger_account_in_order", fields=["kind", "id"])]
        triggers = [
            *_APPEND_ONLY,
            pgtrigger.Trigger(
                name="open_balance",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=_OPEN_BALANCE,
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_ledger_account_each", fields=["owner_key", "kind"]),
            models.CheckConstraint(
                name="ledger_account_has_its_owner", condition=owner_condition()
            ),
        ]

    def __str__(self) -> str:
        owner = self.reserve or self.agent or self.client
        return f"{self.get_kind_display()}: {owner}" if owner else self.get_kind_display()


class Entry(BaseModel):
    """One business event in the ledger. A mistake is corrected by an entry that reverses it."""

    Kind = EntryKind

    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    source_type = models.CharField(max_length=40, help_text="The model of the source.")
    source_id = models.UUIDField("source", help_text="The row whose event this is.")
    reverses = models.OneToOneField(
        "self", null=True, blank=True, related_name="reversed_by", on_delete=models.PROTECT
    )
    leg_count = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger entries"
        triggers = [
            *_APPEND_ONLY,
            pgtrigger.Trigger(
                name="balanced_at_commit",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("total", "bigint"), ("found", "bigint")],
                func=_BALANCED,
            ),
        ]
        indexes = [
            models.Index(name="entry_created", fields=["created_at"]),
            models.Index(name="entry_newest", fields=["-at", "-id"]),
            models.Index(name="entry_by_kind", fields=["kind", "-at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_event_one_entry", fields=["source_id", "kind", "source_type"]
            ),
            models.CheckConstraint(name="entry_names_its_source", condition=source_condition()),
            models.CheckConstraint(
                name="reversal_names_what_it_reverses",
                condition=Q(kind="REVERSAL", reverses__isnull=False, reverses=F("source_id"))
                | (~Q(kind="REVERSAL") & Q(reverses=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d %b %Y}"


class Leg(models.Model):
    """One line of an entry on one account: a positive amount is a debit, a negative a credit."""

    # The unique constraint has the index for it.
    entry = models.ForeignKey(Entry, related_name="legs", db_index=False, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(help_text="From 1 to the entry's number of legs.")
    account = models.ForeignKey(LedgerAccount, related_name="legs", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()

    class Meta:
        triggers = [
            *_APPEND_ONLY,
            pgtrigger.Trigger(
                name="legs_inserted",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="legs"),
                declare=[("wrong", "text"), ("leg", "record")],
                func=_LEGS_INSERTED,
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_leg_a_position", fields=["entry", "position"]),
            models.CheckConstraint(name="leg_positions_start_at_1", condition=Q(position__gte=1)),
            models.CheckConstraint(name="leg_moves_something", condition=~Q(amount_paise=0)),
        ]

    def __str__(self) -> str:
        return f"{self.account} {money.rupees(self.amount_paise)}"


class LedgerBalance(models.Model):
    """What a client has available, or in one reserve. The ledger's triggers keep it.

    A posting that would take more than there is fails. Other accounts have no such row, because
    all postings would wait for it; `payments.ledger.queries` sums their legs.
    """

    account = models.OneToOneField(
        LedgerAccount, primary_key=True, related_name="balance", on_delete=models.PROTECT
    )
    balance_paise = models.BigIntegerField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="balance_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="balance_follows_legs",
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
            NoTruncate(name="no_truncate"),
        ]
        constraints = [
            models.CheckConstraint(
                name="balance_not_below_zero", condition=Q(balance_paise__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {money.rupees(self.balance_paise)}"


class LedgerSeal(models.Model):
    """An entry's place in the chain of entries, with a keyed hash over it and its legs.

    Entries are sealed shortly after they are committed (`payments.ledger.seals`), so that posting
    never waits for another transaction.
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, related_name="seal", on_delete=models.PROTECT)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        triggers = _APPEND_ONLY

    def __str__(self) -> str:
        return f"Seal {self.number}"


class LedgerAnchor(models.Model):
    """How far the chain of entries reached, signed with a key that is not in the database."""

    at = models.DateTimeField()
    entries = models.BigIntegerField(help_text="Number of the last seal.")
    head = models.CharField(max_length=64, blank=True, help_text="Its hash.")
    mac = models.CharField(max_length=64, help_text="HMAC of the other columns.")

    class Meta:
        triggers = _APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.entries} entries"


class BalanceSnapshot(models.Model):
    """The balance of an account over all entries up to one seal. Made daily."""

    account = models.ForeignKey(LedgerAccount, related_name="snapshots", on_delete=models.PROTECT)
    through = models.ForeignKey(LedgerSeal, related_name="+", on_delete=models.PROTECT)
    balance_paise = models.BigIntegerField(help_text="Credits are negative.")
    taken_at = models.DateTimeField(help_text="By the clock of the database.")

    class Meta:
        triggers = _APPEND_ONLY
        constraints = [
            models.UniqueConstraint(name="one_snapshot_a_seal", fields=["account", "through"]),
        ]

    def __str__(self) -> str:
        return f"{self.account} {money.rupees(self.balance_paise)}"
