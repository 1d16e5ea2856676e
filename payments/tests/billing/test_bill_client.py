"""Bills: each earning of an ended month once, with the right GST, frozen once issued."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import NOON
from payments.billing import queries
from payments.billing import services as billing
from payments.integrity import invariants
from payments.models import Bill, BillLine, CreditNote, CreditNoteLine, Leg
from payments.tests.billing.conftest import NEXT_MONTH, correct, earn, save_details
from payments.tests.database import check_deferred_constraints

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MORE = "taxable_paise = taxable_paise + 1, total_paise = total_paise + 1"


def bill(client, at=NEXT_MONTH):
    bills = billing.bill_client(client=client, at=at)
    check_deferred_constraints()
    assert [str(row) for row in invariants.check_money()] == []
    return bills


def test_a_month_is_billed_when_it_has_ended(asha, ravi, orchid, details):
    """One line for each earning, the whole service with 9% of central and of state tax."""
    earn(asha), earn(ravi, rate_paise=5_000_00)
    with pytest.raises(billing.NothingToBill):
        bill(orchid, at=NOON)
    (issued,) = bill(orchid)
    assert issued.number == "HTX/26-27/000001"
    assert (str(issued.earned_from), str(issued.earned_to)) == ("2026-11-01", "2026-11-30")
    assert (issued.taxable_paise, issued.cgst_paise, issued.sgst_paise, issued.igst_paise) == (
        15_000_00, 1_350_00, 1_350_00, 0,
    )  # fmt: skip
    charged = Leg.objects.filter(entry__kind="PAYMENT_OPENED", amount_paise__gt=0)
    assert issued.total_paise == sum(charged.values_list("amount_paise", flat=True)) == 17_700_00
    assert {line.sac for line in issued.lines.all()} == {"998593"}
    with pytest.raises(billing.NothingToBill):
        bill(orchid)


def test_integrated_tax_for_another_state_and_for_economic_zones(asha, ravi, orchid, maker):
    """Only within our own state is there central and state tax."""
    earn(asha)
    save_details(orchid, maker, state_code="27", gstin="27AAACO1234E1ZY", pin_code="400001")
    (other_state,) = bill(orchid)
    earn(ravi)
    save_details(orchid, maker, is_sez=True)
    (zone,) = bill(orchid)
    for issued, place in ((other_state, "27"), (zone, "29")):
        assert (issued.cgst_paise, issued.sgst_paise, issued.igst_paise) == (0, 0, 1_800_00)
        assert issued.place_of_supply == place


def test_an_operator_bills_only_its_fee(asha, orchid, details):
    """5% of the amount and 18% GST on it; the rest is the agent's own supply."""
    earn(asha, legal_model="OPERATOR", rate_paise=10_003_00)
    earn(asha, title="Service")
    operator, principal = sorted(bill(orchid), key=lambda issued: issued.legal_model)
    assert (operator.taxable_paise, operator.gst_paise) == (500_15, 90_03)
    # An odd number of paise has no two equal halves.
    assert (operator.cgst_paise, operator.sgst_paise) == (45_01, 45_02)
    assert operator.lines.get().sac == "998599"
    assert principal.total_paise == 11_800_00


def test_each_month_has_its_bill(asha, ravi, orchid, details):
    """What was earned in two months stands on two bills, by the day in India."""
    earn(asha)
    # 1 December in India, though not yet in UTC.
    midnight = NOON.replace(month=11, day=30, hour=18, minute=30)
    earn(ravi, at=midnight - timedelta(seconds=1))
    earn(ravi, title="B", at=midnight)
    november, december = bill(orchid, at=NEXT_MONTH + 31 * DAY)
    assert (november.line_count, december.line_count) == (2, 1)
    assert december.earned_from.month == 12


def test_details_are_kept_as_they_were(asha, ravi, orchid, details, maker):
    """Later details are a new version; the bill shows the old one."""
    earn(asha)
    (first,) = bill(orchid)
    later = save_details(orchid, maker, legal_name="Orchid Stores Private Limited")
    assert (later.version, queries.details_of(orchid)) == (2, later)
    first.refresh_from_db()
    assert first.buyer.legal_name == "Orchid Retail Private Limited"
    assert save_details(orchid, maker, legal_name="Orchid Stores Private Limited") == later


def test_nothing_is_billed_without_both_sides(asha, orchid, maker, settings):
    """The client's details and our GSTIN must be there."""
    earn(asha)
    with pytest.raises(billing.BillingDetailsMissing):
        billing.bill_client(client=orchid, at=NEXT_MONTH)
    assert [queue.count for queue in queries.work_queues(now=NEXT_MONTH)] == [1]
    save_details(orchid, maker)
    settings.HITOUCH_SELLER = {**settings.HITOUCH_SELLER, "gstin": ""}
    with pytest.raises(billing.SellerNotSet):
        billing.bill_client(client=orchid, at=NEXT_MONTH)
    billing.issue_due(now=NEXT_MONTH)
    assert not Bill.objects.exists()


def test_a_correction_after_the_bill_is_credited_at_once(asha, orchid, details, maker, checker):
    """The credit note takes back the whole line; the right amount comes with the next bill."""
    payment = earn(asha)
    (issued,) = bill(orchid)
    correct(payment, 7_000_00, maker, checker)
    note = CreditNote.objects.get()
    assert (note.number, note.bill) == ("HCN/26-27/000001", issued)
    assert (note.total_paise, note.cgst_paise) == (issued.total_paise, issued.cgst_paise)
    (following,) = bill(orchid, at=NEXT_MONTH + 31 * DAY)
    assert following.total_paise == 8_260_00


def test_a_correction_before_the_bill_needs_no_credit(asha, orchid, details, maker, checker):
    """What was taken back before it was billed is not billed at all."""
    payment = earn(asha)
    correct(payment, 7_000_00, maker, checker, at=NOON)
    (issued,) = bill(orchid)
    assert (issued.taxable_paise, CreditNote.objects.count()) == (7_000_00, 0)


def test_more_lines_than_the_portal_takes_are_two_bills(asha, ravi, orchid, details, monkeypatch):
    """The numbers follow one another."""
    monkeypatch.setattr(billing, "MOST_LINES", 1)
    earn(asha), earn(ravi)
    assert [row.number for row in bill(orchid)] == ["HTX/26-27/000001", "HTX/26-27/000002"]


def test_a_new_financial_year_starts_at_one(asha, ravi, orchid, details):
    """The day of issue in India decides: March is billed in April."""
    earn(asha)
    bill(orchid)
    earn(ravi)
    april = NOON.replace(year=2027, month=3, day=31, hour=18, minute=30)
    assert [row.number for row in bill(orchid, at=april)] == ["HTX/27-28/000001"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_bill SET total_paise = 1",
        "DELETE FROM payments_creditnoteline",
        "UPDATE payments_billline SET description = 'x'",
        "TRUNCATE payments_bill CASCADE",
        "TRUNCATE payments_creditnoteline",
        "UPDATE payments_billingdetails SET legal_name = 'x'",
        "UPDATE payments_billseries SET last_number = last_number + 2",
        "UPDATE payments_billseries SET last_number = last_number + 1",
        "UPDATE payments_billseries SET last_number = last_number - 1",
        "DELETE FROM payments_billseries",
    ],
)
def test_what_was_issued_stays(asha, orchid, details, maker, checker, statement):
    """Also for a connection to the database; a number without a document is refused at commit."""
    payment = earn(asha)
    bill(orchid)
    correct(payment, 0, maker, checker)
    check_deferred_constraints()
    with pytest.raises(DatabaseError):
        execute(statement)


def execute(statement):
    """Run the statement and the checks of its commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_line_cannot_be_added_later(asha, ravi, orchid, details):
    """At commit a bill is the sum of its lines."""
    earn(asha)
    (issued,) = bill(orchid)
    line = issued.lines.get()
    line.pk, line.payment, line.position = None, earn(ravi), 2
    line.save(force_insert=True)
    with pytest.raises(DatabaseError):
        check_deferred_constraints()


def test_no_more_is_credited_than_was_billed(asha, orchid, details, maker, checker):
    """A credit line is a whole line of its bill, once."""
    payment = earn(asha)
    bill(orchid)
    correct(payment, 0, maker, checker)
    credited = CreditNoteLine.objects.get()
    assert billing.issue_credit_note(correction=payment.correction, at=NEXT_MONTH) is None
    credited.pk, credited.position, credited.taxable_paise = None, 2, 99
    with pytest.raises(DatabaseError), transaction.atomic():
        credited.save(force_insert=True)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE payments_bill SET MORE", "bills_are_their_lines"),
        ("DELETE FROM payments_bill", "bill_numbers_have_no_gaps"),
        (
            "DELETE FROM payments_bill; UPDATE payments_billseries SET last_number = 0",
            "issued_bills_are_those_recorded",
        ),
        ("UPDATE payments_billline SET MORE", "bills_are_booked"),
        ("DELETE FROM payments_creditnoteline", "corrections_are_credited"),
        ("TRUNCATE payments_creditnote CASCADE", "corrections_are_credited"),
        ("UPDATE payments_payment SET client_gst_paise = 0", "client_gst_follows_its_rule"),
        ("UPDATE payments_billseries SET last_number = 7", "bill_numbers_have_no_gaps"),
    ],
)
def test_faults_behind_the_triggers_are_found(
    asha, ravi, orchid, details, maker, checker, statement, name
):
    """Each with the triggers off, found by the check of the money."""
    payment = earn(asha)
    earn(ravi)
    bill(orchid)
    correct(payment, 0, maker, checker)
    check_deferred_constraints()
    assert [str(row) for row in invariants.check_money()] == []
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement.replace("MORE", MORE))
        found = {row.name for row in invariants.check_money()}
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert name in found


def test_the_sweep_bills_clients_and_credits_what_was_missed(asha, orchid, details):
    """Whatever the night before did not do is done in the next one; twice changes nothing."""
    earn(asha)
    billing.issue_due(now=NEXT_MONTH)
    billing.issue_due(now=NEXT_MONTH)
    assert (Bill.objects.count(), BillLine.objects.count()) == (1, 1)
