"""Work approved in part: what is paid at once, what stays reserved, and what the slip shows."""

from datetime import timedelta

import pytest

from conftest import NOON
from gigs.engagements import services as gig_services
from gigs.models import Client, RefusedPart
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_member,
    make_opportunity,
    make_slot,
    seat,
    work_hours,
)
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from payments.funding import reserves
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Payment
from payments.statements import payslip, queries
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund
from tools import check_payslip

pytestmark = pytest.mark.django_db
#: 40 hours at 300 rupees and 11 paise, with GST.
RATE, COST = 300_11, 14_165_19
LATER = NOON + 4 * DAY


@pytest.fixture
def work(asha, monkeypatch):
    """Three hours and some seconds, submitted to a client who paid in for one gig."""
    cleared = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: cleared)
    client = Client.objects.create(name="Orchid Retail")
    make_member("Olga", client)
    fund(client, paise=COST + 100)
    gig = hire(asha, make_opportunity(client, headcount=1, rate_paise=RATE))
    work_hours(seat(asha, make_slot(gig.opportunity)), 3 * HOUR + timedelta(seconds=17))
    return work_services.submit_work(gig=gig, summary="Done.", by=asha.user, at=LATER)


def refuse(work, *minutes):
    """Approve the work without some minutes of its session."""
    session = work.sessions.get()
    start = session.started_at
    parts = [
        refused_parts.Refused(
            "NO_ACTIVITY",
            "No chats.",
            session=session.pk,
            starts_at=start + timedelta(minutes=first),
            ends_at=start + timedelta(minutes=last),
        )
        for first, last in minutes
    ]
    member = work.gig.client.members.get()
    refused_parts.approve_in_part(work=work, refused=parts, member=member, at=LATER)
    return list(RefusedPart.objects.order_by("starts_at"))


def check_books():
    check_deferred_constraints()
    assert invariants.check_money() == []


def test_what_is_approved_is_paid_at_once(work):
    """The parts add up to the whole pay to the paisa, and the slip can be worked out anew."""
    parts = refuse(work, (7, 20), (31, 32), (100, 180))
    payment = queries.payment_in_full(work.gig.agent, Payment.objects.get().pk).get()
    whole = (3 * 3600 + 17) * RATE // 3600
    assert payment.gross_paise + sum(part.amount_paise for part in parts) == whole
    slip = payslip.payslip_of(payment)
    assert len(slip["work"]["refused"]) == 3
    assert all(mine == theirs for _, mine, theirs in check_payslip.steps(slip))
    assert "1 h 26 min 17 s" in queries.worked_time_of(payment)[0]
    check_books()


def test_a_part_paid_after_all_comes_out_of_the_reserve(work):
    """As a payment of its own, once; the rest of the gig's money is as before."""
    before = ledger_queries.money_of(work.gig.client).available_paise
    (part,) = refuse(work, (0, 30))
    refused_parts.settle_part(part=part, granted_paise=part.amount_paise, by=None, at=LATER)
    kinds = Payment.objects.order_by("gross_paise").values_list("kind", "source_type")
    assert list(kinds) == [("RESOLUTION", "gigs.refusedpart"), ("HOURS", "gigs.work")]
    assert ledger_queries.money_of(work.gig.client).available_paise == before
    check_books()


@pytest.mark.parametrize("granted", [0, 50_00, 150_05])
def test_money_of_an_ended_gig_waits_for_its_refused_parts(work, granted):
    """It stays reserved until then; what is not granted is available, nothing is left over."""
    (part,) = refuse(work, (0, 30))
    gig_services.end_gig(gig=work.gig, why="Over.", by=None, at=LATER)
    client = work.gig.client
    assert ledger_queries.money_of(client).reserved_paise == reserves.with_gst(
        part.amount_paise, 1800
    )
    check_books()
    refused_parts.settle_part(part=part, granted_paise=granted, by=None, at=LATER)
    assert ledger_queries.money_of(client).reserved_paise == 0
    check_books()
