"""A client with billing details, and its earnings."""

from datetime import timedelta

import pytest

from conftest import NOON
from gigs.models import Client, Project
from payments.billing import services as billing
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.tests.factories import ADDRESS, make_work

#: After the end of the month of `NOON`.
NEXT_MONTH = NOON + timedelta(days=10)


@pytest.fixture
def orchid(db):
    """The client of the factories."""
    return Client.objects.create(name="Orchid Retail")


@pytest.fixture
def details(orchid, maker):
    """Its billing details: registered in the state where we are."""
    return save_details(orchid, maker)


def save_details(client, by, **changes):
    facts = {name: value for name, value in ADDRESS.items() if name != "version"} | changes
    return billing.save_details(client=client, by=by, at=NOON, **facts)


def earn(agent, *, at=NOON, legal_model="PRINCIPAL", **options):
    """The payment of approved work for the client."""
    work = make_work(agent, **options)
    project = work.gig.opportunity.project
    Project.objects.filter(pk=project.pk).update(legal_model=legal_model)
    project.legal_model = legal_model
    return earnings.open_payment(work=work, at=at)


def correct(payment, gross_paise, maker, checker, *, at=NEXT_MONTH):
    """Another amount, proposed and approved by two people."""
    facts = {"gross_paise": gross_paise, "reason": "Wrong."}
    proposed = adjustments.propose(payment=payment, by=maker, at=at, **facts)
    return adjustments.approve(adjustment=proposed, by=checker, at=at)
