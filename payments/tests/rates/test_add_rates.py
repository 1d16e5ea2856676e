"""Rates: proposed by one person, approved by another; a new one ends the current one."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.india_time import day_of
from payments import seeding
from payments.earnings import services as earnings
from payments.models import ClientGstRule, FeeRule, RateProposal, TaxRule, WelfareFeeRule
from payments.rates import queries
from payments.rates import services as rates
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db
TODAY = day_of(NOON)
SOON = TODAY + timedelta(days=10)


CONTRACTOR = TaxRule.Kind.CONTRACTOR_INDIVIDUAL


def tax_rule(rate_bp=200):
    return TaxRule(kind=CONTRACTOR, rate_bp=rate_bp, source="A new act.")


@pytest.fixture
def add_rate(maker, checker):
    """Propose and approve a rate."""

    def add(rule, *, starts_on=SOON):
        proposal = rates.propose_rate(rule=rule, starts_on=starts_on, by=maker, at=NOON)
        return rates.approve_rate(proposal=proposal, by=checker, at=NOON)

    return add


def test_new_rate_ends_the_current_one(add_rate):
    """A new rate is in force from its first day; the current one ends the day before."""
    add_rate(tax_rule())
    assert queries.tax_rule_on(SOON - timedelta(days=1), CONTRACTOR).rate_bp == 100
    assert queries.tax_rule_on(SOON, CONTRACTOR).rate_bp == 200


def test_payment_uses_the_rate_of_its_day(add_rate, asha):
    """A payment uses the rates in force on the day (in India) its work was approved."""
    add_rate(tax_rule())
    before = earnings.open_payment(work=make_work(asha), at=NOON + timedelta(days=9))
    after = earnings.open_payment(work=make_work(asha, title="B"), at=NOON + timedelta(days=10))
    assert (before.tds_paise, after.tds_paise) == (0, 20_000)


def test_rates_change_at_midnight_in_india(add_rate):
    """A new rate starts at midnight in India, not UTC."""
    add_rate(FeeRule(fee_bp=700, gst_bp=1800, source="New list."))
    midnight = NOON.replace(hour=18, minute=30) + timedelta(days=9)
    assert queries.fee_rule_on(day_of(midnight)).fee_bp == 700
    assert queries.fee_rule_on(day_of(midnight - timedelta(seconds=1))).fee_bp == 500


@pytest.mark.parametrize("days", [0, -1])
def test_rate_cannot_start_today_or_earlier(add_rate, days):
    """A new rate starts tomorrow at the earliest, so that today's payments keep theirs."""
    starts_on = TODAY + timedelta(days=days)
    with pytest.raises(rates.RateStartsTooEarly):
        add_rate(tax_rule(), starts_on=starts_on)


def test_rate_cannot_start_before_or_with_an_existing_one(add_rate):
    """A rate cannot start before, or on the same day as, one that was added already."""
    add_rate(tax_rule())
    for day in (SOON, SOON - timedelta(days=1)):
        with pytest.raises(rates.LaterRateExists), transaction.atomic():
            add_rate(tax_rule(300), starts_on=day)


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
    assert (TaxRule.objects.count(), FeeRule.objects.count()) == (4, 1)


def test_one_person_cannot_change_a_rate(maker):
    """Whoever proposed a rate cannot approve it, in the service and in the database."""
    proposal = rates.propose_rate(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    with pytest.raises(rates.OwnRate):
        rates.approve_rate(proposal=proposal, by=maker, at=NOON)
    with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        RateProposal.objects.update(state="APPROVED", decided_by=maker, decided_at=NOON)


def test_a_rate_is_decided_once(maker, checker):
    """A rejected rate cannot be approved any more; its proposer may withdraw it."""
    proposal = rates.propose_rate(rule=tax_rule(), starts_on=SOON, by=maker, at=NOON)
    rates.reject_rate(proposal=proposal, by=maker, at=NOON)
    with pytest.raises(InvalidTransition):
        rates.approve_rate(proposal=proposal, by=checker, at=NOON)
    assert TaxRule.objects.count() == 4


@pytest.mark.parametrize(
    "rule",
    [
        tax_rule(9_500),
        TaxRule(kind=CONTRACTOR, rate_bp=100, no_pan_bp=9_500, source="A new act."),
        FeeRule(fee_bp=8_500, gst_bp=0, source="New list."),
        FeeRule(fee_bp=5_000, gst_bp=10_000, source="New list."),
    ],
)
def test_rates_above_the_whole_are_refused(maker, rule):
    """Tax, fee and GST that together are more than the payment are refused."""
    with pytest.raises(rates.RatesAboveWhole):
        rates.propose_rate(rule=rule, starts_on=SOON, by=maker, at=NOON)


def test_a_proposal_says_what_would_have_changed(maker, asha, ravi):
    """The approver sees how many of the last 90 days' payments differ, and by how much."""
    for agent, days in ((asha, 80), (ravi, 1), (ravi, 0)):
        earnings.open_payment(
            work=make_work(agent, title=f"{days} days"), at=NOON - timedelta(days=days)
        )
    at = NOON + timedelta(days=11)

    def effect(rule):
        proposal = rates.propose_rate(
            rule=rule, starts_on=SOON + timedelta(days=9), by=maker, at=at
        )
        return proposal.payments_affected, proposal.difference_paise

    # Asha's is older than 90 days: the other two lose 2 % of ₹10,000 each.
    assert effect(tax_rule()) == (2, -40_000)
    assert effect(FeeRule(fee_bp=400, gst_bp=1800, source="New list.")) == (2, 2 * 11_800)
    assert effect(WelfareFeeRule(state="Karnataka", fee_bp=200, source="Order.")) == (0, 0)


def test_admin_proposes_and_another_approves(signed_in, maker, checker):
    """Finance proposes a rate in the admin; a second person approves it there."""
    url = reverse("admin:payments_feerule_add")
    facts = {"fee_bp": "6", "gst_bp": "18", "source": "List of a long afternoon.", "caution": ""}
    client, today = signed_in(maker), day_of(timezone.now())
    late = client.post(url, {**facts, "starts_on": today}, follow=True)
    assert "Choose tomorrow or a later date." in late.content.decode()
    assert "List of a long afternoon." in late.content.decode()
    client.post(url, {**facts, "starts_on": today + timedelta(days=1)})
    listing = reverse("admin:payments_rateproposal_changelist")
    decision = {"action": "approve", "_selected_action": [RateProposal.objects.get().pk]}
    own = client.post(listing, decision, follow=True).content.decode()
    assert "someone else in finance must approve it" in own
    assert FeeRule.objects.count() == 1
    signed_in(checker).post(listing, decision)
    assert FeeRule.objects.get(valid__endswith=None).fee_bp == 600


def test_admin_is_for_finance(signed_in):
    """Staff outside finance cannot see rates."""
    reviewer = signed_in(make_staff("Rekha", "reviewer"))
    assert reviewer.get(reverse("admin:payments_taxrule_changelist")).status_code == 403


def test_a_rate_of_client_gst_counts_for_its_legal_model_only(add_rate, asha, maker):
    """A higher GST for principals changes what clients pay, not what operators' clients do."""
    earnings.open_payment(work=make_work(asha), at=NOON)
    facts = {"sac": "998593", "source": "A new notification."}
    rule = ClientGstRule(legal_model="PRINCIPAL", gst_bp=2_000, **facts)
    proposal = rates.propose_rate(rule=rule, starts_on=SOON, by=maker, at=NOON)
    assert (proposal.payments_affected, proposal.difference_paise) == (1, 200_00)
    rates.reject_rate(proposal=proposal, by=maker, at=NOON)
    add_rate(ClientGstRule(legal_model="PRINCIPAL", gst_bp=2_000, **facts))
    assert queries.client_gst_rule_on(SOON, "PRINCIPAL").gst_bp == 2_000
    assert queries.client_gst_rule_on(TODAY, "PRINCIPAL").gst_bp == 1_800
    assert queries.client_gst_rule_on(SOON, "OPERATOR").gst_bp == 0


@pytest.mark.parametrize("sac", ["99859", "985930", "99859x", ""])
def test_a_service_code_has_six_digits(signed_in, maker, sac):
    """It begins with 99, as all services do; the page says so and the database demands it."""
    url = reverse("admin:payments_clientgstrule_add")
    form = {"legal_model": "OPERATOR", "starts_on": SOON, "gst_bp": "18", "sac": sac, "source": "x"}
    page = signed_in(maker).post(url, form)
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["sac"])
    assert not RateProposal.objects.exists()
    with pytest.raises(IntegrityError, match="names_a_service"), transaction.atomic():
        ClientGstRule.objects.create(
            legal_model="OPERATOR", gst_bp=1, sac=sac, valid=Range(SOON, SOON + timedelta(days=1))
        )
