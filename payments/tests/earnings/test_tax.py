"""Tax over the financial year: thresholds in parallel, PANs, certificates, corrections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from psycopg.types.range import Range

from conftest import NOON, make_agent, make_user
from gigs.models import Member, Project
from gigs.work import services as work_services
from hitouch.core.crypto import blind_index
from hitouch.core.india_time import INDIA, midnight
from onboarding.models import KycCase, KycDocument
from payments import seeding
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import (
    Entry,
    LowerDeductionCertificate,
    Payment,
    WelfareFee,
    Withholding,
    WithholdingYear,
)
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db
RUPEE = 100


def give_pan(agent, number="ABCPK1234M"):
    """Documents with a PAN, in review."""
    case = KycCase.objects.create(agent=agent)
    return KycDocument.objects.create(
        case=case, kind="PAN", last_four=number[-4:], number=number, extracted="{}",
        number_index=blind_index("pan", number),
    )  # fmt: skip


def pay(agent, rupees, *, title="Gig", at=NOON):
    """A payment of a fixed price."""
    work = make_work(agent, title=title, rate_paise=rupees * RUPEE)
    return earnings.open_payment(work=work, at=at)


@pytest.fixture
def pan(asha):
    """Asha's PAN."""
    return give_pan(asha)


def test_the_payment_that_crosses_the_year_pays_for_all(asha, pan):
    """From ₹1,00,000 in the year on, tax is due on all of the year's payments."""
    paid = [pay(asha, 25_000, title=str(number)) for number in range(5)]
    assert [payment.tds_paise for payment in paid] == [0, 0, 0, 0, 1_250 * RUPEE]
    row = paid[-1].withholding
    assert (row.reason, row.taxed_paise) == ("YEARLY_THRESHOLD", 1_25_000 * RUPEE)
    assert not invariants.check_money()


def test_a_financial_year_starts_anew_at_midnight_in_india(asha, pan):
    """The year of a payment is that of its day in India, to the second."""
    new_year = midnight(date(2026, 4, 1))
    pay(asha, 29_000, title="March", at=new_year - timedelta(seconds=1))
    pay(asha, 28_000, title="April", at=new_year)
    sums = dict(WithholdingYear.objects.values_list("financial_year", "base_paise"))
    assert sums == {2025: 29_000 * RUPEE, 2026: 28_000 * RUPEE}


def test_without_a_pan_a_fifth_is_withheld(asha):
    """An agent without a PAN pays 20 % above the thresholds."""
    payment = pay(asha, 40_000)
    assert payment.tds_paise == 8_000 * RUPEE
    assert payment.withholding.year.payee == f"agent:{asha.pk}"


def test_an_operator_withholds_by_the_other_rule(asha, pan):
    """In a project that HitouchCX only brings together, the rule for participants applies."""
    work = make_work(asha, rate_paise=6_00_000 * RUPEE)
    Project.objects.update(legal_model=Project.LegalModel.OPERATOR)
    payment = earnings.open_payment(work=work, at=NOON)
    assert (payment.tds_paise, payment.tax_rule.kind) == (600 * RUPEE, "PARTICIPANT")


def test_a_certificate_needs_two_people_and_has_a_limit(asha, pan, maker, checker):
    """A certificate applies once another person approved it, up to its limit over all payments."""
    facts = {
        "agent": asha, "kind": "CONTRACTOR_INDIVIDUAL", "number": "9876543210AB", "rate_bp": 0,
        "valid": Range(date(2026, 4, 1), date(2027, 4, 1)), "limit_paise": 50_000 * RUPEE,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        LowerDeductionCertificate.objects.create(**facts, entered_by=maker, approved_by=maker)
    certificate = LowerDeductionCertificate.objects.create(**facts, entered_by=maker)
    assert pay(asha, 40_000, title="Before").tds_paise == 400 * RUPEE
    certificate.approved_by, certificate.approved_at = checker, NOON
    certificate.save()
    assert pay(asha, 40_000, title="Within").tds_paise == 0
    # ₹10,000 of the limit are left.
    assert pay(asha, 40_000, title="Beyond").tds_paise == 300 * RUPEE


def test_withheld_tax_is_append_only(asha):
    """The database refuses to change, delete or truncate what was withheld."""
    pay(asha, 40_000)
    for change in (
        lambda: Withholding.objects.update(withheld_paise=0),
        lambda: Withholding.objects.all().delete(),
        lambda: connection.cursor().execute("TRUNCATE payments_withholding CASCADE"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_payment_that_tax_eats_up_is_complete(asha, pan):
    """When catching up takes everything, nothing is sent, and the rest is taken later."""
    for number in range(4):
        pay(asha, 25_000, title=str(number))
    first, second = pay(asha, 600, title="Eaten"), pay(asha, 2_000, title="Next")
    assert (first.net_paise, first.state) == (0, Payment.State.COMPLETED)
    assert first.withholding.owed_paise == 406 * RUPEE
    assert second.tds_paise == (406 + 20) * RUPEE
    assert not invariants.check_money()


def test_a_correction_takes_back_tax_and_fee_and_pays_anew(asha, pan, maker, checker):
    """A wrong amount is taken back in full, in its year, and the right one is paid."""
    wrong = pay(asha, 40_000)
    adjustment = adjustments.propose(
        payment=wrong, gross_paise=20_000 * RUPEE, reason="Twice the hours.", by=maker, at=NOON
    )
    with pytest.raises(adjustments.OwnProposal):
        adjustments.approve(adjustment=adjustment, by=maker, at=NOON)
    right = adjustments.approve(adjustment=adjustment, by=checker, at=NOON)
    assert (right.gross_paise, right.tds_paise) == (20_000 * RUPEE, 0)
    year = WithholdingYear.objects.get()
    assert (year.base_paise, year.withheld_paise, year.taxed_paise) == (20_000 * RUPEE, 0, 0)
    assert Payment.objects.aggregate(paise=Sum("net_paise"))["paise"] == right.net_paise
    assert Entry.objects.filter(kind="REVERSAL").count() == 1
    assert not invariants.check_money()
    with pytest.raises(adjustments.NotCorrectable):
        adjustments.propose(payment=wrong, gross_paise=0, reason="Again.", by=maker, at=NOON)
    with pytest.raises(adjustments.NotCorrectable):
        adjustments.propose(
            payment=wrong.correction, gross_paise=0, reason="Again.", by=maker, at=NOON
        )


def test_the_year_is_the_sum_of_its_rows(asha, pan, maker, checker):
    """The locked sums of a year equal its rows, corrections included."""
    for number, rupees in enumerate((31_000, 45_000, 29_000, 500)):
        pay(asha, rupees, title=str(number))
    payment = Payment.objects.get(gross_paise=45_000 * RUPEE)
    adjustment = adjustments.propose(
        payment=payment, gross_paise=0, reason="Not worked.", by=maker, at=NOON
    )
    assert adjustments.approve(adjustment=adjustment, by=checker, at=NOON) is None
    year = WithholdingYear.objects.get()
    sums = year.rows.aggregate(
        base=Sum("base_paise"), taxed=Sum("taxed_paise"), withheld=Sum("withheld_paise")
    )
    assert sums == {
        "base": year.base_paise, "taxed": year.taxed_paise, "withheld": year.withheld_paise,
    }  # fmt: skip


def test_karnataka_takes_a_welfare_fee_from_the_platform(asha):
    """The fee is the platform's cost, at most ₹1.50 a payment, and not the agent's."""
    asha.current_address = {"state": "Karnataka", "city": "Mysuru"}
    asha.save()
    fee = WelfareFee.objects.get(payment=pay(asha, 10_000))
    assert fee.amount_paise == 150
    assert pay(asha, 100, title="Small").welfare_fee.amount_paise == 100
    assert WelfareFee.objects.count() == 2
    assert not invariants.check_money()


@pytest.mark.django_db(transaction=True)
def test_sixteen_approvals_at_once_cross_the_threshold_once():
    """Payments opened at the same moment share one year: the tax is that of their sum."""
    seeding.seed(NOON)
    agent = make_agent("Asha")
    give_pan(agent)
    works = [make_work(agent, title=str(number), rate_paise=10_000_01) for number in range(16)]
    end_of_year = datetime(2027, 3, 31, 23, 59, 59, tzinfo=INDIA)

    def open_payment(work):
        try:
            return earnings.open_payment(work=work, at=end_of_year).tds_paise
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        taken = sorted(pool.map(open_payment, works))
    # Nine stay below ₹1,00,000; the tenth pays for ten, six pay for themselves.
    assert taken == [0] * 9 + [10_000] * 6 + [100_000]
    assert sum(taken) == WithholdingYear.objects.get().withheld_paise


@pytest.mark.django_db(transaction=True)
def test_sixteen_approvals_at_once_on_both_sides_of_the_years_edge():
    """Half are approved in March's last second, half in April's first: each year has its tax.

    By hand: 8 x 12,500.01 = 1,00,000.08, so the eighth of each year pays 1 % of it, 1,000.00.
    """
    seeding.seed(NOON)
    agent = make_agent("Asha")
    give_pan(agent)
    works = [
        make_work(agent, title=str(number), rate_paise=12_500_01, approved=False)
        for number in range(16)
    ]
    member = Member.objects.create(
        client=works[0].gig.client, user=make_user("Omana"), role=Member.Role.OWNER
    )
    april = midnight(date(2027, 4, 1))

    def approve(number):
        at = april if number % 2 else april - timedelta(microseconds=1)
        try:
            work_services.approve_work(work=works[number], member=member, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(approve, range(16)))
    for year in (2026, 2027):
        rows = Withholding.objects.filter(year__financial_year=year)
        taken = sorted(rows.values_list("withheld_paise", flat=True))
        assert taken == [0] * 7 + [1_000_00]
    assert not invariants.check_money()


def test_a_pan_that_goes_does_not_start_the_year_anew(asha, pan):
    """While no PAN is on file, the agent's year goes on, at the rate without one."""
    assert pay(asha, 90_000).tds_paise == 900 * RUPEE
    KycDocument.objects.filter(pk=pan.pk).update(number_index="")
    assert pay(asha, 20_000, title="Later").tds_paise == 4_000 * RUPEE
    assert WithholdingYear.objects.count() == 1


def test_a_corrected_pan_takes_the_agents_sums_along(asha, pan):
    """When a mistyped PAN is replaced, the year goes on under the right one."""
    pay(asha, 90_000)
    KycDocument.objects.filter(pk=pan.pk).update(number_index=blind_index("pan", "ABCPK9999M"))
    assert pay(asha, 20_000, title="Later").tds_paise == 200 * RUPEE
    assert not invariants.check_money()


def test_sums_of_others_stay_with_a_pan_that_turned_out_to_be_wrong(asha, ravi, pan):
    """A year that other people's payments are in is not merged into one agent's."""
    give_pan(ravi)
    pay(asha, 25_000)
    pay(ravi, 25_000, title="Ravi's")
    KycDocument.objects.filter(pk=pan.pk).update(number_index=blind_index("pan", "ABCPK9999M"))
    pay(asha, 25_000, title="Later")
    assert sorted(WithholdingYear.objects.values_list("base_paise", flat=True)) == [
        25_000 * RUPEE,
        50_000 * RUPEE,
    ]
    assert not invariants.check_money()


def test_a_correction_of_a_payment_from_before_the_pan(asha, maker, checker):
    """It is taken back in the year that goes on, and tax still owed moves along once."""
    for number in range(4):
        pay(asha, 25_000, title=str(number))
    assert pay(asha, 1_000, title="Eaten").withholding.owed_paise == 19_200 * RUPEE
    give_pan(asha)
    assert pay(asha, 10_000, title="With PAN").withholding.owed_paise == 9_300 * RUPEE
    first = Payment.objects.get(gig__title="0")
    adjustment = adjustments.propose(
        payment=first, gross_paise=0, reason="Not worked.", by=maker, at=NOON
    )
    adjustments.approve(adjustment=adjustment, by=checker, at=NOON)
    assert not invariants.check_money()


def test_the_tax_account_number_set_during_the_year(asha, pan, settings):
    """Sums from before the payer's TAN was set count in the same year."""
    pay(asha, 90_000)
    settings.HITOUCH_TAN = "BLRH12345E"
    assert pay(asha, 20_000, title="Later").tds_paise == 200 * RUPEE
    settings.HITOUCH_TAN = "DELX99999E"
    assert pay(asha, 20_000, title="Another payer").tds_paise == 0
    assert not invariants.check_money()


def test_a_payment_taken_back_altogether_is_not_sent(work, account, maker, checker):
    """The payout that was ready for it is cancelled at once, not only by the next sweep."""
    payment = earnings.open_payment(work=work, at=NOON)
    adjustment = adjustments.propose(
        payment=payment, gross_paise=0, reason="Not worked.", by=maker, at=NOON
    )
    adjustments.approve(adjustment=adjustment, by=checker, at=NOON)
    assert payment.payouts.exclude(rail="SET_OFF").get().state == "CANCELLED"
    assert not invariants.check_money()
