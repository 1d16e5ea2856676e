"""Reserves: what is published is paid for in advance, and what is not earned is available again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.models import F, Sum

from conftest import NOON
from gigs.engagements import services as gig_services
from gigs.models import Client, Project, Work
from gigs.opportunities import services as opportunity_services
from gigs.signals import amount_earned
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_member,
    make_opportunity,
    make_slot,
    owner_of,
    seat,
    work_hours,
)
from gigs.work import services as work_services
from hitouch.core.cefr import CEFR
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from onboarding.steps import queries as steps_queries
from payments.deductions.client_gst import gst_on_top
from payments.earnings import adjustments
from payments.funding import deposits, reserves
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import (
    ClientGstRule,
    LedgerBalance,
    Leg,
    Payment,
    Reserve,
    ReserveIncrease,
    ReserveRelease,
)
from payments.rates.services import NoRateInForce
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db
PRICE, COST = 5_000_00, 5_900_00  # with 18% GST


@pytest.fixture(autouse=True)
def cleared(monkeypatch, asha, ravi):
    """Both agents may work; onboarding has tests of its own."""
    cleared = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: cleared)


@pytest.fixture
def orchid(db):
    """A client with an owner and no money."""
    client = Client.objects.create(name="Orchid Retail")
    make_member("Olga", client)
    return client


def offer(client, **changes):
    facts = {"pay_kind": "FIXED", "rate_paise": PRICE, "hours_each": 0, "headcount": 3} | changes
    return make_opportunity(client, publish=False, **facts)


def publish(opportunity):
    return opportunity_services.publish(
        opportunity=opportunity, by=owner_of(opportunity.client), at=NOON
    )


def approve(gig):
    """Hand in and approve the work of a gig with a fixed price."""
    work = work_services.submit_work(gig=gig, summary="Done.", by=gig.agent.user, at=NOON)
    member = gig.client.members.get()
    work_services.approve_work(work=work, member=member, at=NOON)
    return Payment.objects.get(work=work)


def money(client):
    found = ledger_queries.money_of(client)
    return found.available_paise, found.reserved_paise


def check_invariant():
    """Each reserve is what was promised, and increased, less what was earned and released."""
    check_deferred_constraints()
    assert invariants.check_money() == []
    for reserve in Reserve.objects.all():
        balance = LedgerBalance.objects.get(account__reserve=reserve).balance_paise
        earned = Payment.objects.filter(gig__opportunity=reserve.opportunity)
        sums = [
            rows.aggregate(paise=Sum(field, default=0))["paise"]
            for rows, field in (
                (reserve.increases, "amount_paise"),
                (earned, F("gross_paise") + F("client_gst_paise")),
                (reserve.releases, "amount_paise"),
            )
        ]
        assert balance == reserve.promised_paise + sums[0] - sums[1] - sums[2]


def test_publishing_reserves_the_whole_cost_or_is_refused(orchid):
    """Without enough money nothing is published; the refusal says what is missing."""
    draft = offer(orchid)
    fund(orchid, paise=3 * COST - 1)
    with pytest.raises(reserves.FundsTooLow) as refused:
        publish(draft)
    draft.refresh_from_db()
    assert (draft.state, Reserve.objects.count(), money(orchid)) == ("DRAFT", 0, (3 * COST - 1, 0))
    assert refused.value.code == "funds_too_low"
    assert refused.value.members["missing_paise"] == "1"
    assert deposits.open_funding(orchid).reference in str(refused.value)
    fund(orchid, paise=1)
    publish(draft)
    assert money(orchid) == (0, 3 * COST)
    check_invariant()


def test_one_gig_earns_another_place_is_released(orchid, asha):
    """Approval pays out of the reserve; closing releases the places that nobody took."""
    fund(orchid, paise=3 * COST)
    opportunity = publish(offer(orchid))
    approve(hire(asha, opportunity))
    assert money(orchid) == (0, 2 * COST)
    opportunity_services.close(opportunity=opportunity, by=None, at=NOON)
    assert money(orchid) == (2 * COST, 0)
    assert ReserveRelease.objects.get().cause == "CLOSED"
    check_invariant()


def test_a_gig_that_ends_releases_what_it_did_not_earn(orchid, asha):
    """Hours that were not worked are available again when the gig is completed."""
    fund(orchid, paise=3 * COST)
    opportunity = publish(offer(orchid, headcount=1))
    gig = hire(asha, opportunity)
    work = work_services.submit_work(gig=gig, summary="Done.", by=asha.user, at=NOON)
    work_services.reject_work(work=work, member=orchid.members.get(), comment="No.", at=NOON)
    assert money(orchid) == (2 * COST, COST)
    gig_services.complete_gig(gig=gig, by=None, at=NOON)
    assert money(orchid) == (3 * COST, 0)
    assert ReserveRelease.objects.get().cause == "GIG_ENDED"
    check_invariant()


@pytest.mark.parametrize(("right", "left"), [(PRICE - 700, 826), (0, COST), (PRICE + 300, -354)])
def test_a_correction_after_the_end_is_settled_with_the_client(
    orchid, asha, maker, checker, right, left
):
    """Less is released again; more is taken from what is available."""
    fund(orchid, paise=2 * COST)
    payment = approve(hire(asha, publish(offer(orchid, headcount=1))))
    assert money(orchid) == (COST, 0)
    proposed = adjustments.propose(
        payment=payment, gross_paise=right, reason="Wrong.", by=maker, at=NOON
    )
    adjustments.approve(adjustment=proposed, by=checker, at=NOON)
    assert money(orchid) == (COST + left, 0)
    check_invariant()


def test_more_than_was_set_aside_needs_money(orchid, asha):
    """A resolution beyond the reserve is refused when the client has too little."""
    fund(orchid, paise=COST)
    payment = approve(hire(asha, publish(offer(orchid, headcount=1))))
    facts = {"kind": "RESOLUTION", "gig": payment.gig, "source": payment, "amount_paise": 400}
    with pytest.raises(reserves.FundsTooLow), transaction.atomic():
        amount_earned.send(sender=Payment, **facts, by=None, at=NOON)
    fund(orchid, paise=472)
    amount_earned.send(sender=Payment, **facts, by=None, at=NOON)
    assert (money(orchid), ReserveIncrease.objects.get().amount_paise) == ((0, 0), 472)
    check_invariant()


def test_owners_are_warned_once_when_little_is_left(orchid):
    """One mail until the next deposit."""
    fund(orchid, paise=7 * COST + 1)
    publish(offer(orchid, title="One"))
    assert not OutboxMessage.objects.filter(template="payments/low_balance").exists()
    publish(offer(orchid, title="Two"))
    publish(offer(orchid, title="Three", headcount=1))
    mail = OutboxMessage.objects.get(template="payments/low_balance")
    assert deposits.open_funding(orchid).reference in mail.body
    fund(orchid, paise=1)
    assert orchid.funding.__class__.objects.get(client=orchid).warned_at is None


def test_gst_is_reserved_and_taken_with_each_earning(orchid, asha):
    """18% on top of the price goes from the reserve to what is owed to the government."""
    fund(orchid, paise=3 * COST)
    opportunity = publish(offer(orchid))
    assert Reserve.objects.get().promised_paise == 3 * COST
    payment = approve(hire(asha, opportunity))
    assert (payment.gross_paise, payment.client_gst_paise, payment.client_gst_bp) == (
        PRICE,
        900_00,
        1_800,
    )
    owed = Leg.objects.get(account__kind="GST_PAYABLE", entry__source_id=payment.pk).amount_paise
    assert -owed == payment.gst_paise + 900_00
    check_invariant()


def test_no_gst_on_top_where_the_agent_is_the_supplier(orchid, asha):
    """In the operator's model the price is the price; the fee has its own GST."""
    fund(orchid, paise=PRICE)
    draft = offer(orchid, headcount=1)
    Project.objects.update(legal_model=Project.LegalModel.OPERATOR)
    draft.refresh_from_db()
    payment = approve(hire(asha, publish(draft)))
    assert (payment.client_gst_paise, money(orchid)) == (0, (0, 0))
    check_invariant()


def test_nothing_is_published_without_a_rate_of_gst(orchid):
    """No GST is only charged where a rate says so."""
    fund(orchid, paise=3 * COST)
    with pgtrigger.ignore():
        ClientGstRule.objects.all().delete()
    with pytest.raises(NoRateInForce):
        publish(offer(orchid))


def test_a_rate_of_gst_that_rose_is_paid_from_what_is_available(orchid, asha):
    """The rate of the day of approval counts, not that of the day of publishing."""
    fund(orchid, paise=2 * COST)
    gig = hire(asha, publish(offer(orchid, headcount=1)))
    with pgtrigger.ignore():
        ClientGstRule.objects.filter(legal_model="PRINCIPAL").update(gst_bp=2_800)
    assert approve(gig).client_gst_paise == 1_400_00
    assert (money(orchid), ReserveIncrease.objects.get().amount_paise) == (
        (COST - 500_00, 0),
        500_00,
    )
    check_invariant()


@pytest.mark.parametrize(
    ("value", "gst"), [(0, 0), (1, 0), (5, 0), (6, 2), (100_00, 18_00), (123_45, 22_22)]
)
def test_gst_has_two_equal_halves(value, gst):
    """9% rounded half up, twice: central and state tax are equal to the paisa."""
    assert gst_on_top(value, 1_800) == gst


@pytest.mark.django_db(transaction=True)
def test_money_is_reserved_once_in_parallel(orchid):
    """Of five opportunities published at the same moment, the money is enough for two."""
    fund(orchid, paise=2 * 3 * COST + 1)
    drafts = [offer(orchid, title=f"Desk {number}") for number in range(5)]
    start = Barrier(5, timeout=DEADLINE_SECONDS)

    def one(draft):
        try:
            start.wait()
            publish(draft)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=5) as pool:
        assert sorted(pool.map(one, drafts)) == ["done"] * 2 + ["funds_too_low"] * 3
    assert money(orchid) == (1, 6 * COST)


HOUR_PAY, HOUR_COST = 300_00, 354_00


@pytest.fixture
def hired(rates, orchid, asha):
    """Asha's gig of 40 hours, of which she has worked two, submitted one and not the other."""
    fund(orchid, paise=40 * HOUR_COST)
    hourly = {"pay_kind": "HOURLY", "rate_paise": HOUR_PAY, "hours_each": 40, "headcount": 1}
    gig = hire(asha, publish(offer(orchid, **hourly)))
    for day in (1, 2):
        slot = make_slot(gig.opportunity, day * DAY)
        work_hours(seat(asha, slot), HOUR)
        if day == 1:
            work_services.submit_work(gig=gig, summary="Chats", by=asha.user, at=slot.ends_at)
    return gig


def decide(gig, verb):
    member, at = gig.client.members.get(), NOON + 3 * DAY
    for work in gig.works.filter(state=Work.State.PENDING):
        verb(work=work, member=member, at=at, comment="So it is.")


@pytest.mark.parametrize("opportunity_too", [False, True])
def test_an_ended_gig_keeps_the_money_of_what_was_worked(hired, orchid, opportunity_too):
    """Two hours stay reserved; one is approved and paid, the other rejected and released."""
    facts = {"why": "Over.", "by": None, "at": NOON + 3 * DAY}
    if opportunity_too:
        gig_services.cancel_opportunity(opportunity=hired.opportunity, **facts)
    else:
        gig_services.end_gig(gig=hired, **facts)
    assert money(orchid) == (38 * HOUR_COST, 2 * HOUR_COST)
    first = hired.works.order_by("created_at").first()
    work_services.approve_work(work=first, member=orchid.members.get(), at=NOON + 3 * DAY)
    assert money(orchid) == (38 * HOUR_COST, HOUR_COST)
    check_invariant()
    decide(hired, work_services.reject_work)
    assert money(orchid) == (39 * HOUR_COST, 0)
    assert Project.objects.get().promised_paise == HOUR_PAY
    check_invariant()


@pytest.mark.parametrize("verb", [work_services.approve_work, work_services.reject_work])
def test_a_replaced_gig_leaves_its_money_to_the_next(hired, orchid, ravi, verb):
    """The place has its full pay again, and what the first agent worked is reserved as well."""
    facts = {"gig": hired, "why": "Slow.", "by": None, "at": NOON + 3 * DAY}
    with pytest.raises(reserves.FundsTooLow):
        gig_services.replace_gig(**facts)
    hired.refresh_from_db()
    assert hired.is_active
    fund(orchid, paise=2 * HOUR_COST)
    gig_services.replace_gig(**facts)
    assert money(orchid) == (0, 42 * HOUR_COST)
    check_invariant()
    second = hire(ravi, hired.opportunity, at=NOON + 3 * DAY)
    decide(hired, verb)
    left = 0 if verb == work_services.approve_work else 2 * HOUR_COST
    assert money(orchid) == (left, 40 * HOUR_COST)
    check_invariant()
    gig_services.end_gig(gig=second, why="Over.", by=None, at=NOON + 3 * DAY)
    assert money(orchid) == (left + 40 * HOUR_COST, 0)
    check_invariant()


def test_an_untouched_gig_is_replaced_without_more_money(orchid, asha, ravi):
    """Its reserve serves the next agent, and is released when nobody comes."""
    fund(orchid, paise=COST)
    gig = hire(asha, publish(offer(orchid, headcount=1)))
    gig_services.replace_gig(gig=gig, why="Left.", by=None, at=NOON)
    assert money(orchid) == (0, COST)
    approve(hire(ravi, gig.opportunity))
    assert money(orchid) == (0, 0)
    check_invariant()
