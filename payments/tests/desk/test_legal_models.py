"""The legal model of a project is set by finance, until money was promised or earned with it."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from gigs.models import Client, Opportunity, Project
from payments.earnings import services as earnings
from payments.funding import reserves
from payments.rates import legal_models
from payments.tests.factories import make_gig, make_work
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
OPERATOR = Project.LegalModel.OPERATOR


@pytest.fixture
def project(db):
    """A project without opportunities."""
    orchid = Client.objects.create(name="Orchid Retail")
    return Project.objects.create(client=orchid, title="Diwali desk", budget_paise=10_000_00)


def test_it_is_set_on_the_page(project, signed_in, checker):
    """Finance sets it; the change is audited; setting it again changes nothing."""
    client, url = signed_in(checker), reverse("payments:project", args=[project.pk])
    assert "Diwali desk" in client.get(reverse("payments:projects")).content.decode()
    assert client.post(url, {"legal_model": OPERATOR}).status_code == 302
    assert client.post(url, {"legal_model": OPERATOR}).status_code == 302
    project.refresh_from_db()
    assert project.legal_model == OPERATOR
    assert AuditEvent.objects.filter(action="project.legal_model_set").count() == 1
    assert client.post(url, {"legal_model": "X"}).context["form"].errors


def test_it_is_fixed_by_earnings(asha, signed_in, checker):
    """After something was earned it cannot change, on the page and by the service."""
    work = make_work(asha)
    project = work.gig.opportunity.project
    legal_models.set_legal_model(project=project, legal_model=OPERATOR, by=checker, at=NOON)
    earnings.open_payment(work=make_work(asha, title="Other"), at=NOON)
    earnings.open_payment(work=work, at=NOON)
    with pytest.raises(legal_models.LegalModelFixed):
        legal_models.set_legal_model(project=project, legal_model="PRINCIPAL", by=checker, at=NOON)
    client, url = signed_in(checker), reverse("payments:project", args=[project.pk])
    assert "cannot change any more" in client.get(url).content.decode()
    assert (
        "cannot change any more" in client.post(url, {"legal_model": "PRINCIPAL"}).content.decode()
    )
    project.refresh_from_db()
    assert project.legal_model == OPERATOR


def test_it_is_fixed_by_publishing(asha, checker):
    """Once the cost was reserved with the client's GST, it cannot change."""
    opportunity: Opportunity = make_gig(asha).opportunity
    fund(opportunity.client)
    reserves.reserve_cost(opportunity=opportunity, at=NOON)
    with pytest.raises(legal_models.LegalModelFixed):
        legal_models.set_legal_model(
            project=opportunity.project, legal_model=OPERATOR, by=checker, at=NOON
        )


def test_only_finance_sets_it(project, client, signed_in, asha):
    """Agents, other staff and strangers do not."""
    url = reverse("payments:project", args=[project.pk])
    assert client.post(url, {"legal_model": OPERATOR}).status_code == 302
    for user in (asha.user, make_staff("Rina", "reviewer")):
        assert signed_in(user).post(url, {"legal_model": OPERATOR}).status_code == 403
    project.refresh_from_db()
    assert project.legal_model == "PRINCIPAL"


def test_the_list_has_a_fixed_number_of_queries(
    project, signed_in, checker, django_assert_max_num_queries
):
    """It does not grow with the number of projects."""
    client, url = signed_in(checker), reverse("payments:projects")
    with django_assert_max_num_queries(15) as captured:
        client.get(url)
    for number in range(5):
        Project.objects.create(client=project.client, title=f"P{number}", budget_paise=1_00)
    with django_assert_max_num_queries(len(captured)):
        client.get(url)
