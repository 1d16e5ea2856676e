"""Finance's pages of corrections and certificates: two people, typed text kept, strangers out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conftest import NOON, make_staff
from hitouch.core.india_time import day_of
from payments.earnings import adjustments, queries
from payments.earnings import services as earnings
from payments.models import Adjustment, FeeRule, LowerDeductionCertificate, Payment
from payments.rates import queries as rates_queries
from payments.rates import services as rates
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db


def decide(client, name, row, action="approve"):
    url = reverse(f"admin:payments_{name}_changelist")
    return client.post(url, {"action": action, "_selected_action": [row.pk]}, follow=True)


def test_a_correction_by_page(signed_in, maker, checker, work):
    """One person proposes in rupees, another approves; the reason was needed."""
    payment = earnings.open_payment(work=work, at=NOON)
    url = reverse("admin:payments_adjustment_add")
    client = signed_in(maker)
    assert (
        "payment="
        in client.get(reverse("admin:payments_payment_change", args=[payment.pk])).content.decode()
    )
    facts = {"payment": payment.pk, "gross_paise": "8000.50", "reason": " "}
    kept = client.post(url, facts).content.decode()
    assert "8000.50" in kept
    client.post(url, {**facts, "reason": "One day was counted twice."})
    adjustment = Adjustment.objects.get()
    assert "someone else in finance" in decide(client, "adjustment", adjustment).content.decode()
    decide(signed_in(checker), "adjustment", adjustment)
    assert sorted(Payment.objects.values_list("gross_paise", flat=True)) == [
        -1_000_000, 800_050, 1_000_000,
    ]  # fmt: skip


def test_a_certificate_by_page(signed_in, maker, checker, asha):
    """One person enters a certificate, another approves it; one that ran out is refused."""
    today = day_of(timezone.now())
    url = reverse("admin:payments_lowerdeductioncertificate_add")
    facts = {
        "agent": asha.pk, "kind": "CONTRACTOR_INDIVIDUAL", "number": "9876543210ab",
        "starts_on": today, "ends_on": today - timedelta(days=1), "rate_bp": "0.5",
        "limit_paise": "500000",
    }  # fmt: skip
    client = signed_in(maker)
    assert "nor in the past" in client.post(url, facts).content.decode()
    client.post(url, {**facts, "ends_on": today})
    certificate = LowerDeductionCertificate.objects.get()
    assert (certificate.rate_bp, certificate.limit_paise) == (50, 50_000_000)
    name = "lowerdeductioncertificate"
    assert "someone else in finance" in decide(client, name, certificate).content.decode()
    decide(signed_in(checker), name, certificate)
    certificate.refresh_from_db()
    assert certificate.approved_by == checker
    assert "changed since" in decide(signed_in(maker), name, certificate).content.decode()


@pytest.mark.parametrize("name", ["adjustment", "lowerdeductioncertificate", "taxrule"])
def test_only_finance_proposes(signed_in, client, name):
    """Other staff hear 403, agents and nobody are sent to log in."""
    url = reverse(f"admin:payments_{name}_add")
    assert signed_in(make_staff("Rekha", "reviewer")).get(url).status_code == 403
    assert client.get(url).status_code == 302


@pytest.mark.parametrize(
    "name", ["withholding", "withholdingyear", "welfarefee", "adjustment", "payment"]
)
def test_finance_reads_the_lists(signed_in, maker, asha, django_assert_max_num_queries, name):
    """Each list shows its rows with a fixed number of queries."""
    asha.current_address = {"state": "Karnataka"}
    asha.save()
    for number in range(4):
        earnings.open_payment(work=make_work(asha, title=str(number)), at=NOON)
    client = signed_in(maker)
    with django_assert_max_num_queries(14):
        page = client.get(reverse(f"admin:payments_{name}_changelist"))
    assert page.status_code == 200


def test_what_waits_for_a_second_person_is_a_work_queue(maker, work):
    """A proposed correction and a proposed rate stand among the work queues until decided."""
    payment = earnings.open_payment(work=work, at=NOON)
    adjustments.propose(payment=payment, gross_paise=100, reason="Wrong.", by=maker, at=NOON)
    rule = FeeRule(fee_bp=400, gst_bp=1800, source="List.")
    rates.propose_rate(rule=rule, starts_on=day_of(NOON) + timedelta(days=1), by=maker, at=NOON)
    queues = [*queries.work_queues(now=NOON), *rates_queries.work_queues(now=NOON)]
    labels = {queue.label: queue.count for queue in queues}
    assert labels["Corrections of payments to approve"] == 1
    assert labels["Rates to approve"] == 1
