"""The check of the money: planted faults are found, each by its invariant; none is invented."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from conftest import NOON, make_staff
from hitouch.core.models import OperationsAlarm
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.integrity import invariants, services
from payments.integrity.invariants import INVARIANTS
from payments.models import Payment, Payout, SendingSwitch
from payments.payouts import services as payouts
from payments.tests.database import check_deferred_constraints
from payments.tests.factories import make_bank_account, make_hours, make_work

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


@pytest.fixture
def month(started, checker, maker, asha, ravi):
    """Payments of all states: paid, unpaid hours, taxed, corrected; of two agents."""
    payouts.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    hours = make_hours(asha, (0, -5, 61), (180, 200, 290), rate_paise=24_999)
    earnings.open_payment(work=hours, at=NOON)
    make_bank_account(ravi, "999912345678")
    earnings.open_payment(work=make_work(ravi, title="Big", rate_paise=40_000_00), at=NOON)
    wrong = earnings.open_payment(work=make_work(ravi, title="Wrong"), at=NOON)
    adjustment = adjustments.propose(
        payment=wrong, gross_paise=5_000_00, reason="Half of it.", by=maker, at=NOON
    )
    adjustments.approve(adjustment=adjustment, by=checker, at=NOON)
    check_deferred_constraints()


def broken():
    return {row.name for row in invariants.check_money()}


def plant(*statements):
    """Run SQL as somebody who has switched the triggers and foreign keys off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            for name, part in NAMES.items():
                statement = statement.replace(name, part)
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_nothing_is_found_in_order(month):
    """No invariant is broken by what our services do."""
    assert [str(row) for row in invariants.check_money()] == []


#: Stand for parts of the statements below.
NAMES = {
    ":hours": "(SELECT id FROM payments_payment WHERE kind = 'HOURS')",
    ":paid": "(SELECT id FROM payments_payout WHERE state = 'COMPLETED')",
    ":other": "(SELECT agent_id FROM onboarding_bankaccount WHERE last_four = '5678')",
    ":legs": (
        "entry_id IN (SELECT id FROM payments_entry WHERE kind = 'PAYMENT_OPENED' AND source_id IN"
        " (SELECT id FROM payments_payment WHERE kind = 'HOURS'))"
    ),
}
FAULTS = {
    "leg changed": (
        "UPDATE payments_leg SET amount_paise = amount_paise + 1 WHERE :legs AND amount_paise > 0",
        "entries_balance",
    ),
    "leg removed": (
        "DELETE FROM payments_leg WHERE :legs AND amount_paise > 0",
        "entries_balance",
    ),
    "entry invented": (
        "WITH made AS (INSERT INTO payments_entry (id, created_at, updated_at, kind, source_type,"
        " source_id, leg_count, at) VALUES (gen_random_uuid(), now(), now(), 'PAYMENT_OPENED',"
        " 'payments.payment', gen_random_uuid(), 2, now()) RETURNING id)"
        " INSERT INTO payments_leg (entry_id, position, account_id, amount_paise)"
        " SELECT made.id, row_number() OVER (ORDER BY account.kind DESC), account.id,"
        " CASE account.kind WHEN 'CLIENT_RECEIVABLE' THEN 500 ELSE -500 END"
        " FROM made, payments_ledgeraccount AS account"
        " WHERE account.kind IN ('CLIENT_RECEIVABLE', 'FEE_INCOME')",
        "entries_have_sources",
    ),
    "entry removed with its legs": (
        "DELETE FROM payments_leg WHERE :legs",
        "payments_are_booked",
    ),
    "hours lengthened": (
        "UPDATE gigs_worksession SET ended_at = ended_at + interval '10 minutes'"
        " WHERE started_at = (SELECT max(started_at) FROM gigs_worksession)",
        "hours_are_paid",
    ),
    "hours deleted": (
        "DELETE FROM gigs_worksession"
        " WHERE started_at = (SELECT max(started_at) FROM gigs_worksession)",
        "hours_are_paid",
    ),
    "rate of the gig changed": (
        "UPDATE gigs_gig SET rate_paise = rate_paise + 1 WHERE pay_kind = 'HOURLY'",
        "hours_are_paid",
    ),
    "payee swapped": (
        "UPDATE payments_payout SET bank_account_id = (SELECT id FROM onboarding_bankaccount"
        " WHERE last_four = '5678'), last_four = '5678' WHERE id IN :paid",
        "payouts_go_to_the_agent",
    ),
    "UTR swapped": (
        "UPDATE payments_payout SET utr = 'HDFCN00000000009' WHERE id IN :paid",
        "utrs_are_those_recorded",
    ),
    "payout raised": (
        "UPDATE payments_payout SET amount_paise = amount_paise + 100 WHERE id IN :paid",
        "payouts_are_their_items",
    ),
    "payment raised": (
        "UPDATE payments_payment SET gross_paise = gross_paise + 1, net_paise = net_paise + 1"
        " WHERE id IN :hours",
        "payments_are_booked",
    ),
    "payment moved to another agent": (
        "UPDATE payments_payment SET agent_id = :other WHERE id IN :hours",
        "payments_are_booked",
    ),
    "payment removed with its entry": (
        "DELETE FROM payments_leg WHERE :legs",
        "DELETE FROM payments_entry WHERE kind = 'PAYMENT_OPENED' AND source_id IN :hours",
        "DELETE FROM payments_withholding WHERE payment_id IN :hours",
        "DELETE FROM payments_payoutitem WHERE payment_id IN :hours",
        "DELETE FROM payments_payment WHERE id IN :hours",
        "approved_work_is_paid",
    ),
    "state of a payment set": (
        "UPDATE payments_payment SET state = 'COMPLETED', paid_at = now() WHERE id IN :hours",
        "payments_are_paid_once",
    ),
    "paid by a second payout": (
        "INSERT INTO payments_payoutitem (id, created_at, updated_at, payout_id, payment_id,"
        " amount_paise) SELECT gen_random_uuid(), now(), now(), payout.id, item.payment_id,"
        " item.amount_paise FROM payments_payoutitem AS item, payments_payout AS payout"
        " WHERE item.payout_id IN :paid AND payout.agent_id = :other",
        "payments_are_paid_once",
    ),
    "completion forgotten in the books": (
        "DELETE FROM payments_leg WHERE entry_id IN"
        " (SELECT id FROM payments_entry WHERE kind = 'TRANSFER_SETTLED')",
        "DELETE FROM payments_entry WHERE kind = 'TRANSFER_SETTLED'",
        "transfers_are_booked",
    ),
    "tax lowered": (
        "UPDATE payments_withholding SET withheld_paise = 0 WHERE withheld_paise > 0",
        "tax_is_recorded",
    ),
    "tax year changed": (
        "UPDATE payments_withholdingyear SET base_paise = base_paise - 1",
        "tax_years_are_their_rows",
    ),
    "fee rate changed": (
        "UPDATE payments_feerule SET fee_bp = 400",
        "payments_add_up",
    ),
    "correction removed": (
        "DELETE FROM payments_withholding WHERE payment_id IN"
        " (SELECT id FROM payments_payment WHERE kind = 'CORRECTION')",
        "DELETE FROM payments_payoutitem WHERE payment_id IN"
        " (SELECT id FROM payments_payment WHERE kind = 'CORRECTION')",
        "DELETE FROM payments_payment WHERE kind = 'CORRECTION'",
        "entries_have_sources",
    ),
    "everything truncated": (
        "TRUNCATE payments_leg, payments_entry, payments_payment, payments_payout CASCADE",
        "what_the_audit_log_saw_exists",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(month, fault):
    """What is changed behind the triggers shows, whoever did it."""
    *statements, name = FAULTS[fault]
    plant(*statements)
    assert name in broken()


def test_an_empty_site_is_in_order():
    """Without any payment nothing is broken, and each invariant has its own name."""
    assert broken() == set()
    assert len({row.name for row in INVARIANTS}) == len(INVARIANTS)


def test_one_red_stops_sending(month):
    """A broken invariant raises an alarm and stops all sending; clean ones clear the alarm."""
    assert services.run_check(at=NOON).is_clean
    assert not SendingSwitch.objects.filter(is_on=False).exists()
    plant(FAULTS["UTR swapped"][0])
    check = services.run_check(at=NOON + timedelta(hours=1))
    assert [row["name"] for row in check.broken] == ["utrs_are_those_recorded"]
    assert SendingSwitch.objects.filter(is_on=False).exists()
    assert OperationsAlarm.objects.filter(name=services.ALARM).exists()


def test_command_names_what_is_broken(month):
    """`manage.py check_money` fails with the invariant and the row; read-only, it stops nothing."""
    call_command("check_money", "--read-only")
    plant(FAULTS["UTR swapped"][0])
    payout = Payout.objects.get(state="COMPLETED")
    with pytest.raises(CommandError, match=str(payout.pk)):
        call_command("check_money", "--read-only")
    assert not SendingSwitch.objects.filter(is_on=False).exists()


def test_page_is_for_finance(month, signed_in, maker):
    """Finance sees each invariant and checks now; others hear 403."""
    url = reverse("admin:payments_moneycheck_changelist")
    client = signed_in(maker)
    assert "Not checked yet" in client.get(url).content.decode()
    plant(FAULTS["payout raised"][0])
    page = client.post(url, follow=True).content.decode()
    assert "A payout is the sum of its items" in page
    assert "1 broken" in page
    assert signed_in(make_staff("Rekha", "reviewer")).get(url).status_code == 403
    assert Payment.objects.exists()
