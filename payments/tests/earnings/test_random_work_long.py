"""Work of gigs in any order of decisions: money is paid once, and a gig can always be ended.

Hourly, fixed-price and milestone gigs are submitted, approved in whole or part, sent back,
rejected, answered, granted and forgotten; at any time the books hold, and after the gigs are ended
and all deadlines are over nothing of the client's money is left in a reserve.
"""

from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NOON, make_agent
from gigs import maintenance
from gigs.engagements import services as gig_services
from gigs.models import Client, Gig, RefusedPart, Work
from gigs.opportunities import services as opportunity_services
from gigs.opportunities.milestones import PlannedMilestone, set_milestones
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
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core.cefr import CEFR
from hitouch.core.errors import Refusal
from onboarding.steps import queries as steps_queries
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Payment
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
#: GST is rounded on each payment, so that a reserve may be some paise short or over.
ROUNDING = 100
PARTS = [
    PlannedMilestone("One", 1_000_01, date(2026, 12, 10)),
    PlannedMilestone("Two", 2_333_33, date(2026, 12, 20)),
    PlannedMilestone("Three", 1_666_66, date(2026, 12, 30)),
]
KINDS = ("HOURLY", "FIXED", "MILESTONES")
ACTIONS = (
    "submit", "submit", "approve", "approve part", "approve part", "rework", "resubmit", "reject",
    "answer", "grant", "dispute", "settle", "bonus", "wait", "end",
)  # fmt: skip
STEP = st.tuples(st.sampled_from(ACTIONS), st.sampled_from(KINDS), st.integers(1, 59))


class Story:
    """A client with a gig of each kind, and a clock."""

    def __init__(self):
        self.now = NOON
        self.client = Client.objects.create(name="Orchid Retail")
        self.member = make_member("Olga", self.client)
        fund(self.client)
        self.gigs = {kind: self.hire(kind) for kind in KINDS}
        self.shifts = 0

    def hire(self, kind):
        terms = {"headcount": 1}
        if kind != "HOURLY":
            terms |= {"pay_kind": "FIXED", "rate_paise": 5_000_00, "hours_each": 0}
        draft = make_opportunity(self.client, publish=False, **terms)
        if kind == "MILESTONES":
            set_milestones(opportunity=draft, milestones=PARTS, now=NOON)
        by = owner_of(self.client)
        offer = opportunity_services.publish(opportunity=draft, by=by, at=NOON)
        return hire(make_agent(f"Agent {kind}", level="B2"), offer)

    def take(self, action, kind, number):
        """Submit, pay or end one gig; decide on whatever waits in any of them."""
        one = action in ("submit", "bonus", "end", "wait")
        for each in (kind,) if one else KINDS:
            gig = Gig.objects.get(pk=self.gigs[each].pk)
            with suppressed_refusals():
                before = (Work.objects.count(), Payment.objects.count(), list(RefusedPart.objects.values_list("state","answer")))
                getattr(self, action.replace(" ", "_"))(gig, number)
                print("DID", action, before != (Work.objects.count(), Payment.objects.count(), list(RefusedPart.objects.values_list("state","answer"))))

    def submit(self, gig, number):
        milestone = None
        if gig.is_hourly:
            self.shifts += 1
            slot = make_slot(gig.opportunity, self.now - NOON + self.shifts * 5 * HOUR + 12 * HOUR)
            work_hours(seat(gig.agent, slot, at=self.now), number * timedelta(minutes=3))
            self.now = slot.ends_at
        elif parts := list(gig.opportunity.milestones.all()):
            milestone = parts[number % len(parts)].pk
        work_services.submit_work(
            gig=gig, summary="Done.", milestone=milestone, by=gig.agent.user, at=self.now
        )

    def approve(self, gig, number):
        for work in gig.works.with_client():
            work_services.approve_work(work=work, member=self.member, at=self.now)

    def approve_part(self, gig, number):
        for work in gig.works.with_client():
            part = refused_parts.Refused("QUALITY", "No.", amount_paise=number * 10_07)
            if gig.is_hourly:
                session = work.sessions.first()
                end = session.started_at + number * timedelta(minutes=2)
                part = refused_parts.Refused(
                    "QUALITY", "No.", session=session.pk, starts_at=session.started_at, ends_at=end
                )
            refused_parts.approve_in_part(
                work=work, refused=[part], member=self.member, at=self.now
            )

    def rework(self, gig, number):
        for work in gig.works.with_client():
            work_services.request_rework(work=work, member=self.member, comment="x", at=self.now)

    def resubmit(self, gig, number):
        for work in gig.works.filter(state=Work.State.REWORK_NEEDED):
            work_services.submit_rework(work=work, summary="x", by=gig.agent.user, at=self.now)

    def reject(self, gig, number):
        for work in gig.works.with_client():
            work_services.reject_work(work=work, member=self.member, comment="x", at=self.now)

    def parts(self, gig):
        return RefusedPart.objects.open().filter(work__gig=gig)

    def answer(self, gig, number):
        for part in self.parts(gig):
            refused_parts.answer_part(part=part, answer="x", by=gig.agent.user, at=self.now)

    def grant(self, gig, number):
        for part in self.parts(gig):
            refused_parts.grant_part(part=part, member=self.member, at=self.now)

    def dispute(self, gig, number):
        for part in self.parts(gig):
            refused_parts.dispute_part(part=part, by=gig.agent.user, at=self.now)

    def settle(self, gig, number):
        for part in self.parts(gig):
            paise = part.amount_paise * number // 100
            refused_parts.settle_part(part=part, granted_paise=paise, by=None, at=self.now)

    def bonus(self, gig, number):
        source = gig.application if number % 2 else gig
        amount_earned.send(
            sender=Gig, gig=gig, kind="BONUS", source=source, amount_paise=number * 10_11,
            by=None, at=self.now,
        )  # fmt: skip

    def wait(self, gig, number):
        self.now += timedelta(days=number % 9, hours=number)
        maintenance.sweep(at=self.now)

    def end(self, gig, number):
        gig_services.end_gig(gig=gig, why="Over.", by=None, at=self.now)

    def finish(self):
        """End what can be ended, settle disputes, and let every deadline pass."""
        for gig in Gig.objects.all():
            if not gig.has_ended:
                self.end(gig, 0)
        for part in RefusedPart.objects.filter(state="DISPUTED"):
            refused_parts.settle_part(part=part, granted_paise=0, by=None, at=self.now)
        for _ in range(5):
            self.now += 8 * DAY
            maintenance.sweep(at=self.now)


@contextmanager
def rolled_back():
    """Each example begins with an empty site."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def suppressed_refusals():
    """A refused step has no effect, as in a request."""
    with suppress(Refusal), transaction.atomic():
        yield


def check_books():
    check_deferred_constraints()
    assert invariants.check_money() == []


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=10, max_size=22))
def test_any_order_of_decisions_keeps_the_books(steps, monkeypatch):
    """No step leaves half an effect, nothing is paid twice, and all money is accounted for."""
    cleared = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: cleared)
    with rolled_back():
        story = Story()
        for step in steps:
            story.take(*step)
        check_books()
        story.finish()
        check_books()
        assert all(gig.has_ended for gig in Gig.objects.all())
        assert not Work.objects.unsettled().exists()
        assert not RefusedPart.objects.open().exists()
        assert ledger_queries.money_of(story.client).reserved_paise <= ROUNDING
        for gig in Gig.objects.all():
            paid = sum(Payment.objects.filter(gig=gig).values_list("gross_paise", flat=True))
            assert paid == gig.full_pay_paise - gig.unearned_paise
