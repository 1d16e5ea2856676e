"""The double-entry ledger: accounts, entries and legs. Append-only and always balanced."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from gigs.models import Client
from hitouch.core.db.base_models import BaseModel

_append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
# Legs are inserted one by one, so the sum is checked when the transaction commits. The number
# of legs is stored in the entry, so that no balanced pair can be added to it later.
_BALANCED = """
    SELECT coalesce(sum(amount_paise), 0), count(*) INTO total, found
      FROM payments_leg WHERE entry_id = {entry};
    SELECT leg_count INTO expected FROM payments_entry WHERE id = {entry};
    IF total <> 0 OR found < 2 OR found <> expected THEN
        RAISE EXCEPTION 'entry % is not balanced: % paise over % legs', {entry}, total, found
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def _balance_trigger(entry: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="balanced_at_commit",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("total", "bigint"), ("found", "bigint"), ("expected", "bigint")],
        func=_BALANCED.format(entry=entry),
    )


class AccountKind(models.TextChoices):
    """What a ledger account holds."""

    CLIENT_RECEIVABLE = "CLIENT_RECEIVABLE", "Client receivable"
    AGENT_PAYABLE = "AGENT_PAYABLE", "Agent payable"
    IN_TRANSIT = "IN_TRANSIT", "Payouts in transit"
    CASH = "CASH", "Bank"
    TDS_PAYABLE = "TDS_PAYABLE", "TDS payable"
    GST_PAYABLE = "GST_PAYABLE", "GST payable"
    FEE_INCOME = "FEE_INCOME", "Platform fee income"
    WELFARE_FEE_EXPENSE = "WELFARE_FEE_EXPENSE", "Welfare fees, expense"
    WELFARE_FEE_PAYABLE = "WELFARE_FEE_PAYABLE", "Welfare fees payable"


class EntryKind(models.TextChoices):
    """The business event that an entry books."""

    PAYMENT_OPENED = "PAYMENT_OPENED", "Payment created"
    TRANSFER_STARTED = "TRANSFER_STARTED", "Payout started"
    TRANSFER_SETTLED = "TRANSFER_SETTLED", "Payout completed"
    TRANSFER_RETURNED = "TRANSFER_RETURNED", "Payout returned by the bank"
    WELFARE_FEE = "WELFARE_FEE", "Welfare fee"
    REVERSAL = "REVERSAL", "Reversal"


class LedgerAccount(BaseModel):
    """An account of the ledger. One for each agent and client, one of each other kind."""

    Kind = AccountKind

    kind = models.CharField(max_length=24, choices=AccountKind.choices)
    agent = models.ForeignKey(
        Agent, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    client = models.ForeignKey(
        Client, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        triggers = [_append_only]
        constraints = [
            models.UniqueConstraint(
                name="one_ledger_account_each",
                fields=["kind", "agent", "client"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="ledger_account_has_its_owner",
                condition=Q(kind="AGENT_PAYABLE", agent__isnull=False, client=None)
                | Q(kind="CLIENT_RECEIVABLE", agent=None, client__isnull=False)
                | (
                    ~Q(kind__in=["AGENT_PAYABLE", "CLIENT_RECEIVABLE"]) & Q(agent=None, client=None)
                ),
            ),
        ]

    def __str__(self) -> str:
        owner = self.agent or self.client
        return f"{self.get_kind_display()}: {owner}" if owner else self.get_kind_display()


class Entry(BaseModel):
    """One business event in the ledger. A mistake is corrected by an entry that reverses it."""

    Kind = EntryKind

    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    source_id = models.UUIDField(help_text="The row whose event this is, of the kind's own sort.")
    reverses = models.OneToOneField(
        "self", null=True, blank=True, related_name="reversed_by", on_delete=models.PROTECT
    )
    leg_count = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger entries"
        triggers = [_append_only, _balance_trigger("NEW.id")]
        constraints = [
            models.UniqueConstraint(name="one_event_one_entry", fields=["kind", "source_id"]),
            models.CheckConstraint(
                name="reversal_names_what_it_reverses",
                condition=Q(kind="REVERSAL", reverses__isnull=False)
                | (~Q(kind="REVERSAL") & Q(reverses=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d %b %Y}"


class Leg(models.Model):
    """One line of an entry on one account: a positive amount is a debit, a negative a credit."""

    entry = models.ForeignKey(Entry, related_name="legs", on_delete=models.PROTECT)
    account = models.ForeignKey(LedgerAccount, related_name="legs", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()

    class Meta:
        triggers = [_append_only, _balance_trigger("NEW.entry_id")]
        constraints = [
            models.CheckConstraint(name="leg_moves_something", condition=~Q(amount_paise=0)),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_paise}"
