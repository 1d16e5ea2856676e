"""The accounts and the first dated rates. Harmless when it is run again."""

from datetime import date, datetime

from psycopg.types.range import Range

from payments.models import FeeRule, LedgerAccount, TaxRule

CAUTION = "To be confirmed by a chartered accountant."
NEW_ACT = date(2026, 4, 1)
OLD_ACT = date(2025, 4, 1)
OURS = (
    LedgerAccount.Kind.CASH,
    LedgerAccount.Kind.IN_TRANSIT,
    LedgerAccount.Kind.TDS_PAYABLE,
    LedgerAccount.Kind.GST_PAYABLE,
    LedgerAccount.Kind.FEE_INCOME,
)
TAX_RULES = [
    (
        Range(OLD_ACT, NEW_ACT),
        "Income-tax Act 1961, section 194C (individual contractor).",
    ),
    (
        Range(NEW_ACT, None),
        "Income-tax Act 2025, section 393(1), Table, serial number 6(i) (individual contractor).",
    ),
]
FEE_SOURCE = "As per the HitouchCX price list."


def seed(now: datetime) -> None:
    """Make what is missing; what is there is left as it is."""
    for kind in OURS:
        LedgerAccount.objects.get_or_create(kind=kind, agent=None, client=None)
    if not TaxRule.objects.exists():
        for valid, source in TAX_RULES:
            TaxRule.objects.create(
                kind=TaxRule.Kind.CONTRACTOR_INDIVIDUAL,
                valid=valid,
                rate_bp=100,
                source=source,
                caution=CAUTION,
            )
    if not FeeRule.objects.exists():
        FeeRule.objects.create(
            valid=Range(OLD_ACT, None),
            fee_bp=500,
            gst_bp=1800,
            source=FEE_SOURCE,
            caution=CAUTION,
        )
