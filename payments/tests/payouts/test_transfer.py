"""Payouts: start, settle, fail and retry, in the admin and over the API."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.models import OutboxMessage
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import Entry, Payment, Payout, PayoutAttempt, PayoutDecision
from payments.payouts import decisions, queries, services
from payments.signals import payout_settled
from payments.tests.factories import make_bank_account, make_work

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


def post_to_api(client, payout, verb, **body):
    url = reverse(f"api:payments:{verb}", args=[payout.pk])
    return client.post(url, body, content_type="application/json")


def post_to_admin(client, payout, verb, **body):
    url = reverse("admin:payments_payout_change", args=[payout.pk])
    return client.post(url, {"verb": verb, **body}, follow=True)


@pytest.fixture(params=[post_to_api, post_to_admin])
def post(request):
    """Post an action on a payout: once over the API, once in the admin."""
    return request.param


def test_start(signed_in, maker, payout, post):
    """Starting a payout stores the transfer's key and books the money as in transit."""
    assert post(signed_in(maker), payout, "start").status_code == 200
    payout.refresh_from_db()
    assert (payout.state, payout.started_by) == (Payout.State.PROCESSING, maker)
    assert payout.payments.get().state == Payment.State.PROCESSING
    assert PayoutAttempt.objects.get().key
    assert Entry.objects.filter(kind=Entry.Kind.TRANSFER_STARTED).count() == 1
    assert invariants.check_money() == []


def test_start_twice(signed_in, maker, checker, started, post):
    """Starting a started payout is refused."""
    response = post(signed_in(checker), started, "start")
    assert b"This has changed" in response.content
    assert PayoutAttempt.objects.count() == 1


def test_only_the_maker_sees_the_account_number(signed_in, maker, checker, started, post):
    """Only the person who started the payout sees the account number; access is audited."""
    assert b"123456789012" in post(signed_in(maker), started, "account").content
    assert AuditEvent.objects.filter(action="payout.account_shown").count() == 1
    response = post(signed_in(checker), started, "account")
    assert b"123456789012" not in response.content
    assert b"Only the person who started" in response.content
    assert "123456789012" not in str(list(AuditEvent.objects.values()))


def test_changed_bank_account_is_not_shown(signed_in, maker, started, asha, post):
    """If the agent changed the account after the start, no account number is shown."""
    make_bank_account(asha, "999999999999", version=2)
    response = post(signed_in(maker), started, "account")
    assert b"has changed their bank account" in response.content
    assert b"999999999999" not in response.content


def test_start_uses_the_current_account(payout, maker, asha):
    """A payout goes to the bank account the agent has when it is started."""
    make_bank_account(asha, "999999999998", version=2)
    assert services.start_payout(payout=payout, by=maker, at=NOON).last_four == "9998"


def test_settle(signed_in, checker, started, post):
    """Recording the UTR completes payout and payment, notifies the agent, balances the books."""
    received = []
    payout_settled.connect(
        lambda payout, **_: received.append(payout), weak=False, dispatch_uid="t"
    )
    response = post(signed_in(checker), started, "settle", utr=" hdfcn 00000000001 ")
    payout_settled.disconnect(dispatch_uid="t")
    assert response.status_code == 200
    started.refresh_from_db()
    assert (started.state, started.utr, started.settled_by) == ("COMPLETED", UTR, checker)
    assert started.payments.get().state == Payment.State.COMPLETED
    assert started.payments.get().paid_at == started.settled_at
    assert UTR in OutboxMessage.objects.get(template="payments/paid").body
    assert received == [started]
    assert AuditEvent.objects.filter(action="payout.settled", by=checker).exists()
    assert invariants.check_money() == []


def test_maker_cannot_settle(signed_in, maker, started, post):
    """The person who started a payout cannot record its UTR."""
    response = post(signed_in(maker), started, "settle", utr=UTR)
    assert b"someone else in finance" in response.content
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING


def test_database_refuses_the_maker_as_checker(maker, started):
    """The database refuses a payout started and settled by the same person."""
    with pytest.raises(IntegrityError, match="maker_is_not_checker"), transaction.atomic():
        Payout.objects.update(state="COMPLETED", utr=UTR, settled_by=maker, settled_at=NOON)


@pytest.mark.parametrize("utr", ["12345678901", "HDFCN0000-000001", "1" * 23])
def test_invalid_utr_is_refused(signed_in, checker, started, post, utr):
    """A text that is not a UTR is refused with a field error."""
    response = post(signed_in(checker), started, "settle", utr=utr)
    assert b"12 to 22" in response.content
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING


def test_utr_of_another_payout_is_refused(signed_in, maker, checker, started, ravi, post):
    """A UTR can be recorded for one payout only."""
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    make_bank_account(ravi, "555555555555")
    payment = earnings.open_payment(work=make_work(ravi, title="Other"), at=NOON)
    other = services.start_payout(payout=payment.payouts.get(), by=maker, at=NOON)
    assert b"another payout" in post(signed_in(checker), other, "settle", utr=UTR).content
    other.refresh_from_db()
    assert other.state == Payout.State.PROCESSING


def test_settle_twice(signed_in, checker, started, post):
    """Settling a completed payout is refused and changes nothing."""
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    response = post(signed_in(checker), started, "settle", utr="SBINN00000000002")
    assert b"This has changed" in response.content
    started.refresh_from_db()
    assert started.utr == UTR
    assert Entry.objects.filter(kind=Entry.Kind.TRANSFER_SETTLED).count() == 1


def confirmed_failure(payout, *, by, confirmed_by, reason="Account closed."):
    """Two people say that the transfer failed."""
    decision = decisions.propose_decision(payout=payout, verb="FAIL", reason=reason, by=by, at=NOON)
    decisions.accept_decision(decision=decision, by=confirmed_by, at=NOON)


def test_fail(signed_in, maker, checker, started, post):
    """A failure that two people stated is reversed in the ledger; the agent is told the reason."""
    response = post(signed_in(checker), started, "fail", reason="Account closed.")
    assert response.status_code == 200
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING
    decisions.accept_decision(decision=PayoutDecision.objects.get(), by=maker, at=NOON)
    started.refresh_from_db()
    assert (started.state, started.payments.get().state) == ("FAILED", "FAILED")
    assert Entry.objects.get(kind=Entry.Kind.REVERSAL).reverses.reversed_by
    assert "Account closed." in OutboxMessage.objects.get(template="payments/failed").body
    assert invariants.check_money() == []


def test_fail_needs_a_reason(signed_in, checker, started, post):
    """Saying that a payout failed without a reason is refused."""
    post(signed_in(checker), started, "fail", reason=" ")
    assert not PayoutDecision.objects.exists()


def test_retry(signed_in, maker, checker, started, post):
    """Retrying a failed payout creates a new one with a new key, which can be settled."""
    confirmed_failure(started, by=maker, confirmed_by=checker, reason="Bank offline.")
    assert post(signed_in(maker), started, "retry").status_code in (200, 201)
    new_payout = Payout.objects.live().get()
    services.start_payout(payout=new_payout, by=checker, at=NOON)
    services.settle_payout(payout=new_payout, utr_number=UTR, by=maker, at=NOON)
    assert PayoutAttempt.objects.values("key").distinct().count() == 2
    assert new_payout.payments.get().state == Payment.State.COMPLETED
    assert invariants.check_money() == []


def test_retry_twice(maker, checker, started):
    """A failed payout can be retried once."""
    confirmed_failure(started, by=maker, confirmed_by=checker)
    services.retry_payout(payout=started, by=maker, at=NOON)
    with pytest.raises(InvalidTransition):
        services.retry_payout(payout=started, by=maker, at=NOON)


def test_new_account_retries_a_failed_payment(started, maker, checker, asha):
    """The sweep retries a failed payment when the agent has a new account, not before."""
    confirmed_failure(started, by=maker, confirmed_by=checker)
    assert services.create_waiting_payouts(now=NOON) == 0
    make_bank_account(asha, "999999999999", version=2)
    assert services.create_waiting_payouts(now=NOON) == 1
    assert Payout.objects.live().get().last_four == "9999"


@pytest.mark.parametrize("verb", ["start", "settle", "fail", "retry", "account"])
def test_only_finance_may_act_on_payouts(signed_in, asha, staff_without_role, payout, post, verb):
    """Agents and staff outside finance cannot act on a payout."""
    reviewer = make_staff("Rekha", "reviewer")
    for user in (asha.user, staff_without_role, reviewer):
        response = post(signed_in(user), payout, verb, utr=UTR, reason="x")
        assert response.status_code == 403 or "/admin/login/" in str(response.redirect_chain)
    payout.refresh_from_db()
    assert payout.state == Payout.State.READY


def test_second_factor_is_required(signed_in, maker, payout):
    """Finance staff without a second factor in the session are refused."""
    response = post_to_api(signed_in(maker, second_factor=False), payout, "start")
    assert response.status_code == 403


def test_staff_list_has_a_constant_number_of_queries(
    signed_in, maker, payout, ravi, django_assert_max_num_queries
):
    """The number of queries does not grow with the number of payouts."""
    client, url = signed_in(maker), reverse("api:payments:payouts")
    with django_assert_max_num_queries(12) as captured:
        assert len(client.get(url).json()["data"]) == 1
    limit = len(captured)
    make_bank_account(ravi, "555555555555")
    for number in range(5):
        payment = earnings.open_payment(work=make_work(ravi, title=f"Gig {number}"), at=NOON)
        services.start_payout(payout=payment.payouts.get(), by=maker, at=NOON)
    with django_assert_max_num_queries(limit):
        assert len(client.get(url).json()["data"]) == 6
    assert "123456789012" not in client.get(url).content.decode()


def test_staff_list_can_be_filtered_by_state(signed_in, maker, started):
    """`?state=` filters the list of payouts."""
    client, url = signed_in(maker), reverse("api:payments:payouts")
    assert client.get(url, {"state": "READY"}).json()["data"] == []
    assert len(client.get(url, {"state": "PROCESSING"}).json()["data"]) == 1


def test_work_queues_of_finance(payout, ravi):
    """The work queues of finance count payouts to start and to settle."""
    make_bank_account(ravi, "555555555555")
    earnings.open_payment(work=make_work(ravi, title="Other"), at=NOON)
    ready, sent, *_ = queries.work_queues(now=NOON)
    assert (ready.count, sent.count) == (2, 0)
    assert ready.url.startswith("/admin/payments/payout/")
