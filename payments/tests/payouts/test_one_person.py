"""One person alone, whatever they try in whatever order, cannot move money twice."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from conftest import NOON, make_agent, make_staff
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.funding import deposits, refunds
from payments.integrity import invariants
from payments.models import (
    Adjustment,
    ClientRefund,
    Deposit,
    Payment,
    Payout,
    PayoutBatch,
    PayoutDecision,
    Rail,
)
from payments.payouts import bank_files, batches, decisions, services, switch
from payments.tests.factories import make_bank_account, make_gig, make_work
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
VERBS = [
    "start", "look", "settle", "retry", "create", "hold", "release", "sweep", "new account", "stop",
    "go", "accept", "decline", "FAIL", "RESEND", "REVERSE", "SETTLE",
    "batch", "submit", "approve batch", "reject batch", "bank file", "utrs", "confirm utrs",
    "refund", "approve refund", "settle refund", "return refund", "reject refund",
    "deposit", "confirm deposit", "reject deposit", "correct", "approve correction",
]  # fmt: skip
#: What the person is refused, or has nothing to do it with.
IMPOSSIBLE = (
    Refusal, AttributeError, PayoutDecision.DoesNotExist,
)  # fmt: skip
PAISE = 5_000_00
EXAMPLES = int(os.environ.get("HITOUCH_LONE_PERSON_EXAMPLES", "8"))
DAY = day_of(NOON)
UTRS = ["HDFCN00000000001", "SBINN00000000002"]


def open_decision(payout: Any) -> Any:
    return payout.decisions.get(outcome="")


class LonePerson(RuleBasedStateMachine):
    """Every service that moves money, called by one person of finance only.

    Colleagues approved one batch for the bank's portal and one refund before; they do nothing any
    more. Each look at the full account number, and each line of a bank file, may be a transfer.
    """

    payments: Bundle[Any] = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = NOON
        self.one = make_staff("Mohan", "finance")
        self.agent = make_agent("Tara")
        make_bank_account(self.agent)
        self.seen: dict[Any, set[Any]] = {}
        self.colleagues = [make_staff(name, "finance") for name in ("Chitra", "Devika", "Omana")]
        self.client = make_gig(self.agent, title="Other").client
        self.deposit = fund(self.client)
        self.refund = self.approved_refund()

    def teardown(self) -> None:
        assert invariants.check_money() == []
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def approved_refund(self) -> ClientRefund:
        """A refund that colleagues proposed and approved; its transfer is not recorded yet."""
        two, three, _ = self.colleagues
        proposed = refunds.propose_refund(
            deposit=self.deposit, amount_paise=PAISE, reason="x", by=two, at=NOON
        )
        return refunds.approve_refund(refund=proposed, by=three, at=NOON)

    @initialize(target=payments, is_maker=st.booleans())
    def first(self, is_maker: bool) -> Any:
        """A payment in a batch for the bank's portal, perhaps made by the one person."""
        two, three, four = self.colleagues
        who = {"by": self.one if is_maker else two, "at": self.at}
        payment = self.open_payment()
        batch = batches.submit_batch(batch=batches.create_batch(rail=Rail.NEFT_FILE, **who), **who)
        for person in (three, four):
            if batch.state in ("SUBMITTED", "CHECKED"):
                batch = batches.approve_batch(
                    batch=batch, count=batch.count, total_paise=batch.total_paise, by=person,
                    at=self.at,
                )  # fmt: skip
        return payment

    @rule(target=payments)
    def another(self) -> Any:
        return self.open_payment()

    def open_payment(self) -> Any:
        work = make_work(self.agent, title=f"Gig {Payment.objects.count()}")
        return earnings.open_payment(work=work, at=self.at)

    @rule(payment=payments, verb=st.sampled_from(VERBS), utr=st.sampled_from(UTRS))
    def act(self, payment: Any, verb: str, utr: str) -> None:
        self.at += timedelta(hours=2)
        payout = payment.payouts.order_by("-created_at").first()
        with suppress(*IMPOSSIBLE), transaction.atomic():
            self.call(verb, payment, payout, utr, {"by": self.one, "at": self.at})

    def call(self, verb: str, payment: Any, payout: Any, utr: str, who: Any) -> None:
        calls: dict[str, Callable[[], Any]] = {
            "start": lambda: services.start_payout(payout=payout, **who),
            "look": lambda: self.look(payout, who),
            "settle": lambda: services.settle_payout(payout=payout, utr_number=utr, **who),
            "retry": lambda: services.retry_payout(payout=payout, **who),
            "create": lambda: services.create_payout(payment=payment, **who),
            "hold": lambda: services.hold_payment(payment=payment, cause="CHECK", note="x", **who),
            "release": lambda: services.release_hold(
                hold=payment.holds.filter(released_at=None).first(), **who
            ),
            "sweep": lambda: services.create_waiting_payouts(now=self.at),
            "new account": self.add_account,
            "stop": lambda: switch.stop_sending(reason="x", **who),
            "go": lambda: switch.start_sending(**who),
            "accept": lambda: decisions.accept_decision(decision=open_decision(payout), **who),
            "decline": lambda: decisions.decline_decision(decision=open_decision(payout), **who),
            **self.calls_of_batches(payout, utr, who),
            **self.calls_of_clients(payment, utr, who),
        }
        say = lambda: decisions.propose_decision(  # noqa: E731
            payout=payout, verb=verb, reason="x", utr_number=utr, **who
        )
        calls.get(verb, say)()

    def calls_of_batches(self, payout: Any, utr: str, who: Any) -> dict[str, Callable[[], Any]]:
        batch = payout.batch if payout else None
        stated = {
            "count": batch.count if batch else 0,
            "total_paise": batch.total_paise if batch else 0,
        }
        words = f"{bank_files.reference_of(payout)},{utr}" if payout else ""
        return {
            "batch": lambda: batches.create_batch(rail=Rail.NEFT_FILE, **who),
            "submit": lambda: batches.submit_batch(batch=batch, **who),
            "approve batch": lambda: batches.approve_batch(batch=batch, **stated, **who),
            "reject batch": lambda: batches.reject_batch(batch=batch, reason="x", **who),
            "bank file": lambda: self.make_file(batch, who),
            "utrs": lambda: bank_files.propose_utrs(batch=batch, text=words, **who),
            "confirm utrs": lambda: bank_files.confirm_utrs(batch=batch, **who),
        }

    def calls_of_clients(self, payment: Any, utr: str, who: Any) -> dict[str, Callable[[], Any]]:
        refund = ClientRefund.objects.order_by("-created_at").first()
        deposit = Deposit.objects.order_by("-created_at").first()
        adjustment = Adjustment.objects.order_by("-created_at").first()
        return {
            "refund": lambda: refunds.propose_refund(
                deposit=self.deposit, amount_paise=PAISE, reason="x", **who
            ),
            "approve refund": lambda: refunds.approve_refund(refund=refund, **who),
            "settle refund": lambda: refunds.settle_refund(
                refund=self.refund, utr_number=utr, **who
            ),
            "return refund": lambda: refunds.return_refund(refund=self.refund, reason="x", **who),
            "reject refund": lambda: refunds.reject_refund(refund=refund, **who),
            "deposit": lambda: deposits.enter_deposit(
                client=self.client, amount_paise=PAISE, utr_number=utr, received_on=DAY, **who
            ),
            "confirm deposit": lambda: deposits.confirm_client(deposit=deposit, **who),
            "reject deposit": lambda: deposits.reject_client(deposit=deposit, **who),
            "correct": lambda: adjustments.propose(
                payment=payment, gross_paise=2 * payment.gross_paise, reason="x", **who
            ),
            "approve correction": lambda: adjustments.approve(adjustment=adjustment, **who),
        }

    def make_file(self, batch: Any, who: Any) -> None:
        text = bank_files.make_bank_file(batch=batch, **who)
        for payout in batch.payouts.all():
            if bank_files.reference_of(payout) in text:
                self.see(payout)

    def see(self, payout: Any) -> None:
        """The person has the account number, the amount and the reference before them."""
        key = payout.attempts.get(ended_at=None).key
        for carried in payout.payments.all():
            self.seen.setdefault(carried.pk, set()).add(key)

    def look(self, payout: Any, who: Any) -> None:
        order = services.show_transfer_instruction(payout=payout, **who).order
        for carried in payout.payments.all():
            self.seen.setdefault(carried.pk, set()).add(order.key)

    def add_account(self) -> None:
        version = self.agent.bank_accounts.count() + 1
        make_bank_account(self.agent, f"{version:012d}", version=version)

    @invariant()
    def money_moves_once(self) -> None:
        assert all(len(keys) == 1 for keys in self.seen.values())

    @invariant()
    def nothing_is_settled_alone(self) -> None:
        alone = ["READY", "APPROVED", "PROCESSING", "CANCELLED"]
        assert not Payout.objects.exclude(state__in=alone).exists()

    @invariant()
    def nothing_is_approved_alone(self) -> None:
        """No batch, refund, deposit or correction but what colleagues approved."""
        batch = PayoutBatch.objects.filter(state__in=["CHECKED", "APPROVED", "SENDING", "DONE"])
        assert not batch.filter(checker=self.one).exists()
        moved = ClientRefund.objects.filter(state__in=["PROCESSING", "COMPLETED", "RETURNED"])
        assert not moved.exclude(pk=self.refund.pk).exists()
        assert not Deposit.objects.filter(state="MATCHED").exclude(pk=self.deposit.pk).exists()
        assert not Payment.objects.filter(kind="CORRECTION").exists()


def test_one_person_alone_cannot_move_money_twice() -> None:
    """In any order of verbs, one person moves each payment at most once, and settles nothing."""
    run_state_machine_as_test(
        LonePerson,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
