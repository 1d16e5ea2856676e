"""What one approval costs the database."""

import pytest

from conftest import NOON, make_user
from gigs.models import Member, Work
from gigs.signals import opportunity_published
from gigs.work import services as work_services
from payments.models import Payment
from payments.tests.earnings.test_tax import give_pan
from payments.tests.factories import make_bank_account, make_work
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
#: With a PAN, a reserve, a welfare fee and a payout that is ready: everything there can be.
#: Ten are about refused parts, disputes, milestones and notices.
MOST = 53


def test_an_approval_needs_few_statements(asha, django_assert_max_num_queries):
    """Approval, payment, tax, ledger, payout, messages and the gig's end, however much is there."""
    asha.current_address = {"state": "Karnataka", "city": "Mysuru"}
    asha.save()
    make_bank_account(asha)
    give_pan(asha)
    works = [make_work(asha, approved=False, title=str(number)) for number in range(2)]
    client = works[0].gig.client
    fund(client)
    member = Member.objects.create(client=client, user=make_user("Omana"), role=Member.Role.OWNER)
    for work in works:
        opportunity_published.send(sender=Work, opportunity=work.gig.opportunity, at=NOON)
    first, second = Work.objects.order_by("gig__title")
    work_services.approve_work(work=first, member=member, at=NOON)
    with django_assert_max_num_queries(MOST):
        work_services.approve_work(work=second, member=member, at=NOON)
    assert Payment.objects.count() == 2
    assert first.gig.payments.get().payouts.get() == second.gig.payments.get().payouts.get()
