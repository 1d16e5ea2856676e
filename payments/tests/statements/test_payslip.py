"""Pay slips: page, PDF, JSON and API; an independent checker agrees with each."""

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NOON
from payments.deductions.fees import FeeRates, deduct
from payments.deductions.withholding import (
    Certificate,
    Rounding,
    TaxTerms,
    YearToDate,
    withhold,
)
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.payouts import services as payouts
from payments.statements import payslip, queries
from payments.tests.factories import make_hours, make_work

pytestmark = pytest.mark.django_db
CHECKER = Path(__file__).parents[3] / "tools" / "check_payslip.py"
_spec = spec_from_file_location("check_payslip", CHECKER)
check_payslip = module_from_spec(_spec)
_spec.loader.exec_module(check_payslip)


def slip_of(payment):
    return payslip.payslip_of(queries.payment_in_full(payment.agent, payment.pk).get())


@pytest.fixture
def paid(started, checker):
    """Asha's payment, paid out."""
    payouts.settle_payout(payout=started, utr_number="HDFCN00000000001", by=checker, at=NOON)
    return started.payments.get()


def check(path):
    return subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(path)], capture_output=True, text=True, check=False
    )


def test_checker_agrees_with_a_payment(paid, signed_in, asha, tmp_path):
    """The downloaded pay slip is confirmed by the checker, and refused with one paisa changed."""
    url = reverse("payments:payslip-json", args=[paid.pk])
    response = signed_in(asha.user).get(url)
    assert response["Cache-Control"] == "private, no-store"
    file = tmp_path / "slip.json"
    file.write_bytes(response.content)
    checked = check(file)
    assert checked.returncode == 0, checked.stdout
    slip = json.loads(response.content)
    assert slip["transfer"]["utr"] == paid.payouts.get().utr
    slip["fee"]["fee_paise"] += 1
    file.write_text(json.dumps(slip))
    checked = check(file)
    assert checked.returncode == 1
    assert "platform fee" in checked.stdout


def test_checker_agrees_with_a_correction(asha, maker, checker):
    """The correction's slip adds up, and names the payment it takes back."""
    wrong = earnings.open_payment(work=make_work(asha, rate_paise=4_000_000), at=NOON)
    adjustment = adjustments.propose(
        payment=wrong, gross_paise=100, reason="Too much.", by=maker, at=NOON
    )
    right = adjustments.approve(adjustment=adjustment, by=checker, at=NOON)
    for payment in (wrong, wrong.correction, right):
        slip = slip_of(payment)
        assert all(here == there for _, here, there in check_payslip.steps(slip))
    assert slip_of(wrong.correction)["corrects"] == wrong.reference


def test_hours_are_paid_within_the_slot_by_the_second(asha):
    """Time before and after the slot is not paid; the checker counts the same seconds."""
    work = make_hours(asha, (0, -5, 61), (180, 200.01, 500), rate_paise=24_999)
    payment = earnings.open_payment(work=work, at=NOON)
    # 61 minutes, and 99 minutes and 59 seconds.
    assert payment.gross_paise == (61 * 60 + 99 * 60 + 59) * 24_999 // 3600
    slip = slip_of(payment)
    assert all(here == there for _, here, there in check_payslip.steps(slip))
    full = queries.payment_in_full(asha, payment.pk).get()
    assert [line.split(", ")[1] for line in queries.worked_time_of(full)] == [
        "1 h 1 min", "1 h 39 min 59 s",
    ]  # fmt: skip


def test_pdf_is_one_page_with_the_net_amount(paid, signed_in, asha):
    """The PDF is archivable, and is a download."""
    response = signed_in(asha.user).get(reverse("payments:payslip-pdf", args=[paid.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert f"payslip-{paid.reference}.pdf" in response["Content-Disposition"]
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.docinfo["/Title"]) == f"Pay slip {paid.reference}"


@pytest.mark.parametrize("name", ["payslip-json", "payslip-pdf"])
def test_others_find_no_pay_slip(paid, signed_in, ravi, maker, client, name):
    """Another agent hears 404; staff and nobody get no pay slip here."""
    url = reverse(f"payments:{name}", args=[paid.pk])
    assert signed_in(ravi.user).get(url).status_code == 404
    assert signed_in(maker).get(url).status_code in (302, 403)
    assert client.get(url).status_code == 302


TERMS = st.builds(
    TaxTerms,
    rate_bp=st.integers(0, 3_000),
    no_pan_rate_bp=st.integers(0, 3_000),
    single_threshold_paise=st.none() | st.integers(1, 10**6),
    yearly_threshold_paise=st.none() | st.integers(1, 10**7),
    catches_up=st.booleans(),
    thresholds_without_pan=st.booleans(),
    rounding=st.sampled_from(Rounding),
)


@st.composite
def slips(draw):
    """Pay slips that the rules made, for any rule, year, PAN and certificate."""
    terms, gross = draw(TERMS), draw(st.integers(1, 10**7))
    before, untaxed = draw(st.integers(0, 10**7)), draw(st.integers(0, 10**7))
    owed, has_pan = draw(st.integers(-(10**5), 10**5)), draw(st.booleans())
    left = draw(st.none() | st.integers(0, 10**7))
    fee, gst = draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000))
    taxed_before = max(before - untaxed, 0)
    certificate = left and Certificate(terms.rate_bp // 2, left, draw(st.integers(0, before)))
    tax = withhold(
        gross, terms, year=YearToDate(before, taxed_before, 0, owed), has_pan=has_pan,
        certificate=certificate,
    )  # fmt: skip
    parts = deduct(gross, FeeRates(fee, gst), tds_paise=tax.withheld_paise)
    return {
        "gross_paise": gross, "corrects": None, "work": {"amount_paise": gross},
        "net_paise": parts.net_paise,
        "fee": {
            "fee_bp": fee, "fee_paise": parts.fee_paise,
            "gst_bp": gst, "gst_paise": parts.gst_paise,
        },
        "tax": {
            "rule": {
                "rate_bp": terms.rate_bp, "rate_without_pan_bp": terms.no_pan_rate_bp,
                "free_up_to_paise": terms.single_threshold_paise or 0,
                "free_up_to_in_year_paise": terms.yearly_threshold_paise or 0,
                "catches_up": terms.catches_up, "rounding": terms.rounding,
                "thresholds_need_pan": not terms.thresholds_without_pan,
            },
            "year_before": {
                "paid_paise": before, "taxed_paise": taxed_before, "owed_paise": owed,
            },
            "has_pan": has_pan, "taxed_paise": tax.taxed_paise, "due_paise": tax.due_paise,
            "withheld_paise": tax.withheld_paise,
            "certificate": {
                "rate_bp": terms.rate_bp // 2, "certified_paise": tax.certified_paise,
            } if tax.certified_paise else None,
        },
    }  # fmt: skip


def differing(slip):
    return {name for name, here, there in check_payslip.steps(slip) if here != there}


@given(slip=slips())
@settings(max_examples=500, deadline=None)
def test_checker_agrees_with_the_rules(slip):
    """Two calculations by different means give the same tax, fee and net for any rule and year."""
    assert differing(slip) == set()


#: The amounts of a pay slip that follow from others, and the step that must not agree.
FOLLOWING = {
    ("work", "amount_paise"): "gross", ("tax", "taxed_paise"): "taxed",
    ("tax", "due_paise"): "tax due", ("tax", "withheld_paise"): "tax (TDS)",
    ("fee", "fee_paise"): "platform fee", ("fee", "gst_paise"): "GST on the fee",
    ("net_paise",): "net",
}  # fmt: skip


@given(
    slip=slips(), path=st.sampled_from(list(FOLLOWING)),
    change=st.integers(-(10**7), 10**7).filter(bool),
)  # fmt: skip
@settings(max_examples=500, deadline=None)
def test_checker_finds_any_wrong_amount(slip, path, change):
    """One amount that is not what the others make it, even by a paisa, is named."""
    *parents, name = path
    part = slip
    for parent in parents:
        part = part[parent]
    part[name] += change
    assert FOLLOWING[path] in differing(slip)


@given(slip=slips(), paise=st.integers(1, 10**7))
def test_checker_does_not_believe_a_certificate_without_a_pan(slip, paise):
    """A certificate that does not apply, or to more than is taxed, is named."""
    slip["tax"]["has_pan"] = False
    slip["tax"]["certificate"] = {"rate_bp": 0, "certified_paise": paise}
    assert "by certificate" in differing(slip)
    slip["tax"]["has_pan"] = True
    slip["tax"]["certificate"]["certified_paise"] = 10**9
    assert "by certificate" in differing(slip)
