"""Seed the platform's ledger accounts and the first tax and fee rates. Idempotent."""

from datetime import date, datetime

from psycopg.types.range import Range

from gigs.models import Client, Project
from hitouch.core.india_time import day_of
from payments.funding import deposits
from payments.ledger import queries as ledger_queries
from payments.models import (
    ClientGstRule,
    Deposit,
    FeeRule,
    LedgerAccount,
    TaxRule,
    WelfareFeeRule,
)
from payments.models.entry_kinds import OWNERS

NOTE_FOR_STAFF = "To be confirmed by a chartered accountant."
NEW_ACT_FROM = date(2026, 4, 1)
OLD_ACT_FROM = date(2025, 4, 1)
PLATFORM_ACCOUNTS = [kind for kind in LedgerAccount.Kind if kind not in OWNERS]
LAKH = 1_00_000_00
#: 1 % of an individual's pay, above ₹30,000 at once or ₹1,00,000 in a year; 20 % without a PAN.
CONTRACTOR = {
    "kind": TaxRule.Kind.CONTRACTOR_INDIVIDUAL,
    "rate_bp": 100,
    "no_pan_bp": 2_000,
    "free_up_to_paise": 30_000_00,
    "yearly_free_up_to_paise": LAKH,
}
#: 0.1 % of sales through an operator, above ₹5,00,000 in a year with a PAN; 5 % without one.
PARTICIPANT = {
    "kind": TaxRule.Kind.PARTICIPANT,
    "rate_bp": 10,
    "no_pan_bp": 500,
    "yearly_free_up_to_paise": 5 * LAKH,
    "thresholds_need_pan": True,
}
TAX_RULES = [
    (
        CONTRACTOR,
        Range(OLD_ACT_FROM, NEW_ACT_FROM),
        "Income-tax Act 1961, section 194C (individual contractor).",
    ),
    (
        CONTRACTOR,
        Range(NEW_ACT_FROM, None),
        "Income-tax Act 2025, section 393(1), Table, serial number 6(i) (individual contractor).",
    ),
    (
        PARTICIPANT,
        Range(OLD_ACT_FROM, NEW_ACT_FROM),
        "Income-tax Act 1961, section 194-O (e-commerce participant).",
    ),
    (
        PARTICIPANT,
        Range(NEW_ACT_FROM, None),
        "Income-tax Act 2025, section 393(1), Table, serial number 8(v) (e-commerce participant).",
    ),
]
KARNATAKA_FROM = date(2026, 2, 13)
KARNATAKA_SOURCE = (
    "Karnataka Platform Based Gig Workers (Social Security and Welfare) Act 2025, "
    "order of 13 February 2026."
)
#: Rate and service code by legal model: call centre services, or other support services.
CLIENT_GST = {
    Project.LegalModel.PRINCIPAL: (
        1_800,
        "998593",
        "Notification 11/2017-Central Tax (Rate), serial number 23, heading 9985: 18%.",
    ),
    Project.LegalModel.OPERATOR: (
        0,
        "998599",
        "The agent is the supplier. The GST on our fee is in the fee rate.",
    ),
}
FEE_SOURCE = "As per the HitouchCX price list."


def seed(now: datetime) -> None:
    """Create what is missing; leave existing rows unchanged."""
    for kind in PLATFORM_ACCOUNTS:
        LedgerAccount.objects.get_or_create(kind=kind, agent=None, client=None)
    there = set(TaxRule.objects.values_list("kind", flat=True))
    for terms, valid, source in TAX_RULES:
        if terms["kind"] not in there:
            TaxRule.objects.create(**terms, valid=valid, source=source, caution=NOTE_FOR_STAFF)
    if not WelfareFeeRule.objects.exists():
        WelfareFeeRule.objects.create(
            state="Karnataka",
            valid=Range(KARNATAKA_FROM, None),
            fee_bp=100,
            cap_paise=150,
            source=KARNATAKA_SOURCE,
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
    seed_client_gst()


def seed_client_gst() -> None:
    """The first rates of GST that clients pay on top."""
    if ClientGstRule.objects.exists():
        return
    for legal_model, (gst_bp, sac, source) in CLIENT_GST.items():
        ClientGstRule.objects.create(
            legal_model=legal_model,
            valid=Range(OLD_ACT_FROM, None),
            gst_bp=gst_bp,
            sac=sac,
            source=source,
            caution=NOTE_FOR_STAFF,
        )


def fund_client(client: Client, now: datetime) -> None:
    """A deposit of ₹50 lakh by the demo's client, when less than ₹10 lakh are available."""
    if ledger_queries.money_of(client).available_paise >= 10 * LAKH:
        return
    reference = deposits.open_funding(client).reference
    deposits.receive_deposit(
        amount_paise=50 * LAKH,
        utr_number=f"DEMO{Deposit.objects.count() + 1:012d}",
        received_on=day_of(now),
        narration=f"NEFT CR-{client.name.upper()}-{reference}",
        origin=Deposit.Origin.STATEMENT,
        at=now,
    )
