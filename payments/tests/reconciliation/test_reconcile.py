"""Reconciliation: differences are opened once, closed when they agree, explained by two people."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.india_time import day_of
from hitouch.core.models import OperationsAlarm
from hitouch.core.payout_provider.base import AccountMovement, PayoutProvider, ProviderUnavailable
from hitouch.core.payout_provider.manual import ManualTransfer
from payments.funding import deposits
from payments.ledger import queries as ledger_queries
from payments.models import BankStatement, Deposit, Difference, SendingSwitch, StatementLine
from payments.payouts import services as payouts
from payments.reconciliation import services, statements

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"
HEAD = "Date,Narration,Withdrawal Amt.,Deposit Amt.\n"
LATER = NOON + timedelta(days=2)


@pytest.fixture
def paid(started, checker):
    """A payout that was made by hand."""
    payouts.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    return started


@pytest.fixture
def import_lines(maker):
    """Import a statement with these lines: days after NOON, text, rupees above or below zero."""

    def run(*lines):
        text = HEAD
        for days, narration, rupees in (*lines, (2, "INTEREST", 0.01)):
            day = day_of(NOON + timedelta(days=days))
            out, into = (-rupees, "") if rupees < 0 else ("", rupees)
            text += f"{day:%d/%m/%Y},{narration},{out},{into}\n"
        return statements.import_statement(
            name="statement.csv",
            content=text.encode(),
            first_day=day_of(NOON),
            last_day=day_of(LATER),
            by=maker,
            at=LATER,
        )

    return run


def reconcile(at=LATER):
    return services.reconcile(provider=ManualTransfer(), at=at)


def open_kinds():
    """Kinds of open differences, but for the interest that every statement here ends with."""
    rows = Difference.objects.open().exclude(theirs_paise=1)
    return sorted(rows.values_list("kind", flat=True))


def test_a_payout_that_the_bank_made_agrees(paid, import_lines):
    """The UTR in the narration pairs payout and line."""
    import_lines((0, f"NEFT DR-{UTR}-ASHA RAO", -9_410))
    run = reconcile()
    assert (run.ours, run.matched_bank, open_kinds()) == (1, 1, [])


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([], "MISSING_THEIRS"),
        ([(0, f"NEFT DR-{UTR}", -9_409)], "AMOUNT"),
        ([(0, f"NEFT DR-{UTR}", -9_410), (0, f"NEFT DR-{UTR} X", -9_410)], "DUPLICATE"),
        ([(0, f"NEFT DR-{UTR}", -9_410), (1, f"RETURN-{UTR}", 9_410)], "LATE_REVERSAL"),
        ([(0, f"NEFT DR-{UTR}", -9_410), (0, "CHARGES", -5)], "MISSING_OURS"),
    ],
)
def test_differences_are_found_once(paid, import_lines, lines, kind):
    """Each kind opens one row, however often we compare."""
    import_lines(*lines)
    reconcile()
    assert open_kinds() == [kind]
    assert reconcile().found == 0
    assert open_kinds() == [kind]


def test_days_without_a_statement_are_not_judged(paid):
    """While no statement covers the day, nothing is missing."""
    reconcile()
    assert not Difference.objects.exists()


def test_a_difference_closes_itself_when_it_agrees(paid, import_lines):
    """A line in a later statement of the same days closes what was missing, and is kept."""
    import_lines()
    reconcile()
    assert open_kinds() == ["MISSING_THEIRS"]
    import_lines((0, f"NEFT DR-{UTR}", -9_410))
    reconcile(LATER + timedelta(hours=1))
    assert open_kinds() == []
    row = Difference.objects.get(kind="MISSING_THEIRS")
    assert [event.became for event in row.events.order_by("pk")] == ["OPEN", "RESOLVED"]


def test_overlapping_statements_store_a_line_once(import_lines):
    """The same file is refused; lines that a second one repeats are skipped, equal lines kept."""
    lines = [(0, "CHARGES", -5), (0, "CHARGES", -5)]
    import_lines(*lines)
    with pytest.raises(statements.StatementKnown):
        import_lines(*lines)
    import_lines(*lines, (1, "CHARGES", -7))
    amounts = StatementLine.objects.exclude(amount_paise=1).values_list("amount_paise", flat=True)
    assert sorted(amounts) == [-700, -500, -500]


def test_a_statement_of_other_days_is_refused(import_lines):
    """Movements outside of the period that was entered show a mistake."""
    with pytest.raises(statements.LinesOutsidePeriod):
        import_lines((-1, "CHARGES", -5))
    assert not BankStatement.objects.exists()


def test_after_three_days_all_sending_stops(paid, import_lines):
    """An open difference stops sending and raises an alarm; explained, it raises none."""
    import_lines()
    reconcile()
    assert not services.stop_when_overdue(at=LATER + timedelta(days=2, hours=23))
    assert not SendingSwitch.objects.filter(is_on=False).exists()
    assert services.stop_when_overdue(at=LATER + timedelta(days=3))
    assert SendingSwitch.objects.filter(is_on=False).exists()
    assert OperationsAlarm.objects.filter(name=services.ALARM).exists()


def test_one_person_cannot_close_a_difference(paid, import_lines, maker, checker):
    """Whoever explains it cannot confirm it, in the service and in the database."""
    import_lines()
    reconcile()
    row = Difference.objects.get(kind="MISSING_THEIRS")
    with pytest.raises(services.NotExplained):
        services.confirm_explanation(difference=row, by=checker, at=LATER)
    services.explain_difference(difference=row, explanation="Sent late.", by=maker, at=LATER)
    with pytest.raises(services.OwnExplanation):
        services.confirm_explanation(difference=row, by=maker, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.filter(pk=row.pk).update(state="EXPLAINED", confirmed_by=maker)
    services.confirm_explanation(difference=row, by=checker, at=LATER)
    with pytest.raises(InvalidTransition):
        services.explain_difference(difference=row, explanation="No.", by=maker, at=LATER)
    reconcile()
    assert open_kinds() == []


def test_what_the_bank_wrote_stays(import_lines):
    """Lines and statements cannot be changed or deleted."""
    import_lines((0, "CHARGES", -5))
    for change in (
        lambda: StatementLine.objects.update(amount_paise=0),
        lambda: BankStatement.objects.update(last_day=day_of(NOON)),
        lambda: StatementLine.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


class ListedProvider(PayoutProvider):
    """A provider whose list is given."""

    name = "LISTED"

    def __init__(self, *rows):
        self.rows = rows

    def list_movements(self, *, since, until):
        if not self.rows:
            raise ProviderUnavailable("down")
        return iter(self.rows)


def test_the_provider_is_compared_too(db):
    """A movement that only the provider has is a difference; while it is down, nothing is said."""
    run = services.reconcile(provider=ListedProvider(), at=LATER)
    assert run.provider_until is None
    row = AccountMovement("txn_1", -100, 0, NOON, utr="U" * 12)
    services.reconcile(provider=ListedProvider(row), at=LATER)
    assert list(Difference.objects.values_list("side", "kind")) == [("PROVIDER", "MISSING_OURS")]


def test_pages_of_finance(signed_in, maker, checker, paid):
    """Import, explain and confirm by page; a file that is no statement is refused in words."""
    client, url = signed_in(maker), reverse("admin:payments_bankstatement_add")
    period = {"first_day": day_of(NOON), "last_day": day_of(NOON)}
    file = SimpleUploadedFile("a.csv", b"Datum;Betrag\n1;2\n")
    bad = client.post(url, {**period, "file": file})
    assert "No row names the columns" in bad.content.decode()
    text = HEAD + f"{day_of(NOON):%d/%m/%Y},CHARGES,5.00,\n"
    client.post(url, {**period, "file": SimpleUploadedFile("a.csv", text.encode())})
    reconcile()
    row = Difference.objects.get()
    page = reverse("admin:payments_difference_change", args=[row.pk])
    assert "Say why this is in order" in client.post(page, {"verb": "explain"}).content.decode()
    client.post(page, {"verb": "explain", "explanation": "Charges of the account."})
    assert "someone else" in client.post(page, {"verb": "confirm"}).content.decode()
    signed_in(checker).post(page, {"verb": "confirm"})
    row.refresh_from_db()
    assert row.state == "EXPLAINED"
    stranger = signed_in(make_staff("Rekha", "reviewer"))
    assert [stranger.get(address).status_code for address in (url, page)] == [403, 403]


def test_a_credit_with_a_reference_is_a_deposit(paid, import_lines):
    """Clients' money in the statement is matched once, and agrees with the books."""
    orchid = paid.items.get().payment.gig.client
    reference = deposits.open_funding(orchid).reference
    came = (1, f"NEFT CR-ORCHID RETAIL-{reference}-HDFCN52026112300077", 750.25)
    import_lines((0, f"NEFT DR {UTR}", -paid.amount_paise / 100), came)
    deposit = Deposit.objects.get()
    assert (deposit.amount_paise, deposit.utr, deposit.client) == (
        750_25, "HDFCN52026112300077", orchid,
    )  # fmt: skip
    assert ledger_queries.money_of(orchid).available_paise == 750_25
    reconcile()
    assert open_kinds() == []
    import_lines(came)
    assert Deposit.objects.count() == 1
