"""Seed the platform's ledger accounts and the first tax and fee rates. Idempotent."""

from datetime import date, datetime

from psycopg.types.range import Range

from payments.models import FeeRule, LedgerAccount, TaxRule

NOTE_FOR_STAFF = "To be confirmed by a chartered accountant."
NEW_ACT_FROM = date(2026, 4, 1)
OLD_ACT_FROM = date(2025, 4, 1)
PLATFORM_ACCOUNTS = (
    LedgerAccount.Kind.CASH,
    LedgerAccount.Kind.IN_TRANSIT,
    LedgerAccount.Kind.TDS_PAYABLE,
    LedgerAccount.Kind.GST_PAYABLE,
    LedgerAccount.Kind.FEE_INCOME,
)
TAX_RULES = [
    (
        Range(OLD_ACT_FROM, NEW_ACT_FROM),
        "Income-tax Act 1961, section 194C (individual contractor).",
    ),
    (
        Range(NEW_ACT_FROM, None),
        "Income-tax Act 2025, section 393(1), Table, serial number 6(i) (individual contractor).",
    ),
]
FEE_SOURCE = "As per the HitouchCX price list."


def seed(now: datetime) -> None:
    """Create what is missing; leave existing rows unchanged."""
    for kind in PLATFORM_ACCOUNTS:
        LedgerAccount.objects.get_or_create(kind=kind, agent=None, client=None)
    if not TaxRule.objects.exists():
        for valid, source in TAX_RULES:
            TaxRule.objects.create(
                kind=TaxRule.Kind.CONTRACTOR_INDIVIDUAL,
                valid=valid,
                rate_bp=100,
                source=source,
                caution=NOTE_FOR_STAFF,
            )
    if not FeeRule.objects.exists():
        FeeRule.objects.create(
            valid=Range(OLD_ACT_FROM, None),
            fee_bp=500,
            gst_bp=1800,
            source=FEE_SOURCE,
            caution=NOTE_FOR_STAFF,
        )
