"""Batches: made by one, approved by another, above a limit by a third; count and total match."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from payments.integrity import invariants
from payments.models import Payout, PayoutBatch
from payments.payouts import batches, services
from payments.tests.factories import make_bank_account
from payments.tests.payouts import provider as support
from payments.tests.payouts.provider import approved, send

pytestmark = pytest.mark.django_db
provider = support.provider
State = PayoutBatch.State


def api(client, batch, verb, body=None):
    url = reverse(f"api:payments:{verb}-batch", args=[batch.pk])
    return client.post(url, body or {}, content_type="application/json")


@pytest.fixture
def batch(provider, payout, maker):
    """A draft with one payout."""
    return batches.create_batch(by=maker, at=NOON)


@pytest.fixture
def submitted(batch, maker):
    """The batch, submitted."""
    return batches.submit_batch(batch=batch, by=maker, at=NOON)


def approve(batch, by, **changes):
    stated = {"count": batch.count, "total_paise": batch.total_paise} | changes
    return batches.approve_batch(batch=batch, by=by, at=NOON, **stated)


def test_over_the_api(signed_in, provider, payout, maker, checker):
    """One makes and submits, the other approves; the payouts are then sent."""
    client, other = signed_in(maker), signed_in(checker)
    made = client.post(reverse("api:payments:batches"), {}, content_type="application/json").json()
    batch = PayoutBatch.objects.get(pk=made["id"])
    submitted = api(client, batch, "submit").json()
    assert (submitted["state"], submitted["count"]) == ("SUBMITTED", 1)
    stated = {"count": 1, "total_paise": payout.amount_paise}
    assert api(client, batch, "approve", stated).json()["code"] == "own_batch"
    wrong = api(other, batch, "approve", stated | {"total_paise": 1})
    assert wrong.json()["code"] == "batch_differs"
    assert api(other, batch, "approve", stated).json()["state"] == "SENDING"
    payout.refresh_from_db()
    assert send(payout).state == Payout.State.PROCESSING
    assert len(client.get(reverse("api:payments:batches")).json()["data"]) == 1
    actions = AuditEvent.objects.filter(action__startswith="batch.")
    assert set(actions.values_list("action", "by")) == {
        ("batch.created", maker.pk), ("batch.submitted", maker.pk), ("batch.approved", checker.pk),
    }  # fmt: skip


def test_in_the_admin(signed_in, provider, payout, maker, checker):
    """The pages offer the same, each person what they may do."""
    client, other = signed_in(maker), signed_in(checker)
    listed = client.get(reverse("admin:payments_payoutbatch_changelist"))
    assert b"New batch of all ready payouts" in listed.content
    url = client.post(reverse("admin:payments_payoutbatch_create")).url
    assert b"Submit for approval" in client.get(url).content
    assert b"Submit for approval" not in other.get(url).content
    client.post(url, {"verb": "submit"})
    assert b"Approve and send" not in client.get(url).content
    wrong = other.post(url, {"verb": "approve", "count": "1", "total": "1"})
    assert b"is not what you entered" in wrong.content
    total = f"{payout.amount_paise / 100:.2f}"
    other.post(url, {"verb": "approve", "count": "1", "total": total})
    payout.refresh_from_db()
    assert payout.state == Payout.State.APPROVED


def test_the_stranger(signed_in, asha, staff_without_role, submitted):
    """Agents and staff outside finance neither see nor approve batches."""
    body = {"count": 1, "total_paise": submitted.total_paise}
    for user in (asha.user, staff_without_role, make_staff("Rekha", "reviewer")):
        client = signed_in(user)
        assert client.get(reverse("api:payments:batches")).status_code == 403
        assert api(client, submitted, "approve", body).status_code == 403
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_a_second_approval_above_the_limit(submitted, maker, checker, settings, batch):
    """Above the limit three different people are needed."""
    batches.reject_batch(batch=submitted, reason="Again.", by=maker, at=NOON)
    services.create_waiting_payouts(now=NOON)
    settings.HITOUCH_PAYOUT_SECOND_CHECK_RUPEES = 1
    again = batches.submit_batch(batch=batches.create_batch(by=maker, at=NOON), by=maker, at=NOON)
    assert approve(again, checker).state == State.CHECKED
    assert not Payout.objects.filter(state="APPROVED").exists()
    for person in (maker, checker):
        with pytest.raises(batches.OwnBatch):
            approve(again, person)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutBatch.objects.filter(pk=again.pk).update(second_checker=checker)
    assert approve(again, make_staff("Third", "finance")).state == State.SENDING


def test_a_batch_has_a_limit(batch, maker, settings):
    """A batch above the limit cannot be submitted."""
    settings.HITOUCH_PAYOUT_BATCH_RUPEES = 1
    with pytest.raises(batches.BatchTooLarge):
        batches.submit_batch(batch=batch, by=maker, at=NOON)


def test_only_the_maker_changes_a_draft(batch, payout, maker, checker):
    """Another person neither submits the draft nor takes something out of it."""
    payout.refresh_from_db()
    with pytest.raises(batches.NotYourBatch):
        batches.submit_batch(batch=batch, by=checker, at=NOON)
    with pytest.raises(batches.NotYourBatch):
        batches.remove_payout(payout=payout, by=checker, at=NOON)
    batches.remove_payout(payout=payout, by=maker, at=NOON)
    assert services.create_waiting_payouts(now=NOON) == 1
    with pytest.raises(batches.NothingToSend):
        batches.submit_batch(batch=batch, by=maker, at=NOON)


def test_a_submitted_batch_is_frozen(submitted, payout, maker):
    """Neither its payouts nor its total change after it was submitted."""
    payout.refresh_from_db()
    with pytest.raises(InvalidTransition):
        batches.remove_payout(payout=payout, by=maker, at=NOON)
    for change in ({"total_paise": 1}, {"count": 2}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PayoutBatch.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payout.objects.update(amount_paise=1)


def test_a_payout_in_a_batch_is_not_sent_by_hand(submitted, payout, checker):
    """It would be paid twice."""
    with pytest.raises(services.InBatch):
        services.start_payout(payout=payout, by=checker, at=NOON)


def test_a_disputed_payment_does_not_stop_the_rest(submitted, payment, maker, checker):
    """What is on hold when the batch is approved is cancelled, and the batch goes on."""
    services.hold_payment(payment=payment, cause="DISPUTE", note="x", at=NOON)
    assert approve(submitted, checker).state == State.DONE
    assert Payout.objects.get().failure == "A payment in it is on hold."
    assert invariants.check_money() == []


def test_rejected(submitted, payment, maker, checker):
    """A rejected batch sends nothing, and its payments wait for new payouts."""
    batches.reject_batch(batch=submitted, reason="Wrong week.", by=checker, at=NOON)
    with pytest.raises(InvalidTransition):
        approve(submitted, checker)
    assert services.create_waiting_payouts(now=NOON) == 1
    assert Payout.objects.ready().get().payments.get() == payment
    assert invariants.check_money() == []


def test_done(provider, maker, checker):
    """A batch is done when each of its payouts has an outcome."""
    payouts = approved(maker, checker, numbers=["50100000001", "50100008001"])
    sent = [send(payout) for payout in payouts]
    provider.bank.advance(10)
    assert batches.close_batches(now=NOON) == 0
    for payout in sent:
        send(payout, at=NOON)
    assert batches.close_batches(now=NOON) == 1
    assert PayoutBatch.objects.get().state == State.DONE


def test_without_a_provider(payout, maker, settings):
    """Without a payout provider there is nothing to send a batch with."""
    settings.RAZORPAYX_KEY_ID = ""
    with pytest.raises(batches.NoPayoutProvider):
        batches.create_batch(by=maker, at=NOON)


def test_the_batch_uses_the_account_of_the_day(provider, payout, maker, asha):
    """A payout that waited goes to the account that the agent has when the batch is made."""
    make_bank_account(asha, "999999999998", version=2)
    batches.create_batch(by=maker, at=NOON)
    payout.refresh_from_db()
    assert payout.last_four == "9998"
