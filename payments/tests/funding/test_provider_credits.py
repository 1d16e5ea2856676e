"""Deposits that the payout provider tells of: by webhook, from its list, and from the bank."""

import itertools
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from conftest import NOON
from gigs.models import Client
from hitouch.core.india_time import day_of
from hitouch.core.payout_provider.razorpayx import RazorpayX
from payments import seeding
from payments.funding import deposits
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Deposit, Difference, ProviderEvent
from payments.payouts import events
from payments.payouts import services as payouts
from payments.reconciliation import services as reconciliation
from payments.reconciliation import statements
from payments.tests.payouts import provider as support
from payments.tests.payouts.provider import approved, send
from payments.tests.payouts.test_provider_events import URL, post
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db
provider = support.provider
UTR, HOUR = "AXIR261130000001", timedelta(hours=1)


@pytest.fixture
def lotus(db):
    return Client.objects.create(name="Lotus Stores")


@pytest.fixture
def reference(lotus):
    return deposits.open_funding(lotus).reference


@pytest.fixture
def now(provider):
    """The provider's clock, shortly after what it has told."""
    return timezone.now() + timedelta(seconds=5)


def tell(provider, movement, *, event_id="evt_1", secret="", at):
    answer = post(provider, "transaction.created", movement, event_id=event_id, secret=secret)
    events.sweep_events(now=at)
    return answer


def available(client):
    return ledger_queries.money_of(client).available_paise


def import_line(maker, narration, *, rupees=500, day, at):
    text = f"Date,Narration,Withdrawal Amt.,Deposit Amt.\n{day:%d/%m/%Y},{narration},,{rupees}\n"
    return statements.import_statement(
        name="s.csv", content=text.encode(), first_day=day, last_day=day, by=maker, at=at
    )


def test_a_credit_with_a_reference_is_the_clients_at_once(provider, lotus, reference, now):
    """Told again, under the same id or another one, it stays one deposit."""
    moved = provider.bank.deposit(50_000, utr=UTR, narration=f"NEFT {reference}")
    tell(provider, moved, at=now)
    for event_id in ("evt_1", "evt_2"):
        tell(provider, moved, event_id=event_id, at=now)
    deposit = Deposit.objects.get()
    assert (deposit.origin, deposit.state, available(lotus)) == ("WEBHOOK", "MATCHED", 50_000)
    assert invariants.check_money() == []


@pytest.mark.parametrize("order", [*itertools.permutations(["webhook", "statement", "list"])])
def test_the_same_money_is_one_deposit(provider, maker, lotus, reference, now, order):
    """Webhook, statement and list in any order; only the statement has the reference."""
    moved = provider.bank.deposit(50_000, utr=UTR)
    tell_by = {
        "webhook": lambda: tell(provider, moved, at=now),
        # The bank dates it a day earlier.
        "statement": lambda: import_line(
            maker, f"NEFT CR-{UTR}-{reference}", day=day_of(now) - timedelta(days=1), at=now
        ),
        "list": lambda: reconciliation.reconcile(provider=RazorpayX(), at=now),
    }
    for source in order:
        tell_by[source]()
    deposit = Deposit.objects.get()
    assert (deposit.state, available(lotus)) == ("MATCHED", 50_000)
    reconciliation.reconcile(provider=RazorpayX(), at=now + HOUR)
    assert not Difference.objects.open().exists()


def test_a_lost_webhook_is_found_in_the_list(provider, lotus, reference, now):
    """The next reconciliation records it, and nothing else differs."""
    provider.bank.deposit(50_000, utr=UTR, narration=reference)
    reconciliation.reconcile(provider=RazorpayX(), at=now)
    assert (available(lotus), Difference.objects.count()) == (50_000, 0)


def test_a_forged_webhook_is_refused(provider, now):
    """Without the signature nothing is stored or asked."""
    moved = provider.bank.deposit(50_000, utr=UTR)
    assert tell(provider, moved, secret="forged", at=now).status_code == 400
    assert not ProviderEvent.objects.exists()
    assert not Deposit.objects.exists()


def test_the_providers_own_answer_decides(provider, lotus, reference, now):
    """A signed event with another amount, sender or reference changes nothing."""
    moved = provider.bank.deposit(50_000, utr=UTR)
    lie = {**moved, "credit": 9_000_000, "source": {**moved["source"], "narration": reference}}
    tell(provider, lie, at=now)
    deposit = Deposit.objects.get()
    assert (deposit.amount_paise, deposit.state, available(lotus)) == (50_000, "UNMATCHED", 0)


@pytest.mark.parametrize(
    ("paise", "facts"),
    [
        (50_000, {"account_number": "1121431121541121"}),
        (50_000, {"currency": "USD"}),
        (0, {}),
        (50_000, {"payer_account": "000999888777"}),
        (50_000, {"utr": None}),
        (50_000, {"utr": "=1+1"}),
    ],
    ids=["other account", "other currency", "zero", "our own account", "no UTR", "odd UTR"],
)
def test_what_is_no_deposit(provider, settings, lotus, reference, now, paise, facts):
    """It is answered and applied, and books nothing; what is odd waits as a difference."""
    settings.HITOUCH_PAY_IN_ACCOUNT = ("HitouchCX", "000999888777", "HDFC0000999")
    moved = provider.bank.deposit(paise, narration=reference, **facts)
    assert tell(provider, moved, at=now).json() == {"taken": True}
    assert not ProviderEvent.objects.filter(applied_at=None).exists()
    assert not Deposit.objects.exists()
    is_refused = "utr" in facts
    assert AuditEvent.objects.filter(action="deposit.refused").exists() is is_refused


def test_our_own_debit_is_no_deposit(provider, maker, checker, now):
    """A payout's movements, also its return, are about the payout."""
    payout = send(approved(maker, checker, numbers=["501000008002"])[0])
    provider.bank.advance(60)
    for number, moved in enumerate(provider.bank.moves()[1:]):
        tell(provider, moved, event_id=f"evt_{number}", at=now)
    assert payout.attempts.exists()
    assert not Deposit.objects.exists()


def test_a_returned_transfer_is_no_deposit(provider, started, checker, lotus, reference, now):
    """Money with the UTR of a payout came back; it is not a client's."""
    payouts.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    tell(provider, provider.bank.deposit(50_000, utr=UTR, narration=reference), at=now)
    assert not Deposit.objects.exists()
    assert AuditEvent.objects.get(action="deposit.refused").new["code"] == "utr_of_transfer"


def test_another_amount_under_the_same_utr_is_refused(provider, maker, lotus, reference, now):
    """The first stays; the other is in the audit log and a difference."""
    import_line(maker, f"NEFT CR-{UTR}-{reference}", day=day_of(now), at=now)
    tell(provider, provider.bank.deposit(50_100, utr=UTR), at=now)
    assert available(lotus) == 50_000
    assert AuditEvent.objects.get(action="deposit.refused").new["code"] == "utr_used"
    reconciliation.reconcile(provider=RazorpayX(), at=now)
    assert [row.kind for row in Difference.objects.open()] == ["AMOUNT"]


def test_while_the_provider_does_not_answer_the_event_waits(provider, settings, reference, now):
    """Nothing is booked on the event's word; it is asked for again."""
    moved, url = provider.bank.deposit(50_000, utr=UTR), settings.RAZORPAYX_URL
    settings.RAZORPAYX_URL = "http://127.0.0.1:9"
    tell(provider, moved, at=now)
    assert ProviderEvent.objects.filter(applied_at=None).exists()
    settings.RAZORPAYX_URL = url
    events.sweep_events(now=now + HOUR)
    assert Deposit.objects.get().amount_paise == 50_000


@pytest.mark.django_db(transaction=True)
def test_our_server_sends_it(live_server, provider, now):
    """Lost and forged ones with it: the fake delivers the event itself, twice."""
    seeding.seed(NOON)
    lotus = Client.objects.create(name="Lotus Stores")
    reference = deposits.open_funding(lotus).reference
    provider.webhook_url = live_server.url + reverse(URL)
    provider.bank.plan = type(provider.bank.plan)(
        rates={"webhook_twice": 1.0, "webhook_forged": 1.0}
    )
    provider.bank.deposit(50_000, utr=UTR, narration=reference)
    provider.bank.webhooks.deliver_due()
    wait_until(lambda: ProviderEvent.objects.exists())
    events.sweep_events(now=now)
    assert (Deposit.objects.count(), available(lotus)) == (1, 50_000)
