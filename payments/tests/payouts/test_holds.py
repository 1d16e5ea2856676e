"""Many payments in one payout, parts on hold, and what the database refuses."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import Payment, PaymentHold, Payout, PayoutItem
from payments.payouts import refusals, services
from payments.tests.database import check_deferred_constraints
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


def hold(payment, paise=None):
    return services.hold_payment(
        payment=payment, cause="DISPUTE", note="The client disputes it.", at=NOON,
        amount_paise=paise,
    )  # fmt: skip


@pytest.fixture
def second(payment, asha):
    """Another payment of Asha."""
    return earnings.open_payment(work=make_work(asha, title="Night calls"), at=NOON)


def test_payments_of_one_agent_share_a_payout(payment, second, maker, checker, asha):
    """One transfer carries them all, and completes them all."""
    payout = Payout.objects.get()
    assert payout.amount_paise == payment.net_paise + second.net_paise
    services.start_payout(payout=payout, by=maker, at=NOON)
    third = earnings.open_payment(work=make_work(asha, title="More"), at=NOON)
    assert third.payouts.get() != payout
    services.settle_payout(payout=payout, utr_number=UTR, by=checker, at=NOON)
    states = dict(Payment.objects.values_list("pk", "state"))
    assert states == {payment.pk: "COMPLETED", second.pk: "COMPLETED", third.pk: "PENDING"}
    assert invariants.check_money() == []
    check_deferred_constraints()


def test_a_payment_on_hold_leaves_the_payout(payment, second):
    """A payout that is ready goes without the payment on hold; the rest goes on."""
    hold(payment)
    live = Payout.objects.live().get()
    assert (live.amount_paise, live.payments.get()) == (second.net_paise, second)
    assert services.create_waiting_payouts(now=NOON) == 0
    check_deferred_constraints()


def test_a_part_on_hold(payment, maker, checker):
    """The rest is paid first; the part after its release; then the payment is completed."""
    placed = hold(payment, 100_00)
    payout = Payout.objects.live().get()
    assert payout.amount_paise == payment.net_paise - 100_00
    services.start_payout(payout=payout, by=maker, at=NOON)
    services.settle_payout(payout=payout, utr_number=UTR, by=checker, at=NOON)
    payment.refresh_from_db()
    assert payment.state == Payment.State.PENDING
    assert invariants.check_money() == []
    assert services.create_waiting_payouts(now=NOON) == 0
    services.release_hold(hold=placed, at=NOON)
    assert services.create_waiting_payouts(now=NOON) == 1
    rest = Payout.objects.ready().get()
    assert rest.amount_paise == 100_00
    services.start_payout(payout=rest, by=maker, at=NOON)
    services.settle_payout(payout=rest, utr_number="SBINN00000000002", by=checker, at=NOON)
    payment.refresh_from_db()
    assert payment.state == Payment.State.COMPLETED
    assert invariants.check_money() == []


def test_a_part_is_released_before_the_rest_was_sent(payment, second):
    """A payout with the whole payment takes the place of the one without the part."""
    placed = hold(payment, 100_00)
    services.release_hold(hold=placed, at=NOON)
    assert services.create_waiting_payouts(now=NOON) == 1
    payout = Payout.objects.live().get()
    assert payout.amount_paise == payment.net_paise + second.net_paise
    assert set(payout.payments.all()) == {payment, second}
    check_deferred_constraints()
    assert invariants.check_money() == []


def test_work_is_approved_after_a_part_was_released(payment, asha):
    """A new payment is carried together with all of the one whose part was on hold."""
    placed = hold(payment, 100_00)
    services.release_hold(hold=placed, at=NOON)
    third = earnings.open_payment(work=make_work(asha, title="More"), at=NOON)
    assert Payout.objects.live().get().amount_paise == payment.net_paise + third.net_paise
    check_deferred_constraints()


def test_holds_have_an_amount(payment):
    """Nothing, less than nothing, or more than the payment cannot be on hold."""
    for paise in (0, -1, payment.net_paise + 1):
        with pytest.raises(refusals.HoldTooLarge):
            hold(payment, paise)


def test_a_hold_is_released_once(payment):
    """A second release is refused."""
    placed = hold(payment)
    services.release_hold(hold=placed, at=NOON)
    with pytest.raises(InvalidTransition):
        services.release_hold(hold=placed, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentHold.objects.update(released_at=None)


@pytest.mark.parametrize("change", ["twice", "too much", "below zero", "on hold"])
def test_the_database_refuses(payment, payout, change):
    """A payment in two payouts, more than its net amount, or what is on hold."""
    facts = {"payment": payment, "amount_paise": payment.net_paise, "payout": payout}
    if change == "on hold":
        PayoutItem.objects.update(released_at=NOON)
        PaymentHold.objects.create(payment=payment, cause="STOP", note="x", placed_at=NOON)
    elif change == "too much":
        PayoutItem.objects.update(released_at=NOON)
        facts["amount_paise"] += 1
    elif change == "below zero":
        PayoutItem.objects.update(released_at=NOON)
        facts["amount_paise"] = -1
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutItem.objects.create(**facts)


def test_the_amount_is_frozen(started, payment):
    """The amount of a payout that was started, and its items, never change."""
    for change in (
        lambda: Payout.objects.update(amount_paise=1),
        lambda: PayoutItem.objects.update(amount_paise=1),
        lambda: PayoutItem.objects.all().delete(),
        lambda: Payout.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_items_are_the_amount(payout):
    """A payout whose amount is not the sum of its items cannot be committed."""

    def change():
        with transaction.atomic():
            Payout.objects.update(amount_paise=1)
            check_deferred_constraints()

    with pytest.raises(DatabaseError):
        change()


def test_hold_and_release_over_the_api(signed_in, payment, maker):
    """Finance puts a part on hold and releases it."""
    client, url = signed_in(maker), reverse("api:payments:hold-payment")
    body = {"payment": str(payment.pk), "amount_paise": 100_00, "note": "Doubtful."}
    placed = client.post(url, body, content_type="application/json").json()
    assert placed["amount_paise"] == 100_00
    assert Payout.objects.live().get().amount_paise == payment.net_paise - 100_00
    release = reverse("api:payments:release-hold", args=[placed["id"]])
    assert client.post(release).json()["released_at"]


def test_hold_and_release_in_the_admin(signed_in, payment, payout, maker):
    """The payout's page offers both."""
    client, url = signed_in(maker), reverse("admin:payments_payout_change", args=[payout.pk])
    assert b"Put on hold" in client.get(url).content
    client.post(url, {"verb": "hold", "payment": str(payment.pk), "note": "Doubtful."})
    assert not Payout.objects.live().exists()
    assert b"Release what is on hold" in client.get(url).content
    client.post(url, {"verb": "release"})
    assert services.create_waiting_payouts(now=NOON) == 1


def test_strangers_hold_nothing(signed_in, asha, staff_without_role, payment):
    """Agents and staff outside finance put nothing on hold."""
    for user in (asha.user, staff_without_role, make_staff("Rekha", "reviewer")):
        body = {"payment": str(payment.pk), "note": "x"}
        url = reverse("api:payments:hold-payment")
        answer = signed_in(user).post(url, body, content_type="application/json")
        assert answer.status_code == 403
    assert not PaymentHold.objects.exists()
