"""Tax and fee rates: a new rate starts tomorrow or later and ends the current one."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from conftest import NOON, make_staff
from hitouch.core.india_time import day_of
from payments import seeding
from payments.earnings import services as earnings
from payments.models import FeeRule, TaxRule
from payments.rates import queries
from payments.rates import services as rates
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db
TODAY = day_of(NOON)
SOON = TODAY + timedelta(days=10)


def tax_rule(rate_bp=200):
    return TaxRule(kind="CONTRACTOR_INDIVIDUAL", rate_bp=rate_bp, source="A new act.")


def test_new_rate_ends_the_current_one(maker):
    """A new rate is in force from its first day; the current one ends the day before."""
    rates.add_tax_rule(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    assert queries.tax_rule_on(SOON - timedelta(days=1)).rate_bp == 100
    assert queries.tax_rule_on(SOON).rate_bp == 200


def test_payment_uses_the_rate_of_its_day(maker, asha):
    """A payment uses the rates in force on the day (in India) its work was approved."""
    rates.add_tax_rule(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    before = earnings.open_payment(work=make_work(asha), at=NOON + timedelta(days=9))
    after = earnings.open_payment(work=make_work(asha, title="B"), at=NOON + timedelta(days=10))
    assert (before.tds_paise, after.tds_paise) == (10_000, 20_000)


def test_rates_change_at_midnight_in_india(maker):
    """A new rate starts at midnight in India, not UTC."""
    rates.add_fee_rule(
        rule=FeeRule(fee_bp=700, gst_bp=1800, source="New list."),
        starts_on=SOON,
        by=maker,
        at=NOON,
    )
    midnight = NOON.replace(hour=18, minute=30) + timedelta(days=9)
    assert queries.fee_rule_on(day_of(midnight)).fee_bp == 700
    assert queries.fee_rule_on(day_of(midnight - timedelta(seconds=1))).fee_bp == 500


@pytest.mark.parametrize("days", [0, -1])
def test_rate_cannot_start_today_or_earlier(maker, days):
    """A new rate starts tomorrow at the earliest, so that today's payments keep theirs."""
    starts_on = TODAY + timedelta(days=days)
    with pytest.raises(rates.RateStartsTooEarly):
        rates.add_tax_rule(rule=tax_rule(), starts_on=starts_on, by=maker, at=NOON)


def test_rate_cannot_start_before_or_with_an_existing_one(maker):
    """A rate cannot start before, or on the same day as, one that was added already."""
    rates.add_tax_rule(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    for day in (SOON, SOON - timedelta(days=1)):
        with pytest.raises(rates.LaterRateExists), transaction.atomic():
            rates.add_tax_rule(rule=tax_rule(300), starts_on=day, by=maker, at=NOON)


def test_database_refuses_overlapping_rates():
    """The database refuses two rates of one kind on one day."""
    rule = tax_rule()
    rule.valid = Range(SOON, None)
    with pytest.raises(IntegrityError, match="tax_rules_never_overlap"), transaction.atomic():
        rule.save()


def test_rates_are_immutable():
    """The database refuses to change or delete a rate."""
    with pytest.raises(DatabaseError), transaction.atomic():
        TaxRule.objects.update(rate_bp=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        FeeRule.objects.all().delete()


def test_seeding_is_idempotent():
    """Seeding again adds nothing."""
    seeding.seed(NOON)
    assert (TaxRule.objects.count(), FeeRule.objects.count()) == (2, 1)


def test_admin_adds_through_the_service(signed_in, maker):
    """Finance adds a rate in the admin; one that starts too early is refused with a message."""
    url = reverse("admin:payments_feerule_add")
    facts = {"kind": "STANDARD", "fee_bp": 600, "gst_bp": 1800, "source": "List.", "caution": ""}
    client, today = signed_in(maker), day_of(timezone.now())
    late = client.post(url, {**facts, "starts_on": today}, follow=True)
    assert "Choose tomorrow or a later date." in late.content.decode()
    assert FeeRule.objects.count() == 1
    client.post(url, {**facts, "starts_on": today + timedelta(days=1)})
    assert FeeRule.objects.count() == 2


def test_admin_is_for_finance(signed_in):
    """Staff outside finance cannot see rates."""
    reviewer = signed_in(make_staff("Rekha", "reviewer"))
    assert reviewer.get(reverse("admin:payments_taxrule_changelist")).status_code == 403
