"""A payout is started by one person, and settled by another or given up; page and API alike."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.models import OutboxMessage
from payments import integrity
from payments.models import Entry, Payment, Payout, PayoutAttempt
from payments.services import payments
from payments.services import payouts as services
from payments.signals import payout_settled
from payments.tests.conftest import give_account, make_work

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


def api(client, payout, verb, **body):
    url = reverse(f"api:payments:{verb}", args=[payout.pk])
    return client.post(url, body, content_type="application/json")


def desk(client, payout, verb, **body):
    url = reverse("admin:payments_payout_change", args=[payout.pk])
    return client.post(url, {"verb": verb, **body}, follow=True)


@pytest.fixture(params=[api, desk])
def door(request):
    """The API and the desk in the admin: both are asked the same questions."""
    return request.param


def test_start(signed_in, maker, payout, door):
    """Starting commits the transfer's key and books the money as on its way."""
    assert door(signed_in(maker), payout, "start").status_code == 200
    payout.refresh_from_db()
    assert (payout.state, payout.started_by) == (Payout.State.PROCESSING, maker)
    assert payout.payment.state == Payment.State.PROCESSING
    assert PayoutAttempt.objects.get().key
    assert Entry.objects.filter(kind=Entry.Kind.TRANSFER_STARTED).count() == 1
    assert integrity.check_books() == []


def test_start_twice(signed_in, maker, checker, started, door):
    """Somebody who comes second is told that it is taken."""
    answer = door(signed_in(checker), started, "start")
    assert b"This has changed" in answer.content
    assert PayoutAttempt.objects.count() == 1


def test_account_number_is_for_the_maker(signed_in, maker, checker, started, door):
    """The full account number is shown to who makes the transfer only, and each look is noted."""
    assert b"123456789012" in door(signed_in(maker), started, "account").content
    assert AuditEvent.objects.filter(action="payout.account_shown").count() == 1
    answer = door(signed_in(checker), started, "account")
    assert b"123456789012" not in answer.content
    assert b"Only the person who started" in answer.content
    assert "123456789012" not in str(list(AuditEvent.objects.values()))


def test_account_changed_meanwhile(signed_in, maker, started, asha, door):
    """When the agent gave another account after the start, the old one is not shown."""
    give_account(asha, "999999999999", version=2)
    answer = door(signed_in(maker), started, "account")
    assert b"has changed their bank account" in answer.content
    assert b"999999999999" not in answer.content


def test_start_takes_the_newest_account(payout, maker, asha):
    """A payout goes to the account the agent has when it is started."""
    give_account(asha, "999999999998", version=2)
    assert services.start_payout(payout=payout, by=maker, at=NOON).last_four == "9998"


def test_settle(signed_in, checker, started, door):
    """With its UTR the payout is completed, the agent paid and told, the books balanced."""
    heard = []
    payout_settled.connect(lambda payout, **_: heard.append(payout), weak=False, dispatch_uid="t")
    answer = door(signed_in(checker), started, "settle", utr=" hdfcn 00000000001 ")
    payout_settled.disconnect(dispatch_uid="t")
    assert answer.status_code == 200
    started.refresh_from_db()
    assert (started.state, started.utr, started.settled_by) == ("COMPLETED", UTR, checker)
    assert started.payment.state == Payment.State.COMPLETED
    assert started.payment.paid_at == started.settled_at
    assert UTR in OutboxMessage.objects.get(template="payments/paid").body
    assert heard == [started]
    assert AuditEvent.objects.filter(action="payout.settled", by=checker).exists()
    assert integrity.check_books() == []


def test_maker_is_not_checker(signed_in, maker, started, door):
    """Who started a payout cannot record its UTR, and it stays as it was."""
    answer = door(signed_in(maker), started, "settle", utr=UTR)
    assert b"someone else in finance" in answer.content
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING


def test_database_knows_maker_and_checker_too(maker, started):
    """Also behind the services, maker and checker are two people."""
    with pytest.raises(IntegrityError, match="maker_is_not_checker"), transaction.atomic():
        Payout.objects.update(state="COMPLETED", utr=UTR, settled_by=maker, settled_at=NOON)


@pytest.mark.parametrize("utr", ["12345678901", "HDFCN0000-000001", "1" * 23])
def test_what_is_no_utr(signed_in, checker, started, door, utr):
    """What does not look like a UTR is refused beside the field, with what was typed."""
    answer = door(signed_in(checker), started, "settle", utr=utr)
    assert b"12 to 22" in answer.content
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING


def test_utr_of_another_payout(signed_in, maker, checker, started, ravi, door):
    """A UTR belongs to one payout."""
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    give_account(ravi, "555555555555")
    payment = payments.open_payment(work=make_work(ravi, title="Other"), at=NOON)
    other = services.start_payout(payout=payment.payouts.get(), by=maker, at=NOON)
    assert b"another payout" in door(signed_in(checker), other, "settle", utr=UTR).content
    other.refresh_from_db()
    assert other.state == Payout.State.PROCESSING


def test_settle_twice(signed_in, checker, started, door):
    """A payout is settled once: the second time changes nothing."""
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    answer = door(signed_in(checker), started, "settle", utr="SBINN00000000002")
    assert b"This has changed" in answer.content
    started.refresh_from_db()
    assert started.utr == UTR
    assert Entry.objects.filter(kind=Entry.Kind.TRANSFER_SETTLED).count() == 1


def test_fail(signed_in, checker, started, door):
    """A failure gives the money back to the agent in the books, and tells why."""
    answer = door(signed_in(checker), started, "fail", reason="Account closed.")
    assert answer.status_code == 200
    started.refresh_from_db()
    assert (started.state, started.payment.state) == ("FAILED", "FAILED")
    assert Entry.objects.get(kind=Entry.Kind.REVERSAL).reverses.reversed_by
    assert "Account closed." in OutboxMessage.objects.get(template="payments/failed").body
    assert integrity.check_books() == []


def test_fail_needs_a_reason(signed_in, checker, started, door):
    """Nobody is told that it failed without why."""
    door(signed_in(checker), started, "fail", reason=" ")
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING


def test_retry(signed_in, maker, checker, started, door):
    """After a failure there is a new payout with a new key, and it can be settled."""
    services.fail_payout(payout=started, reason="Bank offline.", by=checker, at=NOON)
    assert door(signed_in(maker), started, "retry").status_code in (200, 201)
    again = Payout.objects.live().get()
    services.start_payout(payout=again, by=checker, at=NOON)
    services.settle_payout(payout=again, utr_number=UTR, by=maker, at=NOON)
    assert PayoutAttempt.objects.values("key").distinct().count() == 2
    assert again.payment.__class__.objects.get().state == Payment.State.COMPLETED
    assert integrity.check_books() == []


def test_retry_once(maker, checker, started):
    """One failed payout makes one new one."""
    services.fail_payout(payout=started, reason="Bank offline.", by=checker, at=NOON)
    services.retry_payout(payout=started, by=maker, at=NOON)
    with pytest.raises(InvalidTransition):
        services.retry_payout(payout=started, by=maker, at=NOON)


def test_new_account_after_a_failure_sends_again(started, checker, asha):
    """A new bank account takes up the failed payment by itself; the old one does not."""
    services.fail_payout(payout=started, reason="Account closed.", by=checker, at=NOON)
    assert services.create_waiting_payouts(now=NOON) == 0
    give_account(asha, "999999999999", version=2)
    assert services.create_waiting_payouts(now=NOON) == 1
    assert Payout.objects.live().get().last_four == "9999"


@pytest.mark.parametrize("verb", ["start", "settle", "fail", "retry", "account"])
def test_strangers(signed_in, asha, staff_without_role, payout, door, verb):
    """Neither an agent nor staff outside finance can touch a payout."""
    reviewer = make_staff("Rekha", "reviewer")
    for user in (asha.user, staff_without_role, reviewer):
        answer = door(signed_in(user), payout, verb, utr=UTR, reason="x")
        assert answer.status_code == 403 or "/admin/login/" in str(answer.redirect_chain)
    payout.refresh_from_db()
    assert payout.state == Payout.State.READY


def test_second_factor_is_needed(signed_in, maker, payout):
    """Finance without the second factor of this session does nothing."""
    answer = api(signed_in(maker, second_factor=False), payout, "start")
    assert answer.status_code == 403


def test_staff_list_does_not_grow_in_queries(
    signed_in, maker, payout, ravi, django_assert_max_num_queries
):
    """The list of payouts asks the database as often for many rows as for one."""
    client, url = signed_in(maker), reverse("api:payments:payouts")
    with django_assert_max_num_queries(12) as few:
        assert len(client.get(url).json()["data"]) == 1
    most = len(few)
    give_account(ravi, "555555555555")
    for number in range(5):
        payments.open_payment(work=make_work(ravi, title=f"Gig {number}"), at=NOON)
    with django_assert_max_num_queries(most):
        assert len(client.get(url).json()["data"]) == 6
    assert "123456789012" not in client.get(url).content.decode()


def test_staff_list_by_state(signed_in, maker, started):
    """The list can be narrowed to one state."""
    client, url = signed_in(maker), reverse("api:payments:payouts")
    assert client.get(url, {"state": "READY"}).json()["data"] == []
    assert len(client.get(url, {"state": "PROCESSING"}).json()["data"]) == 1
