"""NEFT files: made by one, UTRs entered by one and confirmed by another; the same states."""

import csv
import io

import pytest
from django.urls import reverse

from conftest import NOON, make_staff
from payments.integrity import invariants
from payments.models import Payout, PayoutBatch
from payments.payouts import bank_files, batches, refusals, switch

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


@pytest.fixture
def batch(payout, maker, checker):
    """An approved batch for a NEFT file, without any payout provider."""
    made = batches.create_batch(by=maker, at=NOON, rail="NEFT_FILE")
    made = batches.submit_batch(batch=made, by=maker, at=NOON)
    return batches.approve_batch(
        batch=made, count=1, total_paise=payout.amount_paise, by=checker, at=NOON
    )


def file_of(batch, by):
    return bank_files.make_bank_file(batch=batch, by=by, at=NOON)


def test_from_the_file_to_the_utr(batch, payout, maker, checker):
    """The file has account and amount; UTRs of one person, confirmed by another, complete it."""
    header, row = csv.reader(io.StringIO(file_of(batch, maker)))
    assert header == list(bank_files.COLUMNS)
    assert row[2:5] == ["123456789012", "HDFC0001234", f"{payout.amount_paise / 100:.2f}"]
    payout.refresh_from_db()
    assert (payout.state, payout.rail) == (Payout.State.PROCESSING, "NEFT_FILE")
    text = f"{row[0].lower()}, {UTR}\n\nUNKNOWN,{UTR}\n{row[0]},x"
    wrong = bank_files.propose_utrs(batch=batch, text=text, by=maker, at=NOON)
    assert ["no payout" in wrong[0], "12 to 22" in wrong[1], len(wrong)] == [True, True, 2]
    [own] = bank_files.confirm_utrs(batch=batch, by=maker, at=NOON)
    assert "someone else in finance" in own
    assert bank_files.confirm_utrs(batch=batch, by=checker, at=NOON) == []
    payout.refresh_from_db()
    assert (payout.state, payout.utr, payout.settled_by) == ("COMPLETED", UTR, checker)
    assert batches.close_batches(now=NOON) == 1
    assert invariants.check_money() == []


def test_the_maker_of_the_file_confirms(batch, payout, maker, checker):
    """If the file's maker confirms, the UTR counts as entered by the other."""
    file_of(batch, maker)
    text = f"{bank_files.reference_of(payout)},{UTR}"
    assert bank_files.propose_utrs(batch=batch, text=text, by=checker, at=NOON) == []
    assert bank_files.confirm_utrs(batch=batch, by=maker, at=NOON) == []
    payout.refresh_from_db()
    assert (payout.started_by, payout.settled_by) == (maker, checker)


def test_only_the_maker_sees_the_file_again(batch, maker, checker):
    """A second file by another person could be sent too."""
    first = file_of(batch, maker)
    assert file_of(batch, maker) == first
    with pytest.raises(refusals.NotYourTransfer):
        file_of(batch, checker)


def test_no_file_while_sending_is_stopped(batch, maker):
    """The switch stops files too."""
    switch.stop_sending(reason="Doubt.", by=maker, at=NOON)
    with pytest.raises(refusals.SendingStopped):
        file_of(batch, maker)


def test_no_formula_in_the_file(batch, payout, maker):
    """A name that a spreadsheet would run is quoted."""
    Payout.objects.update(holder_name="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in file_of(batch, maker)


def test_on_the_page_and_over_the_api(signed_in, batch, payout, maker, checker):
    """Both offer the file, entering and confirming."""
    client, other = signed_in(maker), signed_in(checker)
    url = reverse("admin:payments_payoutbatch_change", args=[batch.pk])
    downloaded = client.post(url, {"verb": "file"})
    again = client.post(reverse("api:payments:bank-file", args=[batch.pk])).json()["content"]
    assert downloaded.content.decode() == again
    lines = {"lines": f"{bank_files.reference_of(payout)},{UTR}"}
    entered = client.post(
        reverse("api:payments:batch-utrs", args=[batch.pk]), lines, content_type="application/json"
    )
    assert entered.json() == {"refused": []}
    confirm = reverse("api:payments:confirm-utrs", args=[batch.pk])
    assert len(client.post(confirm).json()["refused"]) == 1
    other.post(url, {"verb": "confirm"})
    payout.refresh_from_db()
    assert payout.state == Payout.State.COMPLETED


def test_the_stranger(signed_in, asha, staff_without_role, batch):
    """Agents and staff outside finance get no file."""
    for user in (asha.user, staff_without_role, make_staff("Rekha", "reviewer")):
        answer = signed_in(user).post(reverse("api:payments:bank-file", args=[batch.pk]))
        assert answer.status_code == 403
    assert PayoutBatch.objects.get().payouts.get().state == Payout.State.APPROVED
