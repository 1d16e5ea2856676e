"""The table of withholdings worked out by hand, against the rules and the services."""

from datetime import timedelta

import pytest
from psycopg.types.range import Range

from conftest import make_agent
from gigs.models import Project
from payments.deductions.due_dates import financial_year
from payments.deductions.fees import FeeRates, deduct
from payments.deductions.withholding import Certificate, YearToDate, withhold
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import LowerDeductionCertificate, Payment, TaxRule
from payments.tests.earnings.test_tax import give_pan
from payments.tests.earnings.withholding_cases import paise, stories
from payments.tests.factories import make_work


class Ledgerless:
    """The sums of a payee's years, kept in the plainest way: a list of what was paid."""

    def __init__(self):
        self.paid = []

    def of(self, case):
        """The payments of the same year under the same provision."""
        key = (case["kind"], financial_year(case.day))
        return [(other, tax) for other, tax in self.paid if key == (
            other["kind"], financial_year(other.day))]  # fmt: skip

    def year(self, case):
        rows = self.of(case)
        return YearToDate(
            sum(other.gross_paise for other, _ in rows),
            sum(tax.taxed_paise for _, tax in rows),
            sum(tax.withheld_paise for _, tax in rows),
            rows[-1][1].owed_paise if rows else 0,
        )

    def certificate(self, case):
        found = case.certificate
        if not found or found.kind != case["kind"] or not found.first <= case.day < found.end:
            return None
        used = sum(tax.certified_paise for _, tax in self.paid)
        within = [(other, tax) for other, tax in self.of(case) if other.day >= found.first]
        untaxed = sum(other.gross_paise - tax.taxed_paise for other, tax in within)
        return Certificate(found.rate_bp, found.limit_paise - used, max(untaxed, 0))


def test_the_table_has_its_two_hundred_cases():
    """The sums of the table are its own formulas', and its parts add up."""
    cases = [case for story in stories().values() for case in story]
    assert len(cases) >= 200
    for case in cases:
        due = paise_of(case, "tds") + paise_of(case, "owed")
        assert case.tax_on_paper == due, case.name
        parts = sum(paise_of(case, name) for name in ("tds", "fee", "gst", "net"))
        assert parts == case.gross_paise, case.name


def paise_of(case, name):
    return case.amounts[name]


@pytest.mark.parametrize("name", stories())
def test_the_rules_agree_with_the_table(name):
    """Tax, what is owed of it, fee, GST and net of each payment, to the paisa."""
    payee = Ledgerless()
    for case in stories()[name]:
        tax = withhold(
            case.gross_paise, case.terms, year=payee.year(case), has_pan=case.has_pan,
            certificate=payee.certificate(case),
        )  # fmt: skip
        parts = deduct(
            case.gross_paise, FeeRates(case.fee_bp, case.gst_bp), tds_paise=tax.withheld_paise
        )
        payee.paid.append((case, tax))
        found = {
            "tds": parts.tds_paise, "owed": tax.owed_paise, "fee": parts.fee_paise,
            "gst": parts.gst_paise, "net": parts.net_paise,
        }  # fmt: skip
        assert found == case.amounts, case.name


KINDS = {
    "contractor": TaxRule.Kind.CONTRACTOR_INDIVIDUAL,
    "participant": TaxRule.Kind.PARTICIPANT,
}
#: Stories that say something about rows, dates, people or documents; the arithmetic is above.
THROUGH_THE_DATABASE = [
    "single-then-small", "year-owed-over-three", "no-pan-year", "pan-comes",
    "pan-comes-before-any-tax", "participant-pan-comes", "year-end-exact", "year-end-crossed",
    "year-end-just-missed", "year-end-utc", "both-kinds", "certificate", "certificate-from",
    "certificate-until", "certificate-catch-up-within", "certificate-catch-up-before",
    "certificate-no-pan", "certificate-other-kind", "welfare", "welfare-bonus", "welfare-start",
    "two-accounts", "two-accounts-single",
]  # fmt: skip


def can_be_stored(case):
    """Whether the seeded rules are those of the case."""
    rates = case["kind"], case["catch_up"], case["rounding"], case.fee_bp, case.gst_bp
    return rates in {(kind, "yes", "paisa", 500, 1_800) for kind in KINDS}


def open_payment(case, agent):
    """The payment of the case, through the service that approvals use."""
    worked, by_work = case["earned"] == "HOURS", case["earned"] in ("HOURS", "MILESTONE")
    terms = {"rate_paise": case.gross_paise, "in_milestone": case["earned"] == "MILESTONE"}
    work = make_work(agent, title=case.name, approved=by_work, **terms)
    if case["kind"] == "participant":
        Project.objects.filter(pk=work.gig.opportunity.project_id).update(
            legal_model=Project.LegalModel.OPERATOR
        )
    if worked:
        return earnings.open_payment(work=work, at=case.at)
    source = work if by_work else work.gig.application
    row = {"source_type": source._meta.label_lower, "source_id": source.pk, "at": case.at}
    earned = work.gig.earned_amounts.create(
        kind=case["earned"], amount_paise=case.gross_paise, **row
    )
    return earnings.open_earning(
        kind=earned.kind, gig=work.gig, source=source, gross_paise=case.gross_paise, at=case.at
    )


def certify(case, agent, maker, checker):
    """The approved certificate of the case."""
    found = case.certificate
    LowerDeductionCertificate.objects.create(
        agent=agent, kind=KINDS[found.kind], number="1234AB567C", rate_bp=found.rate_bp,
        valid=Range(found.first, found.end), limit_paise=found.limit_paise, entered_by=maker,
        approved_by=checker, approved_at=case.at - timedelta(days=1),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", THROUGH_THE_DATABASE)
def test_the_services_agree_with_the_table(name, maker, checker):
    """The same amounts come out of the database's rows, dates in India, PANs and certificates."""
    agents, with_pan = {}, set()
    for case in stories()[name]:
        assert can_be_stored(case)
        if case["agent"] not in agents:
            agents[case["agent"]] = make_agent(f"Asha {case['agent']}")
        agent = agents[case["agent"]]
        agent.current_address = {"state": case["state"], "city": "Town"}
        agent.save()
        if case.has_pan and agent not in with_pan:
            give_pan(agent)
            with_pan.add(agent)
        if case.certificate and not LowerDeductionCertificate.objects.exists():
            certify(case, agent, maker, checker)
        payment = open_payment(case, agent)
        found = {
            "tds": payment.tds_paise, "owed": payment.withholding.owed_paise,
            "fee": payment.fee_paise, "gst": payment.gst_paise, "net": payment.net_paise,
        }  # fmt: skip
        assert found == case.amounts, case.name
        fee = payment.welfare_fee.amount_paise if hasattr(payment, "welfare_fee") else 0
        assert fee == paise(case["welfare_fee"]), case.name
    assert Payment.objects.count() == len(stories()[name])
    assert not invariants.check_money()
