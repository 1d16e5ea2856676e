"""Finance's desk shows everything that is stuck, with its amount, its age and whose turn it is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conftest import NOON, make_staff
from payments.desk import queries
from payments.earnings import services as earnings
from payments.payouts import batches, services, switch
from payments.tests.factories import make_bank_account, make_work

pytestmark = pytest.mark.django_db
URL = "payments:desk"


def rows_for(viewer, now=NOON):
    """The rows by what is stuck."""
    return {row.what: row for row in queries.stuck_money(viewer=viewer, now=now)}


def test_the_week_of_the_demo(demo_week, signed_in, maker, checker):
    """Each kind has its number, sum and oldest moment; who proposed something cannot decide it."""
    rows = rows_for(checker)
    unknown = rows["Payouts whose outcome nobody knows"]
    assert (unknown.count, unknown.paise) == (1, 2_258_40)
    assert NOON - timedelta(days=3) < unknown.since < NOON - timedelta(days=1)
    held = rows["Amounts on hold"]
    assert (held.count, held.paise) == (2, 500_00 + 200_00)
    assert held.note == "Being checked, Dispute"
    arrived = rows["Payments that did not arrive"]
    assert (arrived.count, arrived.paise) == (2, 2 * 2_258_40)
    assert rows["Deposits that are nobody's yet"].paise == 75_000_00
    difference = rows["Differences with the bank or the provider"]
    assert (difference.count, difference.paise) == (1, 590_00)
    assert "All sending stops on" in difference.note
    batch = rows["Batches that wait for approval"]
    assert (batch.is_yours, maker.name in batch.whose) == (True, True)
    assert not rows_for(maker)["Batches that wait for approval"].is_yours
    assert not rows_for(maker)["Rates to approve"].is_yours
    page = signed_in(checker).get(reverse(URL)).content.decode()
    for row in rows.values():
        assert row.what.replace("'", "&#x27;") in page
        assert f'href="{row.url.replace("&", "&amp;")}"' in page
        assert signed_in(checker).get(row.url).status_code == 200


def test_what_stops_sending_comes_first(payout, maker, checker):
    """A stopped switch is the first row, with its reason; two people start again."""
    services.start_payout(payout=payout, by=maker, at=NOON)
    switch.stop_sending(reason="A wrong batch.", by=checker, at=NOON)
    first = queries.stuck_money(viewer=maker, now=NOON)[0]
    assert (first.what, first.note) == ("All sending is stopped", "A wrong batch.")
    missing = rows_for(maker)["Transfers whose UTR is missing"]
    assert (missing.is_yours, missing.paise) == (False, 9_410_00)
    assert rows_for(checker)["Transfers whose UTR is missing"].is_yours


def test_nothing_is_stuck(signed_in, checker):
    """Without anything that waits, the page says so."""
    assert "Nothing is stuck" in signed_in(checker).get(reverse(URL)).content.decode()


def test_the_number_of_queries_is_fixed(
    payout, ravi, maker, checker, django_assert_max_num_queries
):
    """It does not grow with what is stuck."""
    with django_assert_max_num_queries(45) as captured:
        queries.stuck_money(viewer=checker, now=NOON)
    make_bank_account(ravi, "501001234568")
    batches.submit_batch(
        batch=batches.create_batch(by=maker, at=NOON, rail="NEFT_FILE"), by=maker, at=NOON
    )
    for number in range(3):
        payment = earnings.open_payment(work=make_work(ravi, title=f"Gig {number}"), at=NOON)
        services.hold_payment(
            payment=payment, cause="CHECK", note="", amount_paise=1_00, by=checker, at=NOON
        )
    with django_assert_max_num_queries(len(captured)):
        queries.stuck_money(viewer=checker, now=NOON)


def test_only_finance_sees_the_desk(client, signed_in, asha):
    """Agents, other staff and strangers do not, and the page takes no query."""
    assert client.get(reverse(URL)).status_code == 302
    for user in (asha.user, make_staff("Rina", "reviewer")):
        assert signed_in(user).get(reverse(URL)).status_code == 403
    assert signed_in(make_staff("Fina", "finance")).get(reverse(URL) + "?x=1").status_code == 400
