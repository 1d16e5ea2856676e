"""Rates are dated rows; a new one begins tomorrow or later and ends the one before."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from conftest import NOON, make_staff
from hitouch.core.india_time import day_of
from payments import queries, seeding
from payments.models import FeeRule, TaxRule
from payments.services import payments
from payments.services import rates as services_rates
from payments.tests.conftest import make_work

pytestmark = pytest.mark.django_db
TODAY = day_of(NOON)
SOON = TODAY + timedelta(days=10)


def tax_rule(rate_bp=200):
    return TaxRule(kind="CONTRACTOR_INDIVIDUAL", rate_bp=rate_bp, source="A new act.")


def test_new_rate_ends_the_old(maker):
    """From its first day the new rate is in force, and the day before is the old one's last."""
    services_rates.add_tax_rule(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    assert queries.tax_rule_on(SOON - timedelta(days=1)).rate_bp == 100
    assert queries.tax_rule_on(SOON).rate_bp == 200


def test_payment_takes_the_rate_of_its_day(maker, asha):
    """A payment is made by the rates in force when its work was approved, in India's day."""
    services_rates.add_tax_rule(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    before = payments.open_payment(work=make_work(asha), at=NOON + timedelta(days=9))
    after = payments.open_payment(work=make_work(asha, title="B"), at=NOON + timedelta(days=10))
    assert (before.tds_paise, after.tds_paise) == (10_000, 20_000)


def test_midnight_is_indias(maker):
    """The day turns at midnight in India, not in Greenwich."""
    services_rates.add_fee_rule(
        rule=FeeRule(fee_bp=700, gst_bp=1800, source="New list."),
        starts_on=SOON,
        by=maker,
        at=NOON,
    )
    midnight = NOON.replace(hour=18, minute=30) + timedelta(days=9)
    assert queries.fee_rule_on(day_of(midnight)).fee_bp == 700
    assert queries.fee_rule_on(day_of(midnight - timedelta(seconds=1))).fee_bp == 500


@pytest.mark.parametrize("days", [0, -1])
def test_not_today_and_not_before(maker, days):
    """Payments made today keep their rate, so a new one starts tomorrow at the earliest."""
    starts_on = TODAY + timedelta(days=days)
    with pytest.raises(services_rates.RateStartsTooEarly):
        services_rates.add_tax_rule(rule=tax_rule(), starts_on=starts_on, by=maker, at=NOON)


def test_later_rule_in_the_way(maker):
    """A rate is not slipped in before one that is there already, nor twice on one day."""
    services_rates.add_tax_rule(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    for day in (SOON, SOON - timedelta(days=1)):
        with pytest.raises(services_rates.LaterRateExists), transaction.atomic():
            services_rates.add_tax_rule(rule=tax_rule(300), starts_on=day, by=maker, at=NOON)


def test_overlap_is_refused_by_the_database():
    """Two rates of one kind are never in force on one day."""
    rule = tax_rule()
    rule.valid = Range(SOON, None)
    with pytest.raises(IntegrityError, match="tax_rules_never_overlap"), transaction.atomic():
        rule.save()


def test_rules_are_kept():
    """A rate is neither changed nor removed."""
    with pytest.raises(DatabaseError), transaction.atomic():
        TaxRule.objects.update(rate_bp=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        FeeRule.objects.all().delete()


def test_seed_is_harmless_twice():
    """Seeding again adds nothing."""
    seeding.seed(NOON)
    assert (TaxRule.objects.count(), FeeRule.objects.count()) == (2, 1)


def test_admin_adds_through_the_service(signed_in, maker):
    """Finance adds a rate in the admin; too early is said, nothing is added."""
    url = reverse("admin:payments_feerule_add")
    facts = {"kind": "STANDARD", "fee_bp": 600, "gst_bp": 1800, "source": "List.", "caution": ""}
    client, today = signed_in(maker), day_of(timezone.now())
    late = client.post(url, {**facts, "starts_on": today}, follow=True)
    assert "Choose tomorrow or a later date." in late.content.decode()
    assert FeeRule.objects.count() == 1
    client.post(url, {**facts, "starts_on": today + timedelta(days=1)})
    assert FeeRule.objects.count() == 2


def test_admin_is_for_finance(signed_in):
    """Staff outside finance see no rates, and nobody edits one."""
    reviewer = signed_in(make_staff("Rekha", "reviewer"))
    assert reviewer.get(reverse("admin:payments_taxrule_changelist")).status_code == 403
