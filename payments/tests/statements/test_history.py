"""An agent reads what happened to a payment, who decided it, and what comes next."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conftest import NOON
from payments.models import Payment, Payout
from payments.payouts import decisions, services
from payments.statements import history, queries

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(agent, payment, *, has_account=True):
    """The titles of what happened, and the status, as on the agent's page."""
    row = queries.payment_in_full(agent, payment.pk).get()
    return [turn.title for turn in history.turns_of(row)], history.status_of(
        row, has_account=has_account
    )


def payments_of(agent):
    """The agent's payments of the demo's last week, oldest first."""
    return list(
        Payment.objects.filter(agent=agent, opened_at__gt=NOON - 8 * DAY).order_by("opened_at")
    )


def test_every_state_of_the_week_is_told(demo_week, signed_in):
    """Each state has a sentence; holds, returns and lost answers are told, planned transfers not.

    Neither page nor API names staff or has notes for staff, and both tell the same.
    """
    arrived, failed, partly_held, ready = payments_of(demo_week.asha)
    returned, unknown, disputed = payments_of(demo_week.ravi)
    transfer = ["Work approved", "Transfer started"]
    expected = {
        arrived: ([*transfer, "Paid"], "Paid on 17 November 2026"),
        failed: ([*transfer, "Transfer failed"], "The transfer failed"),
        partly_held: (["Work approved", "₹500.00 on hold"], "Ready to be sent"),
        ready: (["Work approved"], "Ready to be sent"),
        returned: ([*transfer, "Paid", "Returned by the bank"], "The transfer failed"),
        unknown: (
            ["Work approved", "Transfer approved", "Transfer started",
             "No answer from the bank yet"],
            "Waiting for the bank",
        ),
        disputed: (["Work approved", "₹200.00 on hold"], "Ready to be sent"),
    }  # fmt: skip
    for payment, (titles, status) in expected.items():
        agent = payment.agent
        assert (titles, status) == (told(agent, payment)[0], told(agent, payment)[1].title)
        client = signed_in(agent.user)
        page = client.get(reverse("payments:payment", args=[payment.pk])).content.decode()
        data = client.get(reverse("api:payments:payment", args=[payment.pk])).json()
        assert status in page
        assert [turn["title"] for turn in data["history"]] == titles
        for text in (page, str(data["history"])):
            assert "Mohan" not in text
            assert "Chitra" not in text
            assert "chartered accountant" not in text
    by = [
        turn.by
        for turn in history.turns_of(queries.payment_in_full(demo_week.ravi, returned.pk).get())
    ]
    assert by == [
        "Orchid Retail",
        history.FINANCE,
        history.SECOND_IN_FINANCE,
        history.TWO_IN_FINANCE,
    ]
    summary = signed_in(demo_week.ravi.user).get(reverse("payments:money")).content.decode()
    assert "Of that, on hold" in summary
    assert "Of that, did not arrive" in summary
    assert queries.earnings_of(demo_week.ravi).held_paise == 200_00


def test_a_hold_is_told_until_it_is_released(payment, asha, checker):
    """A payment that is wholly on hold says why, and says so when it is released."""
    hold = services.hold_payment(
        payment=payment, cause="DISPUTE", note="The client disputes it.", by=checker, at=NOON
    )
    titles, status = told(asha, payment)
    assert titles[-1] == "All of it on hold"
    assert (status.title, "The client disputes it." in status.text) == ("On hold", True)
    services.release_hold(hold=hold, by=checker, at=NOON + DAY)
    assert told(asha, payment)[0][-1] == "Hold released"
    assert told(asha, payment)[1].title == "Being prepared"
    assert told(asha, payment, has_account=False)[1].title == "Waiting for your bank account"


def test_a_part_that_was_paid(payment, asha, maker, checker):
    """When a part is on hold and the rest arrived, both amounts are told."""
    services.hold_payment(
        payment=payment, cause="CHECK", note="", amount_paise=400_00, by=checker, at=NOON
    )
    payout = payment.payouts.get(state=Payout.State.READY)
    payout = services.start_payout(payout=payout, by=maker, at=NOON)
    assert told(asha, payment)[1].title == "On its way"
    services.settle_payout(payout=payout, utr_number="HDFCN00000000001", by=checker, at=NOON)
    status = told(asha, payment)[1]
    assert status.title == "Partly paid"
    assert "₹9,010.00" in status.text
    assert "₹400.00 of it is on hold" in status.text


def test_the_page_needs_the_same_queries_for_any_history(
    payout, asha, maker, checker, signed_in, django_assert_max_num_queries
):
    """The number of queries of a payment's page does not grow with its transfers."""
    payment, client = payout.payments.get(), signed_in(asha.user)
    url = reverse("payments:payment", args=[payment.pk])

    def fail(at):
        ready = payment.payouts.get(state=Payout.State.READY)
        services.start_payout(payout=ready, by=maker, at=at)
        said = decisions.propose_decision(
            payout=ready, verb="FAIL", reason="Closed.", by=maker, at=at
        )
        decisions.accept_decision(decision=said, by=checker, at=at)
        return services.retry_payout(payout=ready, by=maker, at=at)

    fail(NOON)
    client.get(url)
    with django_assert_max_num_queries(40) as captured:
        client.get(url)
    limit = len(captured)
    for number in range(1, 4):
        fail(NOON + number * DAY)
    with django_assert_max_num_queries(limit):
        client.get(url)
