"""One person alone, whatever they try in whatever order, cannot move money twice."""

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
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import Payment, Payout, PayoutDecision
from payments.payouts import decisions, services, switch
from payments.tests.factories import make_bank_account, make_work

pytestmark = pytest.mark.django_db
VERBS = [
    "start", "look", "settle", "retry", "create", "hold", "release", "sweep", "new account", "stop",
    "go", "accept", "decline", "FAIL", "RESEND", "REVERSE", "SETTLE",
]  # fmt: skip
#: What the person is refused, or has nothing to do it with.
IMPOSSIBLE = (
    Refusal, AttributeError, PayoutDecision.DoesNotExist,
)  # fmt: skip
UTRS = ["HDFCN00000000001", "SBINN00000000002"]


def open_decision(payout: Any) -> Any:
    return payout.decisions.get(outcome="")


class LonePerson(RuleBasedStateMachine):
    """Every service of payouts, called by one person of finance only.

    Each look at the full account number for a new key may be a transfer at the bank.
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

    def teardown(self) -> None:
        assert invariants.check_money() == []
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(target=payments)
    def first(self) -> Any:
        return self.open_payment()

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
        }
        say = lambda: decisions.propose_decision(  # noqa: E731
            payout=payout, verb=verb, reason="x", utr_number=utr, **who
        )
        calls.get(verb, say)()

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
        assert not Payout.objects.exclude(state__in=["READY", "PROCESSING", "CANCELLED"]).exists()


def test_one_person_alone_cannot_move_money_twice() -> None:
    """In any order of verbs, one person moves each payment at most once, and settles nothing."""
    run_state_machine_as_test(
        LonePerson,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
