"""Random operations on the ledger: sums, floors and the chain hold at every commit."""

import os

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as bounded
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from conftest import NOON
from gigs.models import Client
from payments.ledger import queries, seals, snapshots
from payments.ledger import services as ledger
from payments.models import AccountKind, EntryKind, LedgerBalance, Leg
from payments.tests.factories import make_gig
from payments.tests.ledger import rows

pytestmark = pytest.mark.django_db
OPERATIONS_PER_EXAMPLE = 25
OPERATIONS = int(os.environ.get("HITOUCH_LEDGER_OPERATIONS", "200"))
FLOORED = (AccountKind.CLIENT_AVAILABLE, AccountKind.CLIENT_RESERVED)
PAISE = st.integers(1, 400)
CLIENTS = st.integers(0, 1)
RESERVES = st.integers(0, 2)


class LedgerMachine(RuleBasedStateMachine):
    """Posts and reverses entries, seals them and takes snapshots, beside a model in numbers."""

    operations = 0
    refused = 0

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.model = {}
        self.posted = {}

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def post(self, kind, *legs):
        """Post, and expect the database to refuse exactly what the model refuses."""
        source = rows.source_of(kind)
        if entry := self.attempt(legs, lambda: rows.post(kind, *legs, source=source)):
            self.posted[entry] = (EntryKind(kind), source, legs)

    def attempt(self, legs, action):
        LedgerMachine.operations += 1
        after = dict(self.model)
        for account, paise in legs:
            after[account] = after.get(account, 0) + paise
        is_possible = all(paise <= 0 for account, paise in after.items() if account.kind in FLOORED)
        try:
            with transaction.atomic():
                entry = action()
        except IntegrityError as fault:
            if is_possible or "balance_not_below_zero" not in str(fault):
                raise
            LedgerMachine.refused += 1
            return None
        assert is_possible
        self.model = after
        return entry

    @rule(client=CLIENTS, paise=PAISE)
    def deposit(self, client, paise):
        unmatched = rows.shared("UNMATCHED_RECEIPTS")
        self.post("DEPOSIT_RECEIVED", (rows.shared("CASH"), paise), (unmatched, -paise))
        self.post(
            "DEPOSIT_MATCHED", (unmatched, paise), (rows.available(self.clients[client]), -paise)
        )

    @rule(number=RESERVES, paise=PAISE)
    def reserve(self, number, paise):
        account = ledger.reserved(self.reserves[number])
        self.post("RESERVED", (self.available_for(number), paise), (account, -paise))

    def available_for(self, number):
        return rows.available(self.reserves[number].client)

    @rule(paise=PAISE)
    def deposit_for_reserves(self, paise):
        unmatched = rows.shared("UNMATCHED_RECEIPTS")
        self.post("DEPOSIT_MATCHED", (unmatched, paise), (self.available_for(0), -paise))

    @rule(number=RESERVES, paise=PAISE)
    def release(self, number, paise):
        account = ledger.reserved(self.reserves[number])
        self.post("RESERVE_RELEASED", (account, paise), (self.available_for(number), -paise))

    @rule(number=RESERVES, gross=PAISE, tds=st.integers(0, 20), fee=st.integers(0, 20))
    def earn(self, number, gross, tds, fee):
        net = max(gross - tds - fee, 0)
        tds, fee = min(tds, gross), gross - net - min(tds, gross)
        self.post(
            "PAYMENT_OPENED",
            (ledger.reserved(self.reserves[number]), gross),
            (ledger.owned_by_agent(self.agent.pk), -net),
            (rows.shared("TDS_PAYABLE"), -tds),
            (rows.shared("FEE_INCOME"), -fee),
        )

    @rule(data=st.data())
    def reverse(self, data):
        if not self.posted:
            return
        entry = data.draw(st.sampled_from(list(self.posted)))
        kind, source, legs = self.posted[entry]
        mirrored = [(account, -paise) for account, paise in legs]
        if self.attempt(mirrored, lambda: ledger.reverse_entry(kind, source, at=NOON)):
            del self.posted[entry]

    @rule()
    def seal(self):
        seals.seal_entries(at=NOON)

    @rule()
    def take_snapshot(self):
        snapshots.take()

    @invariant()
    def balances_are_right(self):
        assert (Leg.objects.aggregate(paise=Sum("amount_paise"))["paise"] or 0) == 0
        ids = ledger.account_ids(self.model)
        found = queries.balances(ids.values())
        assert {account: found[pk] for account, pk in ids.items()} == self.model
        stored = dict(LedgerBalance.objects.values_list("account", "balance_paise"))
        for account, pk in ids.items():
            if pk in stored:
                assert stored[pk] == -self.model[account] >= 0


def test_no_sequence_of_operations_breaks_the_ledger(asha, settings_of_machine):
    """Over some two hundred random operations the ledger does what a model in numbers does."""
    orchid = make_gig(asha).client
    LedgerMachine.agent = asha
    LedgerMachine.clients = [Client.objects.create(name="Marigold Foods"), orchid]
    LedgerMachine.reserves = [rows.make_reserve(make_gig(asha).opportunity) for _ in range(3)]
    run_state_machine_as_test(LedgerMachine, settings=settings_of_machine)
    assert LedgerMachine.refused
    print(f"{LedgerMachine.operations} operations, {LedgerMachine.refused} refused")  # noqa: T201


@pytest.fixture
def settings_of_machine(settings, tmp_path):
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    return bounded(
        max_examples=max(OPERATIONS // OPERATIONS_PER_EXAMPLE, 1),
        stateful_step_count=OPERATIONS_PER_EXAMPLE,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
