"""The demo shows every state of money that finance has to know."""

from datetime import timedelta

from conftest import NOON, make_agent, make_user
from gigs import demo as gigs_demo
from payments import seeding
from payments.demo import week
from payments.integrity import invariants
from payments.ledger import seals
from payments.models import (
    Bill,
    CreditNote,
    Deposit,
    Difference,
    Payment,
    PaymentHold,
    Payout,
    PayoutBatch,
    RateProposal,
    Withholding,
)
from payments.payouts import switch


def test_every_state_is_there(demo_week):
    """Funded, paid, returned, unknown, failed, on hold, unmatched, and what waits for approval.

    All of it happened in the last hundred days.
    """
    states = set(Payout.objects.values_list("state", flat=True))
    assert {"READY", "COMPLETED", "REVERSED", "UNKNOWN", "FAILED"} <= states
    assert set(Deposit.objects.values_list("state", flat=True)) == {"MATCHED", "UNMATCHED"}
    assert set(PaymentHold.objects.values_list("cause", flat=True)) == {"CHECK", "DISPUTE"}
    assert PayoutBatch.objects.get(state="SUBMITTED").rail == "NEFT_FILE"
    assert [(row.side, row.kind) for row in Difference.objects.open()] == [("BANK", "MISSING_OURS")]
    assert RateProposal.objects.get().payments_affected
    assert Withholding.objects.filter(withheld_paise__gt=0).exists()
    assert CreditNote.objects.get().bill in Bill.objects.filter(igst_paise__gt=0)
    moments = [payment.opened_at for payment in Payment.objects.all()]
    assert NOON - timedelta(days=week.HISTORY_DAYS) < min(moments) < max(moments) <= NOON


def test_the_books_agree_beside_the_other_client(demo_week):
    """The same agents also work for the second client of the demo."""
    agents = gigs_demo.DemoAgents(demo_week.asha, demo_week.ravi, make_agent("Farah", level="B2"))
    gigs_demo.play(NOON, owner=make_user("Lola"), agents=agents, fund=seeding.fund_client)
    seals.seal_entries(at=NOON)
    assert invariants.check_money() == []
    assert Payment.objects.filter(agent=agents.farah).exists()


def test_again_it_only_explains_what_would_stop_sending(demo_week):
    """No invariant is broken and sending is on, also after a second start, which adds no payment.

    The old difference is closed before it stops sending.
    """
    seals.seal_entries(at=NOON)
    assert invariants.check_money() == []
    assert switch.may_send()
    payments = Payment.objects.count()
    week.play(cast=demo_week, now=NOON + timedelta(hours=2))
    assert Difference.objects.open().count() == 1
    week.play(cast=demo_week, now=NOON + timedelta(days=2))
    assert not Difference.objects.open().exists()
    assert Payment.objects.count() == payments
