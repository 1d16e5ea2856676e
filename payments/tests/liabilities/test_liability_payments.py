"""What is owed to the government: by period, due dates, two people, and never more than is owed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.liabilities import queries, services
from payments.liabilities.queries import Period
from payments.models import LiabilityAccrual, LiabilityPayment
from payments.payouts import services as payouts
from payments.reconciliation import books
from payments.tests.database import check_deferred_constraints
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UTR, CIN = "HDFCN52026120700001", "26110700000001HDFC"
TDS, GST = Period("TDS", date(2026, 11, 1)), Period("GST", date(2026, 11, 1))
WELFARE = Period("WELFARE_FEE", date(2026, 10, 1), "Karnataka")


@pytest.fixture
def earned(asha):
    """₹40,000 of an agent in Karnataka: TDS ₹400, GST on the fee ₹360, welfare fee ₹1.50."""
    asha.current_address = {"state": "Karnataka"}
    asha.save()
    work = make_work(asha, rate_paise=40_000_00)
    payment = earnings.open_payment(work=work, at=NOON)
    services.count_accruals(at=NOON)
    return payment


@pytest.fixture
def gst(earned):
    """All GST that is owed: of the fee, and of the client if it pays some."""
    return earned.gst_paise + earned.client_gst_paise


def record(by, period=GST, *, at=NOON, **changes):
    numbers = {
        "TDS": {"bsr_code": "0510308", "challan": "12345"},
        "GST": {"challan": CIN},
        "WELFARE_FEE": {"challan": "PWFVS/26-27/0042"},
    }[period.kind]
    facts = {
        "period": period, "amount_paise": 100, "paid_on": day_of(NOON), "utr_number": UTR,
        **numbers, **changes,
    }  # fmt: skip
    return services.record_payment(**facts, by=by, at=at)


def left(period):
    return queries.left_of(period)


def require_sound_books():
    check_deferred_constraints()
    assert [str(row) for row in invariants.check_money()] == []


def test_what_is_owed_has_its_due_date(earned, gst):
    """TDS by the 7th, GST by the 20th of the next month, a welfare fee after its quarter."""
    owed = {row.period: row for row in queries.open_periods()}
    assert owed[TDS].left_paise == earned.tds_paise
    assert owed[GST].left_paise == gst
    assert owed[WELFARE].left_paise == 150
    assert [period.due_on for period in owed] == [
        date(2026, 12, 7), date(2026, 12, 20), date(2027, 1, 6),
    ]  # fmt: skip


def test_sums_are_counted_again(earned, gst, asha):
    """What is booked later in a month is counted, once; old months are found at first."""
    LiabilityAccrual.objects.all().delete()
    services.count_accruals(at=NOON + 400 * DAY)
    assert {row.period for row in queries.open_periods()} == {TDS, GST, WELFARE}
    earnings.open_payment(work=make_work(asha, title="Another"), at=NOON)
    assert services.count_accruals(at=NOON + DAY) == 2
    assert services.count_accruals(at=NOON + DAY) == 0
    assert {row.period: row.left_paise for row in queries.owed()} == {
        period: queries.left_of(period) for period in (TDS, GST, WELFARE)
    }


def test_march_and_the_quarters_edges():
    """Tax of March is due on 30 April; a quarter ends with its third month, also in December."""
    assert Period("TDS", date(2027, 3, 1)).due_on == date(2027, 4, 30)
    assert (WELFARE.after, WELFARE.name) == (
        date(2027, 1, 1), "Welfare fee, Karnataka, October to December 2026",
    )  # fmt: skip


def test_two_people_pay(earned, gst, maker, checker):
    """One records the challan, another confirms; only then it is booked."""
    row = record(maker, amount_paise=gst)
    assert left(GST) == 0
    require_sound_books()
    with pytest.raises(services.OwnLiabilityPayment):
        services.confirm_payment(row=row, by=maker, at=NOON)
    services.confirm_payment(row=row, by=checker, at=NOON)
    require_sound_books()
    assert [each.period for each in queries.open_periods()] == [TDS, WELFARE]
    assert UTR in {
        utr for moved in books.movements(day_of(NOON), day_of(NOON)) for utr in moved.utrs
    }
    assert AuditEvent.objects.filter(action="liability.confirmed").count() == 1


@pytest.mark.parametrize("period", [TDS, WELFARE], ids=["TDS", "welfare fee"])
def test_each_kind_is_booked_on_its_account(earned, maker, checker, period):
    """In whole, and in parts."""
    for number in range(2):
        paise = left(period) // (2 - number)
        changes = {"utr_number": UTR[:-1] + str(number), "challan": f"1234{number}"}
        row = record(maker, period, amount_paise=paise, **changes)
        services.confirm_payment(row=row, by=checker, at=NOON)
    assert left(period) == 0
    require_sound_books()


def test_never_more_than_is_owed(earned, gst, maker, checker):
    """For the period, counting what colleagues recorded; rejected, it can be paid again."""
    with pytest.raises(services.LiabilityTooHigh):
        record(maker, amount_paise=gst + 1)
    row = record(maker, amount_paise=gst)
    with pytest.raises(services.LiabilityTooHigh):
        record(checker, amount_paise=1, utr_number=UTR + "9", challan="26110700000002HDFC")
    services.reject_payment(row=row, by=maker, at=NOON)
    record(checker, amount_paise=gst)
    with pytest.raises(services.LiabilityTooHigh):
        record(maker, Period("GST", date(2026, 10, 1)), utr_number=UTR + "9")
    with pytest.raises(services.LiabilityTooHigh):
        record(maker, Period("WELFARE_FEE", date(2026, 10, 1), "Kerala"), utr_number=UTR + "9")


def test_what_a_correction_took_back_is_not_paid(earned, gst, maker, checker):
    """Recorded before the correction, it cannot be confirmed after it."""
    row = record(maker, amount_paise=gst)
    correction = adjustments.propose(
        payment=earned, gross_paise=20_000_00, reason="Half.", by=maker, at=NOON
    )
    adjustments.approve(adjustment=correction, by=checker, at=NOON)
    with pytest.raises(services.LiabilityTooHigh):
        services.confirm_payment(row=row, by=checker, at=NOON)
    services.reject_payment(row=row, by=checker, at=NOON)
    row = record(maker, amount_paise=left(GST))
    services.confirm_payment(row=row, by=checker, at=NOON)
    require_sound_books()


@pytest.mark.parametrize(
    ("period", "changes", "code"),
    [
        (GST, {"amount_paise": 0}, "amount_not_positive"),
        (GST, {"amount_paise": -5}, "amount_not_positive"),
        (GST, {"paid_on": day_of(NOON) + DAY}, "wrong_day"),
        (GST, {"paid_on": date(2026, 10, 31)}, "wrong_day"),
        (GST, {"bsr_code": "0510308"}, "bad_bsr_code"),
        (GST, {"challan": "12345"}, "bad_challan"),
        (GST, {"utr_number": "=1+1"}, "bad_utr"),
        (TDS, {"bsr_code": ""}, "bad_bsr_code"),
        (TDS, {"bsr_code": "051030"}, "bad_bsr_code"),
        (TDS, {"challan": "123456"}, "bad_challan"),
        (WELFARE, {"challan": "=A1"}, "bad_challan"),
    ],
)
def test_odd_entries_are_refused(earned, maker, period, changes, code):
    """Each with a sentence at its field."""
    with pytest.raises(Refusal) as refused:
        record(maker, period, **changes)
    assert (refused.value.code, LiabilityPayment.objects.count()) == (code, 0)


def test_a_challan_counts_once(earned, maker, checker):
    """Typed twice, also with other spaces, or another challan with the same UTR."""
    record(maker, challan=" 26110700000001 hdfc")
    for changes in ({"utr_number": UTR + "9"}, {"challan": "26110700000002HDFC"}):
        with pytest.raises(services.ChallanUsed):
            record(checker, **changes)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_liabilitypayment SET amount_paise = 99",
        "UPDATE payments_liabilitypayment SET kind = 'WELFARE_FEE', region = 'Kerala'",
        "DELETE FROM payments_liabilitypayment",
    ],
)
def test_what_was_changed_is_found(earned, maker, checker, statement):
    """With the triggers off."""
    services.confirm_payment(row=record(maker), by=checker, at=NOON)
    check_deferred_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
    assert [row.name for row in invariants.check_money()] == ["government_is_paid_once"]


def test_on_the_pages(earned, maker, checker, signed_in):
    """Due list, record, confirm; typed text stays; nobody outside of finance."""
    payouts.create_waiting_payouts(now=NOON)
    changelist = reverse("admin:payments_liabilitypayment_changelist")
    add = reverse("admin:payments_liabilitypayment_add")
    page = signed_in(maker).get(changelist).content.decode()
    assert "TDS, November 2026" in page
    assert "7 Dec 2026" in page
    typed = {
        "period": TDS.key, "amount_paise": "999999", "paid_on": day_of(NOON).isoformat(),
        "bsr_code": "0510308", "challan": "12345", "utr": UTR,
    }  # fmt: skip
    refused = signed_in(maker).post(add, typed).content.decode()
    assert "more than is owed" in refused
    assert "999999" in refused
    right = {**typed, "amount_paise": str(earned.tds_paise / 100)}
    assert signed_in(maker).post(add, right).status_code == 302
    row = LiabilityPayment.objects.get()
    confirm = {"action": "approve", "_selected_action": [row.pk]}
    assert b"someone else" in signed_in(maker).post(changelist, confirm, follow=True).content
    signed_in(checker).post(changelist, confirm)
    assert LiabilityPayment.objects.get().state == "APPROVED"
    for stranger in (make_staff("Sita", "support"), make_staff("Noor")):
        for url in (add, changelist):
            assert signed_in(stranger).get(url).status_code == 403
        assert signed_in(stranger).post(changelist, confirm).status_code == 403


def test_the_desk_is_told_a_week_before(earned):
    """What is due within seven days, or late, is in the queue."""
    counts = {
        day: queries.work_queues(now=NOON.replace(month=month, day=day))[0].count
        for month, day in ((11, 29), (12, 1), (12, 15))
    }
    assert counts == {29: 0, 1: 1, 15: 2}
