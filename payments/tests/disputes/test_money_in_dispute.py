"""Money in dispute: it is held and stays reserved, and each end of a dispute accounts for it."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import NOON, make_staff
from gigs import standing
from gigs.applications import applicants
from gigs.disputes import bids, resolutions
from gigs.disputes import services as dispute_services
from gigs.disputes.subjects import Side
from gigs.engagements import services as gig_services
from gigs.models import (
    Application,
    Claim,
    Client,
    Dispute,
    DisputeResolution,
    Gig,
    Rating,
    RefusedPart,
    SettlementBid,
    Work,
)
from gigs.ratings import services as rating_services
from gigs.shifts import services as shift_services
from gigs.tests.disputes.cases import (
    DAY,
    approved,
    code_of,
    dispute_of,
    escalated,
    negotiated,
    rejected,
    submitted,
)
from gigs.tests.support.marketplace import (
    cleared,
    hire,
    make_client,
    make_member,
    make_opportunity,
    make_slot,
    owner_of,
    seat,
)
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from payments.earnings import adjustments
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Adjustment, Payment, PaymentHold
from tests.support.funding import CRORE_PAISE, fund, seed_rates

PRICE, COST = 5_000_00, 5_900_00  # with 18% GST


@pytest.fixture
def single(orchid: Any) -> Any:
    """One place at a fixed price, so that ending it frees all of its money."""
    return make_opportunity(
        orchid, title="Audit calls", pay_kind="FIXED", rate_paise=PRICE, hours_each=0, headcount=1
    )


def check() -> None:
    assert invariants.check_money() == []


def funds(client: Any) -> tuple[int, int]:
    """Available and reserved, as differences from what was paid in."""
    found = ledger_queries.money_of(client)
    return found.available_paise - CRORE_PAISE, found.reserved_paise


def bid(dispute: Dispute, side: str, paise: int) -> SettlementBid:
    by = dispute.agent.user if side == "AGENT" else owner_of(dispute.client)
    return bids.place_bid(dispute=dispute, side=side, amount_paise=paise, by=by, at=NOON)


def decide(dispute: Dispute, by: Any, action: str, **changes: Any) -> DisputeResolution:
    facts = {"action": action, "reason": "The log shows it.", "by": by, "at": NOON}
    return resolutions.decide(dispute=dispute, **(facts | changes))


def end(gig: Gig) -> Gig:
    gig_services.end_gig(gig=gig, why="Season over", by=None, at=NOON)
    gig.refresh_from_db()
    return gig


def paid(dispute: Dispute) -> list[int]:
    rows = Payment.objects.filter(gig=dispute.gig, kind="RESOLUTION")
    return list(rows.values_list("gross_paise", flat=True))


def test_what_is_in_dispute_stays_reserved_after_the_end(asha: Any, single: Any):
    """The end of the gig frees the rest, and the end of the dispute frees it all."""
    work = rejected(asha, single)
    dispute = dispute_of(work, asked_paise=2_000_00)
    end(work.gig)
    assert funds(single.client) == (-2_360_00, 2_360_00)
    check()
    withdraw = {"side": Side.AGENT, "reason": "Settled by phone", "by": asha.user, "at": NOON}
    dispute_services.withdraw(dispute=dispute, **withdraw)
    assert funds(single.client) == (0, 0)
    check()


def test_a_dispute_after_the_end_reserves_again(asha: Any, single: Any):
    """What the client has available is set aside once more, and freed by the decision."""
    work = rejected(asha, single)
    end(work.gig)
    assert funds(single.client) == (0, 0)
    dispute = dispute_of(work, asked_paise=PRICE)
    assert funds(single.client) == (-COST, COST)
    by = owner_of(single.client)
    dispute_services.accept(dispute=dispute, side=Side.CLIENT, by=by, at=NOON)
    dispute.refresh_from_db()
    assert (dispute.state, paid(dispute)) == ("SETTLED", [PRICE])
    assert funds(single.client) == (-COST, 0)
    check()


def test_approvals_leave_what_is_in_dispute(asha: Any, single: Any):
    """Other work of the gig takes its pay from elsewhere while a dispute is live."""
    work = rejected(asha, single)
    dispute_of(work, asked_paise=1_000_00)
    other = submitted(work.gig)
    member = single.client.members.get(role="OWNER")
    work_services.approve_work(work=other, member=member, at=NOON)
    assert funds(single.client)[1] == 1_180_00
    check()


@pytest.mark.parametrize("asked", [None, 1_000_00, PRICE])
def test_a_disputed_payment_waits(asked: int | None, asha: Any, fixed: Any):
    """No more than the amount in dispute is held, and it is released when the dispute ends."""
    work = approved(asha, fixed)
    dispute = dispute_of(work, Side.CLIENT, asked_paise=asked)
    hold = PaymentHold.objects.get(payment__work=work, released_at=None)
    net = hold.payment.net_paise
    assert (hold.cause, hold.amount_paise) == ("DISPUTE", asked if asked and asked < net else None)
    by = owner_of(fixed.client)
    withdraw = {"side": Side.CLIENT, "reason": "It was right", "by": by, "at": NOON}
    dispute_services.withdraw(dispute=dispute, **withdraw)
    hold.refresh_from_db()
    assert hold.released_at is not None
    check()


def test_a_lower_pay_is_proposed_to_finance(asha: Any, fixed: Any):
    """Agreed by the agent: two people of finance still confirm what is taken off."""
    work = approved(asha, fixed)
    dispute = dispute_of(work, Side.CLIENT, asked_paise=1_000_00)
    dispute_services.accept(dispute=dispute, side=Side.AGENT, by=asha.user, at=NOON)
    proposed = Adjustment.objects.get()
    assert (proposed.gross_paise, proposed.state) == (4_000_00, "PROPOSED")
    adjustments.approve(adjustment=proposed, by=make_staff("Chitra", "finance"), at=NOON)
    grosses = Payment.objects.filter(gig=work.gig).values_list("gross_paise", flat=True)
    assert sorted(grosses) == [-PRICE, 4_000_00, PRICE]
    check()


def test_amounts_that_cross_settle(asha: Any, fixed: Any):
    """The agent gets the middle, a half paisa rounded down, out of the reserve."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=PRICE)
    bid(dispute, "AGENT", 2_000_01)
    assert code_of(lambda: bid(dispute, "AGENT", 1)) == "named_already"
    bid(dispute, "CLIENT", 3_000_02)
    dispute.refresh_from_db()
    assert (dispute.state, paid(dispute)) == ("SETTLED", [2_500_01])
    assert dispute.resolutions.get().proposed_by is None
    check()


def test_amounts_that_do_not_cross_stay_sealed(asha: Any, fixed: Any):
    """Three rounds, then no more; nothing that is stored or said shows an amount."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=PRICE)
    for _ in range(3):
        bid(dispute, "CLIENT", 1_234_56)
        bid(dispute, "AGENT", 4_321_00)
    assert code_of(lambda: bid(dispute, "AGENT", 1)) == "no_rounds_left"
    assert (dispute.bids.count(), paid(dispute)) == (6, [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(bid)::text FROM gigs_settlementbid AS bid")
        stored = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT row_to_json(event)::text FROM accounts_auditevent AS event")
        logged = " ".join(row[0] for row in cursor.fetchall())
    assert "123456" not in stored
    assert "123456" not in logged
    named = SettlementBid.objects.filter(side="CLIENT").first()
    assert named is not None
    assert named.computed_commitment() == named.commitment
    with pytest.raises(DatabaseError), transaction.atomic():
        SettlementBid.objects.filter(pk=named.pk).update(commitment="0" * 64)


def test_bids_are_bounded(asha: Any, ravi: Any, fixed: Any):
    """Between nothing and the amount in dispute, in a negotiation about an amount."""
    dispute = dispute_of(rejected(asha, fixed), asked_paise=1_000_00)
    assert code_of(lambda: bid(dispute, "AGENT", 1)) == "not_in_negotiation"
    by = owner_of(fixed.client)
    dispute_services.contest(dispute=dispute, side=Side.CLIENT, text="No", by=by, at=NOON)
    for paise in (-1, 1_000_01, 10**14):
        assert code_of(lambda paise=paise: bid(dispute, "CLIENT", paise)) == "bid_out_of_range"
    without = negotiated(rejected(ravi, fixed))
    assert code_of(lambda: bid(without, "AGENT", 1)) == "no_amount_in_dispute"


def test_nothing_for_nothing(asha: Any, fixed: Any):
    """Both may name zero: the dispute ends, and nothing is paid."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=PRICE)
    bid(dispute, "AGENT", 0)
    bid(dispute, "CLIENT", 1)
    dispute.refresh_from_db()
    assert (dispute.state, paid(dispute)) == ("SETTLED", [])
    assert dispute.resolutions.get().action == "NOTHING"


def test_a_client_bids_on_what_it_takes_off(asha: Any, fixed: Any):
    """The agent keeps the middle of what is in dispute."""
    dispute = negotiated(approved(asha, fixed), Side.CLIENT, asked_paise=1_000_00)
    bid(dispute, "CLIENT", 600_00)
    bid(dispute, "AGENT", 400_00)
    assert Adjustment.objects.get().gross_paise == PRICE - 500_00
    check()


@pytest.mark.django_db(transaction=True)
def test_crossing_bids_at_once_settle_once():
    """Both amounts come in at the same moment; there is one resolution and one payment."""
    seed_rates()
    asha, client = cleared("Asha"), make_client("Orchid Retail")
    make_member("Olga", client)
    work = rejected(asha, make_opportunity(
        client, pay_kind="FIXED", rate_paise=PRICE, hours_each=0, headcount=1
    ))  # fmt: skip
    dispute = negotiated(work, asked_paise=PRICE)
    barrier = Barrier(8)
    codes: list[str] = []

    def name(side: str) -> None:
        barrier.wait(timeout=60)
        try:
            bid(dispute, side, 3_000_00)
        except Refusal as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=name, args=(side,)) for side in ["AGENT", "CLIENT"] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    dispute.refresh_from_db()
    assert (dispute.state, paid(dispute), dispute.bids.count()) == ("SETTLED", [3_000_00], 2)
    assert len(codes) == 6
    check()


def test_staff_pay_within_a_limit_alone(asha: Any, fixed: Any, desk: Any):
    """A small amount is decided by one person; the payment is opened, and the reason is told."""
    dispute = escalated(rejected(asha, fixed), asked_paise=PRICE)
    resolution = decide(dispute, desk, "PAY", amount_paise=PRICE)
    assert (resolution.state, paid(dispute)) == ("APPLIED", [PRICE])
    dispute.refresh_from_db()
    assert (dispute.state, dispute.due_at) == ("DECIDED", None)
    check()


def test_a_large_amount_needs_two_people(asha: Any, fixed: Any, desk: Any, settings: Any):
    """One proposes and another confirms, also for SQL; a rejected proposal can be made anew."""
    settings.HITOUCH_DISPUTE_SECOND_CHECK_RUPEES = 1_000
    dispute = escalated(rejected(asha, fixed), asked_paise=PRICE)
    first = decide(dispute, desk, "PAY", amount_paise=PRICE)
    assert (first.state, paid(dispute)) == ("PROPOSED", [])
    assert code_of(lambda: decide(dispute, desk, "NOTHING")) == "resolution_pending"
    facts = {"resolution": first, "at": NOON}
    assert code_of(lambda: resolutions.confirm(**facts, by=desk)) == "own_resolution"
    with pytest.raises(DatabaseError), transaction.atomic():
        DisputeResolution.objects.filter(pk=first.pk).update(state="APPLIED", decided_by=desk)
    second = make_staff("Esha", "operations")
    resolutions.reject(**facts, reason="Too much", by=second)
    again = decide(dispute, desk, "PAY", amount_paise=2_000_00)
    resolutions.confirm(resolution=again, by=second, at=NOON)
    assert paid(dispute) == [2_000_00]
    check()


def test_who_decides_is_not_concerned(asha: Any, fixed: Any, desk: Any):
    """Not the agent, nor a member, nor who opened it, by the service and by the database."""
    dispute = escalated(rejected(asha, fixed), asked_paise=PRICE)
    member = make_member("Deepa", fixed.client, role="VIEWER").user
    for person in (asha.user, member, dispute.opened_by):
        assert code_of(lambda person=person: decide(dispute, person, "NOTHING")) == "not_impartial"
        with pytest.raises(DatabaseError), transaction.atomic():
            DisputeResolution.objects.create(
                dispute=dispute, origin="STAFF", action="NOTHING", reason="Mine",
                proposed_by=person, proposed_at=NOON,
            )  # fmt: skip
    assert code_of(lambda: decide(dispute, desk, "NOTHING", reason=" ")) == "reason_missing"
    assert decide(dispute, desk, "NOTHING").state == "APPLIED"


def test_staff_decide_only_what_was_passed_to_them(asha: Any, fixed: Any, desk: Any):
    """They may take it over, with a reason."""
    dispute = dispute_of(rejected(asha, fixed))
    assert code_of(lambda: decide(dispute, desk, "NOTHING")) == "not_escalated"
    dispute_services.take_over(dispute=dispute, reason="Urgent", by=desk, at=NOON)
    assert decide(dispute, desk, "NOTHING").state == "APPLIED"
    assert code_of(lambda: decide(dispute, desk, "NOTHING")) == "dispute_closed"


def test_rejected_work_is_reviewed_again(asha: Any, single: Any, desk: Any):
    """Also of an ended gig: the client decides anew, and silence approves and pays."""
    work = rejected(asha, single)
    end(work.gig)
    dispute = escalated(work, asked_paise=PRICE)
    decide(dispute, desk, "REOPEN_WORK")
    work.refresh_from_db()
    assert (work.state, work.round) == ("UNDER_REVIEW", 2)
    assert funds(single.client) == (-COST, COST)
    work_services.auto_approve(work=work, at=NOON + 7 * DAY)
    assert Payment.objects.get(work=work).gross_paise == PRICE
    assert funds(single.client) == (-COST, 0)
    check()


def test_reopened_work_can_be_rejected_again(asha: Any, single: Any, desk: Any):
    """Then its money is free again, and the gig stays ended."""
    work = rejected(asha, single)
    end(work.gig)
    decide(escalated(work), desk, "REOPEN_WORK")
    member = single.client.members.get(role="OWNER")
    work.refresh_from_db()
    work_services.reject_work(work=work, member=member, comment="Still wrong", at=NOON + DAY)
    assert funds(single.client) == (0, 0)
    check()


def test_replaced_work_is_not_reopened(asha: Any, single: Any, desk: Any):
    """A fixed price is earned once."""
    work = rejected(asha, single)
    dispute = escalated(work)
    submitted(work.gig)
    assert code_of(lambda: decide(dispute, desk, "REOPEN_WORK")) == "work_was_replaced"
    dispute.refresh_from_db()
    assert dispute.state == "ESCALATED"


def test_a_missed_shift_is_excused_and_paid(asha: Any, opportunity: Any, desk: Any):
    """Excused, with an amount out of the gig's reserve."""
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    later = claim.slot.ends_at
    shift_services.record_missed_shift(claim=claim, at=later)
    dispute = escalated(Claim.objects.get(pk=claim.pk), asked_paise=1_200_00, at=later)
    decide(dispute, desk, "EXCUSE_SHIFT", amount_paise=1_200_00, at=later)
    claim.refresh_from_db()
    assert (claim.state, paid(dispute)) == ("EXCUSED", [1_200_00])
    check()


def test_a_rating_is_hidden_and_does_not_count(asha: Any, orchid: Any, desk: Any):
    """The standing leaves it out."""
    gigs = [hire(asha, make_opportunity(orchid, title=f"Chat {number}")) for number in range(4)]
    for gig, stars in zip(gigs, (1, 5, 5, 5), strict=True):
        end(gig)
        for side, by in (("AGENT", asha.user), ("CLIENT", owner_of(orchid))):
            rating_services.rate(gig=gig, side=side, stars=stars, by=by, at=NOON)
    before = standing.standing_of_agent(asha, now=NOON)
    dispute = escalated(gigs[0])
    unfair = Rating.objects.get(gig=gigs[0], side="CLIENT")
    other = Rating.objects.get(gig=gigs[1], side="CLIENT")
    for rating in (None, other):
        call = {"action": "HIDE_RATING", "rating": rating}
        assert code_of(lambda call=call: decide(dispute, desk, **call)) == "resolution_does_not_fit"
    decide(dispute, desk, "HIDE_RATING", rating=unfair)
    after = standing.standing_of_agent(asha, now=NOON)
    assert before is not None
    assert after is not None
    assert (before.stars, after.stars) == ("4.0", "5.0")
    assert standing.standings_of_agents([asha], now=NOON) == {asha.pk: after}
    application = Application.objects.filter(pk=gigs[0].application_id)
    assert applicants.by_standing(application, now=NOON).get().average == 5


@pytest.mark.parametrize(
    ("action", "amount", "code"),
    [
        ("PAY", 0, "amount_does_not_fit"),
        ("PAY", -5, "amount_does_not_fit"),
        ("PAY", PRICE + 1, "amount_does_not_fit"),
        ("NOTHING", 5, "amount_does_not_fit"),
        ("REDUCE_PAY", 5, "resolution_does_not_fit"),
        ("EXCUSE_SHIFT", 0, "resolution_does_not_fit"),
        ("HIDE_RATING", 0, "resolution_does_not_fit"),
    ],
)
def test_a_resolution_fits_the_subject(
    action: str, amount: int, code: str, asha: Any, fixed: Any, desk: Any
):
    """Each action is refused where it makes no sense, and changes nothing."""
    dispute = escalated(rejected(asha, fixed))
    assert code_of(lambda: decide(dispute, desk, action, amount_paise=amount)) == code
    assert dispute.resolutions.count() == 0


@pytest.fixture
def spent(asha: Any) -> Work:
    """Rejected work of an ended gig, whose client has spent all its money on other work."""
    client = Client.objects.create(name="Lotus Foods")
    make_member("Leela", client)
    fund(client, paise=COST)
    offer = {"pay_kind": "FIXED", "rate_paise": PRICE, "hours_each": 0, "headcount": 1}
    work = rejected(asha, make_opportunity(client, **offer))
    end(work.gig)
    make_opportunity(client, title="Other calls", **offer)
    return work


def test_a_resolution_without_money_is_refused(spent: Work, desk: Any):
    """The code says so, and the dispute waits for another decision."""
    dispute = escalated(spent, asked_paise=PRICE)
    refused = code_of(lambda: decide(dispute, desk, "PAY", amount_paise=PRICE))
    assert refused in ("funds_too_low", "project_over_budget")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.resolutions.count()) == ("ESCALATED", 0)
    assert decide(dispute, desk, "NOTHING").state == "APPLIED"
    check()


def test_amounts_that_cross_without_money_go_to_staff(spent: Work):
    """Neither side has to begin again: the agreed amount stands in the history."""
    dispute = negotiated(spent, asked_paise=PRICE)
    bid(dispute, "CLIENT", PRICE)
    bid(dispute, "AGENT", 1_000_00)
    dispute.refresh_from_db()
    last = dispute.events.order_by("pk").last()
    assert last is not None
    assert (dispute.state, "₹3,000.00" in last.why) == ("ESCALATED", True)
    check()


def refused_part(asha: Any, offer: Any) -> RefusedPart:
    """₹1,000 of work at a fixed price that the client did not approve."""
    work = submitted(hire(asha, offer))
    found = refused_parts.Refused(reason="QUALITY", note="Two calls", amount_paise=1_000_00)
    refused_parts.approve_in_part(
        work=work, member=offer.client.members.get(role="OWNER"), refused=[found], at=NOON
    )
    return RefusedPart.objects.get(work=work)


@pytest.mark.parametrize("ends", ["accepted", "bids", "withdrawn", "decided"])
def test_a_refused_part_is_disputed(ends: str, asha: Any, single: Any, desk: Any):
    """Its money stays reserved once, and the end of the dispute pays some of it or frees it."""
    part = refused_part(asha, single)
    dispute = negotiated(part)
    assert (dispute.kind, dispute.asked_paise) == ("PART", 1_000_00)
    part.refresh_from_db()
    assert part.state == "DISPUTED"
    assert funds(single.client)[1] == 1_180_00
    check()
    if ends == "accepted":
        by = owner_of(single.client)
        dispute_services.accept(dispute=dispute, side=Side.CLIENT, by=by, at=NOON)
    elif ends == "bids":
        bid(dispute, "CLIENT", 800_00)
        bid(dispute, "AGENT", 400_00)
    elif ends == "withdrawn":
        facts = {"side": Side.AGENT, "reason": "Fair", "by": asha.user, "at": NOON}
        dispute_services.withdraw(dispute=dispute, **facts)
    else:
        dispute_services.take_over(dispute=dispute, reason="Long", by=desk, at=NOON)
        refused = code_of(lambda: decide(dispute, desk, "PAY", amount_paise=1_000_01))
        assert refused == "amount_does_not_fit"
        decide(dispute, desk, "PAY", amount_paise=250_00)
    part.refresh_from_db()
    granted = {"accepted": 1_000_00, "bids": 600_00, "withdrawn": 0, "decided": 250_00}[ends]
    assert (part.granted_paise, part.state) == (granted, "GRANTED" if granted else "FINAL")
    assert paid(dispute) == ([granted] if granted else [])
    check()


def test_only_the_agent_disputes_a_refused_part(asha: Any, single: Any):
    """The client refused it itself, and disputed once it is decided for good."""
    part = refused_part(asha, single)
    assert code_of(lambda: dispute_of(part, Side.CLIENT)) == "wrong_side"
    refused_parts.settle_part(part=part, granted_paise=0, by=None, at=NOON)
    assert code_of(lambda: dispute_of(part)) == "part_settled"
