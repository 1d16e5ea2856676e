"""Verification with the payout provider: verdicts, retries, daily budget, concurrency."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_agent
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.models import OutboxMessage
from hitouch.core.payout_provider import razorpayx
from hitouch.core.payout_provider.base import ValidationResult
from hitouch.fakes import razorpayx as fakes_razorpayx
from onboarding.models import AccountTest, RupeeDay
from onboarding.payees import decisions
from onboarding.payees import queries as payees_queries
from onboarding.payees import services as payees
from onboarding.payees import verification as payees_verification
from onboarding.tests.support import bank_accounts
from onboarding.tests.support.bank_accounts import DAY, finish, run, save, verified

fake_provider = bank_accounts.fake_provider
State = AccountTest.State


def test_matching_names_verify_the_account(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX
) -> None:
    """If all names match the test passes, with UTR, audit event and mail."""
    test = run(save(nila))
    assert test.state == State.SENT
    finish(fake_provider)
    test = run(test)
    assert (test.state, test.reason, bool(test.utr)) == (State.PASSED, "AGREES", True)
    assert AuditEvent.objects.filter(action="bank_account.passed").count() == 1
    assert OutboxMessage.objects.filter(template="onboarding/bank_account_passed").count() == 1


def test_an_account_is_usable_after_24_hours(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX
) -> None:
    """A verified account becomes the payee 24 hours after it was added."""
    verified(nila, fake_provider)
    assert payees_queries.payee_of(nila, NOON + DAY - timedelta(seconds=1)) is None
    assert (
        "from 24 November 2026, 12:00 pm" in payees_queries.account_status_of(nila, NOON).sentence
    )
    payee = payees_queries.payee_of(nila, NOON + DAY)
    assert payee.account_number == "5010012345678901"
    assert "501001" not in repr(payee)


def test_the_previous_account_stays_in_use(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX
) -> None:
    """Until the new account is usable, payments go to the previous one."""
    verified(nila, fake_provider)
    later = NOON + 2 * DAY
    test = save(nila, at=later, ending="9902")
    assert payees_queries.payee_of(nila, later + 2 * DAY).last_four == "8901"
    finish(fake_provider)
    test = run(test, at=later)
    finish(fake_provider)
    run(test, at=later)
    assert payees_queries.payee_of(nila, later).last_four == "8901"
    assert payees_queries.payee_of(nila, later + DAY).last_four == "9902"


@pytest.mark.parametrize(
    ("ending", "state", "reason"),
    [
        ("0000", State.FAILED, "INVALID"),
        ("1111", State.LOOK, "NAMES"),
        ("2222", State.FAILED, "BANK_DOWN"),
        ("3333", State.LOOK, "NO_NAME"),
    ],
)
def test_verdicts_by_answer_of_the_bank(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, ending: str, state: str, reason: str
) -> None:
    """An account that does not exist fails; another or no name is reviewed by finance."""
    test = verified(nila, fake_provider, ending=ending)
    assert (test.state, test.reason) == (state, reason)
    assert payees_queries.payee_of(nila, NOON + 9 * DAY) is None


@pytest.mark.parametrize(
    ("vpa", "state"),
    [("nila@okbank", State.PASSED), ("nobody@okbank", State.FAILED), ("other@okbank", State.LOOK)],
)
def test_upi_ids_are_validated(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, vpa: str, state: str
) -> None:
    """A UPI ID is validated without transferring a rupee."""
    assert verified(nila, fake_provider, kind="UPI", vpa=vpa).state == state
    assert next(iter(fake_provider.validations.values()))["amount"] is None


def test_a_bank_that_is_down_is_retried_then_reviewed(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX
) -> None:
    """A new test an hour later, three in all; then finance reviews."""
    verified(nila, fake_provider, ending="2222")
    for hours in (1, 2):
        test = AccountTest.objects.get(state=State.DUE)
        run(test, at=NOON + timedelta(hours=hours))
        finish(fake_provider)
        test = run(test, at=NOON + timedelta(hours=hours))
    assert (test.state, test.reason) == (State.LOOK, "BANK_DOWN")
    assert len(fake_provider.validations) == 3


@pytest.mark.parametrize("ending", ["5555", "6666"])
def test_a_lost_answer_is_not_sent_twice(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, ending: str
) -> None:
    """After an error with unknown outcome the provider is asked for the key; one rupee leaves."""
    test = run(save(nila, ending=ending))
    assert test.state == State.UNKNOWN
    test = run(test)
    assert test.state == State.SENT
    finish(fake_provider)
    assert run(test).state == State.PASSED
    assert len(fake_provider.transferred) == 1


def test_an_unreachable_provider_is_retried(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """Attempts are repeated with growing delays; after the last one finance reviews."""
    up, settings.RAZORPAYX_URL = settings.RAZORPAYX_URL, "http://127.0.0.1:9"
    test = run(save(nila))
    assert (test.state, test.next_try_at > NOON) == (State.DUE, True)
    settings.RAZORPAYX_URL = up
    assert run(test).state == State.SENT
    settings.RAZORPAYX_URL = "http://127.0.0.1:9"
    for _ in payees_verification.WAITS:
        test = run(test)
    assert (test.state, test.reason) == (State.LOOK, "BANK_DOWN")


def test_the_sweep_stops_at_an_unreachable_provider(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """The sweep ends at the first timeout; the other tests stay due."""
    for number in range(3):
        save(make_agent(f"Tara{number}"), ending=f"{number}448")
    settings.RAZORPAYX_URL, up = "http://127.0.0.1:9", settings.RAZORPAYX_URL
    assert payees_verification.sweep_verifications(now=NOON) == 1
    settings.RAZORPAYX_URL = up
    assert payees_verification.sweep_verifications(now=NOON) == 2
    assert AccountTest.objects.filter(state=State.SENT).count() == 2


def test_wrong_credentials_fail_no_account(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """After a 401 of the provider the test stays due."""
    settings.RAZORPAYX_KEY_SECRET = "wrong"
    assert run(save(nila)).state == State.DUE


def test_without_a_provider_finance_reviews(nila: Agent) -> None:
    """If no provider is configured, finance reviews the account."""
    test = run(save(nila))
    assert (test.state, test.reason) == (State.LOOK, "NO_RAIL")
    assert "Our team is checking" in payees_queries.account_status_of(nila, NOON).sentence


def test_a_shared_account_is_reviewed(
    nila: Agent, ravi: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX
) -> None:
    """An account of two agents may be a couple's or fraud: finance reviews."""
    verified(nila, fake_provider)
    test = verified(ravi, fake_provider, holder_name="Ravi Rao")
    assert (test.state, test.reason) == (State.LOOK, "SHARED")


def test_the_daily_budget_is_not_exceeded(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """When the budget is used up, further tests wait for the next day."""
    settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY = 150
    run(save(nila))
    postponed = run(save(make_agent("Tara"), ending="7771"))
    assert (postponed.state, postponed.next_try_at - NOON) == (State.DUE, timedelta(hours=12))
    assert RupeeDay.objects.get().paise == 100
    assert len(fake_provider.transferred) == 1


def test_logs_contain_no_personal_data(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX, caplog: Any
) -> None:
    """Neither account number nor name is logged with an error."""
    run(save(nila, ending="5555"))
    run(save(nila, ifsc="SBIN0000001", ending="6666"))
    text = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "account_test.no_answer" in text
    assert "501001" not in text
    assert "Nila" not in text


def test_a_worker_killed_after_sending(
    nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX
) -> None:
    """The next worker finds the validation by its key; no second rupee is sent."""
    test = save(nila)
    razorpayx.RazorpayX().begin_validation(
        payees_verification.payout_target_of(test.account), key=test.key
    )
    assert run(test).state == State.SENT
    assert len(fake_provider.transferred) == 1


def test_a_verdict_is_final(nila: Agent, fake_provider: fakes_razorpayx.FakeRazorpayX) -> None:
    """Neither the service nor SQL can change a decided test."""
    test = verified(nila, fake_provider)
    result = ValidationResult(id=test.reference, state=ValidationResult.FAILED)
    assert (
        payees_verification.apply_provider_answer(test_id=test.pk, result=result, at=NOON).state
        == State.PASSED
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountTest.objects.update(state=State.DUE)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountTest.objects.update(reason="PERSON")


@pytest.mark.django_db(transaction=True)
def test_concurrent_tests_stay_in_the_budget(
    fake_provider: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """Six concurrent tests with a budget for two send two rupees."""
    settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY = 250
    tests = [save(make_agent(f"Tara{n}"), ending=f"44{n}4") for n in range(6)]

    def work(test: AccountTest) -> None:
        try:
            run(test)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, tests))
    assert (len(fake_provider.transferred), RupeeDay.objects.get().paise) == (2, 200)
    assert AccountTest.objects.filter(state=State.DUE, paid_for=False).count() == 4


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_on_one_test(fake_provider: fakes_razorpayx.FakeRazorpayX) -> None:
    """Eight concurrent workers: one rupee, one verdict, one mail."""
    agent = make_agent("Tara")
    test = save(agent)

    def work(_: int) -> None:
        try:
            run(test)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
        finish(fake_provider)
        list(threads.map(work, range(8)))
    test.refresh_from_db()
    assert test.state == State.PASSED
    assert len(fake_provider.transferred) == 1
    assert OutboxMessage.objects.filter(template="onboarding/bank_account_passed").count() == 1
    assert RupeeDay.objects.get().paise == 100


ANSWERS = st.builds(
    ValidationResult,
    id=st.sampled_from(["fav_first00", "fav_second0"]),
    state=st.sampled_from(
        [ValidationResult.CREATED, ValidationResult.COMPLETED, ValidationResult.FAILED]
    ),
    is_active=st.sampled_from([True, False, None]),
    registered_name=st.sampled_from(["Tara Rao", "Zubin Contractor", ""]),
)


class VerificationMachine(RuleBasedStateMachine):
    """In any order of events verdicts are final and only verified accounts are paid."""

    agent: Any
    finance: Any

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.test = save(self.agent)
        self.decided: dict[Any, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(result=ANSWERS)
    def answer(self, result: ValidationResult) -> None:
        payees_verification.apply_provider_answer(test_id=self.test.pk, result=result, at=NOON)

    @rule()
    def work(self) -> None:
        self.test = run(self.test)

    @rule(accept=st.booleans())
    def decide(self, accept: bool) -> None:
        try:
            decisions.decide_test(
                test=self.test, accept=accept, by=self.finance, at=NOON, note="Seen."
            )
        except InvalidTransition:
            assert AccountTest.objects.get(pk=self.test.pk).state != State.LOOK

    @precondition(lambda self: len(self.decided) < 3)
    @rule(ending=st.sampled_from(["8901", "1111", "4444"]))
    def give(self, ending: str) -> None:
        try:
            self.test = save(self.agent, ending=ending)
        except payees.TooManyAccounts:
            assert AccountTest.objects.count() >= 3

    @rule()
    def hold_and_release(self) -> None:
        decisions.hold_own_payments(agent=self.agent, by=self.agent.user, at=NOON)
        assert payees_queries.payee_of(self.agent, NOON + 9 * DAY) is None
        freeze = payees_queries.payment_holds().get()
        decisions.release_hold(
            freeze=freeze, keep=True, why="It was her.", by=self.finance, at=NOON
        )

    @invariant()
    def verdicts_are_final(self) -> None:
        now = dict(AccountTest.objects.values_list("pk", "state"))
        assert all(now[pk] == state for pk, state in self.decided.items())
        self.decided |= {pk: state for pk, state in now.items() if state in AccountTest.OVER}

    @invariant()
    def only_verified_accounts_are_paid(self) -> None:
        payee = payees_queries.payee_of(self.agent, NOON + 9 * DAY)
        assert payees_queries.payee_of(self.agent, NOON) is None
        passed = AccountTest.objects.filter(state=State.PASSED)
        assert (payee is not None) == passed.exists()
        if payee:
            assert passed.filter(account=payee.bank_account_id).exists()


def test_verification_state_machine(nila: Agent) -> None:
    """Hypothesis runs provider answers, workers, agents and finance in random order."""
    from hypothesis import settings as hypothesis_settings
    from hypothesis.stateful import run_state_machine_as_test

    VerificationMachine.agent, VerificationMachine.finance = nila, make_agent("Fina").user
    run_state_machine_as_test(
        VerificationMachine,
        settings=hypothesis_settings(max_examples=10, stateful_step_count=10, deadline=None),
    )
