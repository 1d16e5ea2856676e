"""The kinds of ledger accounts and entries: which accounts an entry may touch, and its source.

`RULES` is the only place that says so. The checks of the database are made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Q


class AccountKind(models.TextChoices):
    """What a ledger account holds."""

    CASH = "CASH", "Bank"
    UNMATCHED_RECEIPTS = "UNMATCHED_RECEIPTS", "Receipts not matched to a client"
    CLIENT_AVAILABLE = "CLIENT_AVAILABLE", "Client's money, available"
    CLIENT_RESERVED = "CLIENT_RESERVED", "Client's money, reserved for an opportunity"
    CLIENT_RECEIVABLE = "CLIENT_RECEIVABLE", "Client receivable"
    AGENT_PAYABLE = "AGENT_PAYABLE", "Agent payable"
    IN_TRANSIT = "IN_TRANSIT", "Transfers in transit"
    TDS_PAYABLE = "TDS_PAYABLE", "TDS payable"
    GST_PAYABLE = "GST_PAYABLE", "GST payable"
    FEE_INCOME = "FEE_INCOME", "Platform fee income"
    WELFARE_FEE_EXPENSE = "WELFARE_FEE_EXPENSE", "Welfare fees, expense"
    WELFARE_FEE_PAYABLE = "WELFARE_FEE_PAYABLE", "Welfare fees payable"
    BANK_CHARGES = "BANK_CHARGES", "Bank charges"


class EntryKind(models.TextChoices):
    """The business event that an entry books."""

    DEPOSIT_RECEIVED = "DEPOSIT_RECEIVED", "Deposit received"
    DEPOSIT_MATCHED = "DEPOSIT_MATCHED", "Deposit matched to a client"
    DEPOSIT_RETURNED = "DEPOSIT_RETURNED", "Deposit sent back"
    RESERVED = "RESERVED", "Reserved for an opportunity"
    RESERVE_INCREASED = "RESERVE_INCREASED", "Reserve increased"
    RESERVE_RELEASED = "RESERVE_RELEASED", "Reserve released"
    PAYMENT_OPENED = "PAYMENT_OPENED", "Payment created"
    WELFARE_FEE = "WELFARE_FEE", "Welfare fee"
    TRANSFER_STARTED = "TRANSFER_STARTED", "Payout started"
    TRANSFER_SETTLED = "TRANSFER_SETTLED", "Payout completed"
    TRANSFER_RETURNED = "TRANSFER_RETURNED", "Payout returned by the bank"
    REFUND_STARTED = "REFUND_STARTED", "Refund started"
    REFUND_SETTLED = "REFUND_SETTLED", "Refund completed"
    REFUND_RETURNED = "REFUND_RETURNED", "Refund returned by the bank"
    LIABILITY_PAID = "LIABILITY_PAID", "Tax or fee paid to the government"
    BANK_CHARGED = "BANK_CHARGED", "Charges of the bank"
    REVERSAL = "REVERSAL", "Reversal"


#: The owner of each kind of account that has one; the others exist once.
OWNERS: dict[AccountKind, tuple[str, ...]] = {
    AccountKind.CLIENT_AVAILABLE: ("client",),
    AccountKind.CLIENT_RESERVED: ("client", "reserve"),
    AccountKind.CLIENT_RECEIVABLE: ("client",),
    AccountKind.AGENT_PAYABLE: ("agent",),
}
#: Accounts whose balance is stored with each leg, and cannot fall below zero.
FLOORED = (AccountKind.CLIENT_AVAILABLE, AccountKind.CLIENT_RESERVED)


@dataclass(frozen=True)
class EntryRule:
    """What an entry of one kind may debit and credit, and the model of the row it is about."""

    source: str
    debits: tuple[AccountKind, ...]
    credits: tuple[AccountKind, ...]


_A, _E = AccountKind, EntryKind
#: A reversal is the exception: it mirrors the legs of the entry that it reverses.
RULES: dict[EntryKind, EntryRule] = {
    _E.DEPOSIT_RECEIVED: EntryRule("payments.deposit", (_A.CASH,), (_A.UNMATCHED_RECEIPTS,)),
    _E.DEPOSIT_MATCHED: EntryRule(
        "payments.deposit", (_A.UNMATCHED_RECEIPTS,), (_A.CLIENT_AVAILABLE,)
    ),
    _E.DEPOSIT_RETURNED: EntryRule("payments.depositreturn", (_A.UNMATCHED_RECEIPTS,), (_A.CASH,)),
    _E.RESERVED: EntryRule("payments.reserve", (_A.CLIENT_AVAILABLE,), (_A.CLIENT_RESERVED,)),
    _E.RESERVE_INCREASED: EntryRule(
        "payments.reserveincrease", (_A.CLIENT_AVAILABLE,), (_A.CLIENT_RESERVED,)
    ),
    _E.RESERVE_RELEASED: EntryRule(
        "payments.reserverelease", (_A.CLIENT_RESERVED,), (_A.CLIENT_AVAILABLE,)
    ),
    # The receivable pays for gigs that were published before clients paid in advance.
    _E.PAYMENT_OPENED: EntryRule(
        "payments.payment",
        (_A.CLIENT_RESERVED, _A.CLIENT_RECEIVABLE),
        (_A.AGENT_PAYABLE, _A.TDS_PAYABLE, _A.FEE_INCOME, _A.GST_PAYABLE),
    ),
    _E.WELFARE_FEE: EntryRule(
        "payments.payment", (_A.WELFARE_FEE_EXPENSE,), (_A.WELFARE_FEE_PAYABLE,)
    ),
    _E.TRANSFER_STARTED: EntryRule("payments.payoutattempt", (_A.AGENT_PAYABLE,), (_A.IN_TRANSIT,)),
    _E.TRANSFER_SETTLED: EntryRule("payments.payoutattempt", (_A.IN_TRANSIT,), (_A.CASH,)),
    _E.TRANSFER_RETURNED: EntryRule("payments.payoutattempt", (_A.CASH,), (_A.AGENT_PAYABLE,)),
    _E.REFUND_STARTED: EntryRule("payments.clientrefund", (_A.CLIENT_AVAILABLE,), (_A.IN_TRANSIT,)),
    _E.REFUND_SETTLED: EntryRule("payments.clientrefund", (_A.IN_TRANSIT,), (_A.CASH,)),
    _E.REFUND_RETURNED: EntryRule("payments.clientrefund", (_A.CASH,), (_A.CLIENT_AVAILABLE,)),
    _E.LIABILITY_PAID: EntryRule(
        "payments.liabilitypayment",
        (_A.TDS_PAYABLE, _A.GST_PAYABLE, _A.WELFARE_FEE_PAYABLE),
        (_A.CASH,),
    ),
    _E.BANK_CHARGED: EntryRule("payments.statementline", (_A.BANK_CHARGES,), (_A.CASH,)),
}
REVERSAL_SOURCE = "payments.entry"


def source_types() -> dict[EntryKind, str]:
    """The model of the source of each kind of entry."""
    return {kind: rule.source for kind, rule in RULES.items()} | {
        EntryKind.REVERSAL: REVERSAL_SOURCE
    }


def source_condition() -> Q:
    """The check that an entry's source is of its kind's model."""
    condition = Q()
    for kind, source in source_types().items():
        condition |= Q(kind=kind.value, source_type=source)
    return condition


def owner_condition() -> Q:
    """The check that an account has the owner of its kind."""
    columns = ("agent", "client", "reserve")
    condition = Q()
    for kind, owner in OWNERS.items():
        condition |= Q(
            kind=kind.value, **{f"{name}__isnull": name not in owner for name in columns}
        )
    shared = {f"{name}__isnull": True for name in columns}
    return condition | (~Q(kind__in=[kind.value for kind in OWNERS]) & Q(**shared))


def sides() -> Iterator[tuple[str, str, int]]:
    """Each kind of entry with an account it may touch: 1 for a debit, -1 for a credit."""
    for kind, rule in RULES.items():
        yield from ((kind.value, account.value, 1) for account in rule.debits)
        yield from ((kind.value, account.value, -1) for account in rule.credits)
