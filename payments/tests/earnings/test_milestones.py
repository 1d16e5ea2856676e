"""Milestones are paid one by one, out of what was set aside for the gig."""

from datetime import date

import pytest

from conftest import NOON
from gigs.engagements import queries as gig_queries
from gigs.engagements import services as gig_services
from gigs.models import Client, EarnedAmount
from gigs.opportunities import services as opportunity_services
from gigs.opportunities.milestones import PlannedMilestone, set_milestones
from gigs.tests.support.marketplace import DAY, hire, make_member, make_opportunity, owner_of
from gigs.work import services as work_services
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Payment
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
PARTS = [
    PlannedMilestone("Draft", 2_000_00, date(2026, 12, 10)),
    PlannedMilestone("Final", 3_000_00, date(2026, 12, 20)),
]


@pytest.fixture
def gig(asha, monkeypatch):
    """A gig of 5,000 rupees with two milestones."""
    cleared = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: cleared)
    client = Client.objects.create(name="Orchid Retail")
    make_member("Olga", client)
    fund(client)
    terms = {"pay_kind": "FIXED", "rate_paise": 5_000_00, "hours_each": 0, "headcount": 1}
    draft = make_opportunity(client, publish=False, **terms)
    set_milestones(opportunity=draft, milestones=PARTS, now=NOON)
    return hire(asha, opportunity_services.publish(opportunity=draft, by=owner_of(client), at=NOON))


def submit(gig, number, at=NOON):
    part = gig.opportunity.milestones.get(position=number)
    return work_services.submit_work(
        gig=gig, summary="Done.", milestone=part.pk, by=gig.agent.user, at=at
    )


def approve(work, at=NOON):
    member = work.gig.client.members.get(role="OWNER")
    return work_services.approve_work(work=work, member=member, at=at)


def test_each_milestone_is_paid_once_and_the_last_completes_the_gig(gig):
    """Approval pays the part out of the reserve; when all are paid, the gig is complete."""
    approve(submit(gig, 1))
    gig.refresh_from_db()
    assert (gig.is_active, gig_queries.unearned_paise(gig)) == (True, 3_000_00)
    approve(submit(gig, 2))
    gig.refresh_from_db()
    assert (gig.state, gig.unearned_paise) == ("COMPLETED", 0)
    paid = Payment.objects.order_by("gross_paise").values_list("kind", "gross_paise")
    assert list(paid) == [("MILESTONE", 2_000_00), ("MILESTONE", 3_000_00)]
    assert EarnedAmount.objects.count() == 2
    assert ledger_queries.money_of(gig.client).reserved_paise == 0
    assert invariants.check_money() == []


def test_a_rejected_milestone_can_be_handed_in_again(gig):
    """Changes, rejection and seven days of silence go as for other work."""
    member = gig.client.members.get(role="OWNER")
    work = submit(gig, 1)
    work = work_services.request_rework(work=work, member=member, comment="Page 2.", at=NOON)
    work_services.submit_rework(work=work, summary="Page 2.", by=gig.agent.user, at=NOON)
    work.refresh_from_db()
    work_services.reject_work(work=work, member=member, comment="No.", at=NOON)
    again = submit(gig, 1)
    work_services.auto_approve(work=again, at=NOON + 7 * DAY)
    assert Payment.objects.get().gross_paise == 2_000_00


def test_ending_the_gig_frees_what_was_not_earned(gig):
    """Work under review keeps its money, the rest is available at once."""
    work = submit(gig, 1)
    before = ledger_queries.money_of(gig.client)
    gig_services.end_gig(gig=gig, why="Over.", by=None, at=NOON)
    after = ledger_queries.money_of(gig.client)
    assert after.available_paise - before.available_paise == 3_540_00
    approve(work)
    assert ledger_queries.money_of(gig.client).reserved_paise == 0
    assert invariants.check_money() == []
