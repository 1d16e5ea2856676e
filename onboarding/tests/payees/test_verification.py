"""A rupee finds out whose account it is, whatever the rail does, and is sent once."""

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

rail = bank_accounts.rail
State = AccountTest.State


def test_own_account_is_verified_by_itself(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX
) -> None:
    """Sent, asked again, answered: names agree, the agent is told, UTR and audit are there."""
    test = run(save(nila))
    assert test.state == State.SENT
    finish(rail)
    test = run(test)
    assert (test.state, test.reason, bool(test.utr)) == (State.PASSED, "AGREES", True)
    assert AuditEvent.objects.filter(action="bank_account.passed").count() == 1
    assert OutboxMessage.objects.filter(template="onboarding/bank_account_passed").count() == 1


def test_first_use_waits_a_day(nila: Agent, rail: fakes_razorpayx.FakeRazorpayX) -> None:
    """A verified account is a payee 24 hours after it was given, and the page says so."""
    verified(nila, rail)
    assert payees_queries.payee_of(nila, NOON + DAY - timedelta(seconds=1)) is None
    assert "from 24 November 2026, 12:00" in payees_queries.account_status_of(nila, NOON).sentence
    payee = payees_queries.payee_of(nila, NOON + DAY)
    assert payee.account_number == "5010012345678901"
    assert "501001" not in repr(payee)


def test_older_account_stays_in_use_meanwhile(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX
) -> None:
    """Until the new one is verified and past its wait, money goes to the one before it."""
    verified(nila, rail)
    later = NOON + 2 * DAY
    test = save(nila, at=later, ending="9902")
    assert payees_queries.payee_of(nila, later + 2 * DAY).last_four == "8901"
    finish(rail)
    test = run(test, at=later)
    finish(rail)
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
def test_what_the_bank_can_say(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, ending: str, state: str, reason: str
) -> None:
    """Only what is not there fails; another name is for a person; a bank that is down is not."""
    test = verified(nila, rail, ending=ending)
    assert (test.state, test.reason) == (state, reason)
    assert payees_queries.payee_of(nila, NOON + 9 * DAY) is None


@pytest.mark.parametrize(
    ("vpa", "state"),
    [("nila@okbank", State.PASSED), ("nobody@okbank", State.FAILED), ("other@okbank", State.LOOK)],
)
def test_upi_address_is_tested_too(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, vpa: str, state: str
) -> None:
    """By the same protocol, without a rupee."""
    assert verified(nila, rail, kind="UPI", vpa=vpa).state == state
    assert next(iter(rail.validations.values()))["amount"] is None


def test_bank_that_is_down_is_asked_again_and_then_a_person(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX
) -> None:
    """An hour later with a new key, three times in all; then a colleague looks."""
    verified(nila, rail, ending="2222")
    for hours in (1, 2):
        test = AccountTest.objects.get(state=State.DUE)
        run(test, at=NOON + timedelta(hours=hours))
        finish(rail)
        test = run(test, at=NOON + timedelta(hours=hours))
    assert (test.state, test.reason) == (State.LOOK, "BANK_DOWN")
    assert len(rail.validations) == 3


@pytest.mark.parametrize("ending", ["5555", "6666"])
def test_lost_answer_is_looked_for_and_not_sent_twice(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, ending: str
) -> None:
    """A 500 after it was done, or nonsense: the state says that nobody knows, then we look."""
    test = run(save(nila, ending=ending))
    assert test.state == State.UNKNOWN
    test = run(test)
    assert test.state == State.SENT
    finish(rail)
    assert run(test).state == State.PASSED
    assert len(rail.moved) == 1


def test_rail_that_cannot_be_reached(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """Nothing was sent: it is tried again, later each time, and in the end a person looks."""
    up, settings.RAZORPAYX_URL = settings.RAZORPAYX_URL, "http://127.0.0.1:9"
    test = run(save(nila))
    assert (test.state, test.next_try_at > NOON) == (State.DUE, True)
    settings.RAZORPAYX_URL = up
    assert run(test).state == State.SENT
    settings.RAZORPAYX_URL = "http://127.0.0.1:9"
    for _ in payees_verification.WAITS:
        test = run(test)
    assert (test.state, test.reason) == (State.LOOK, "BANK_DOWN")


def test_silent_rail_holds_nobody_up(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """The sweep ends at the first that finds nobody; the others are due again next time."""
    for number in range(3):
        save(make_agent(f"Tara{number}"), ending=f"{number}448")
    settings.RAZORPAYX_URL, up = "http://127.0.0.1:9", settings.RAZORPAYX_URL
    assert payees_verification.sweep_verifications(now=NOON) == 1
    settings.RAZORPAYX_URL = up
    assert payees_verification.sweep_verifications(now=NOON) == 2
    assert AccountTest.objects.filter(state=State.SENT).count() == 2


def test_wrong_key_is_ours_to_mend(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """A 401 fails nobody's account."""
    settings.RAZORPAYX_KEY_SECRET = "wrong"
    assert run(save(nila)).state == State.DUE


def test_without_a_rail_people_compare(nila: Agent) -> None:
    """No rail is configured: a colleague decides, and nothing is lost."""
    test = run(save(nila))
    assert (test.state, test.reason) == (State.LOOK, "NO_RAIL")
    assert "Our team is checking" in payees_queries.account_status_of(nila, NOON).sentence


def test_account_of_two_agents_is_looked_at(
    nila: Agent, ravi: Agent, rail: fakes_razorpayx.FakeRazorpayX
) -> None:
    """Two agents with one account may be a couple or a fraud: a person looks."""
    verified(nila, rail)
    test = verified(ravi, rail, holder_name="Ravi Rao")
    assert (test.state, test.reason) == (State.LOOK, "SHARED")


def test_money_of_the_day_is_never_passed(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """The last rupee of the day is spent once; the rest waits for tomorrow, untouched."""
    settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY = 150
    run(save(nila))
    waits = run(save(make_agent("Tara"), ending="7771"))
    assert (waits.state, waits.next_try_at - NOON) == (State.DUE, timedelta(hours=12))
    assert RupeeDay.objects.get().paise == 100
    assert len(rail.moved) == 1


def test_number_stays_out_of_logs(
    nila: Agent, rail: fakes_razorpayx.FakeRazorpayX, caplog: Any
) -> None:
    """Neither the number nor a name is in what a fault leaves in the log."""
    run(save(nila, ending="5555"))
    run(save(nila, ifsc="SBIN0000001", ending="6666"))
    text = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "account_test.no_answer" in text
    assert "501001" not in text
    assert "Nila" not in text


def test_worker_that_died_after_sending(nila: Agent, rail: fakes_razorpayx.FakeRazorpayX) -> None:
    """It sent the rupee and was killed before a word of it was kept: the next one finds it."""
    test = save(nila)
    razorpayx.RazorpayX().begin_test(
        payees_verification.payout_target_of(test.account), key=test.key
    )
    assert run(test).state == State.SENT
    assert len(rail.moved) == 1


def test_verdict_stays(nila: Agent, rail: fakes_razorpayx.FakeRazorpayX) -> None:
    """A test that is over moves no more: not by the service, not by SQL."""
    test = verified(nila, rail)
    told = ValidationResult(id=test.reference, state=ValidationResult.FAILED)
    assert (
        payees_verification.apply_provider_answer(test_id=test.pk, told=told, at=NOON).state
        == State.PASSED
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountTest.objects.update(state=State.DUE)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountTest.objects.update(reason="PERSON")


@pytest.mark.django_db(transaction=True)
def test_last_rupees_at_once(rail: fakes_razorpayx.FakeRazorpayX, settings: Any) -> None:
    """Six tests, money for two: two rupees leave, however many workers there are."""
    settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY = 250
    tests = [save(make_agent(f"Tara{n}"), ending=f"44{n}4") for n in range(6)]

    def work(test: AccountTest) -> None:
        try:
            run(test)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, tests))
    assert (len(rail.moved), RupeeDay.objects.get().paise) == (2, 200)
    assert AccountTest.objects.filter(state=State.DUE, paid_for=False).count() == 4


@pytest.mark.django_db(transaction=True)
def test_workers_webhook_and_poll_at_once(rail: fakes_razorpayx.FakeRazorpayX) -> None:
    """Eight at once: one rupee, one verdict, one mail."""
    agent = make_agent("Tara")
    test = save(agent)

    def at_once(_: int) -> None:
        try:
            run(test)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(at_once, range(8)))
        finish(rail)
        list(threads.map(at_once, range(8)))
    test.refresh_from_db()
    assert test.state == State.PASSED
    assert len(rail.moved) == 1
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


class OneTest(RuleBasedStateMachine):
    """Whatever comes in whatever order, a verdict stays and money goes only where it may."""

    agent: Any
    finance: Any

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.test = save(self.agent)
        self.over: dict[Any, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @rule(told=ANSWERS)
    def answer(self, told: ValidationResult) -> None:
        payees_verification.apply_provider_answer(test_id=self.test.pk, told=told, at=NOON)

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

    @precondition(lambda self: len(self.over) < 3)
    @rule(ending=st.sampled_from(["8901", "1111", "4444"]))
    def give(self, ending: str) -> None:
        try:
            self.test = save(self.agent, ending=ending)
        except payees.TooManyAccounts:
            assert AccountTest.objects.count() >= 3

    @rule()
    def stop(self) -> None:
        decisions.hold_own_payments(agent=self.agent, by=self.agent.user, at=NOON)
        assert payees_queries.payee_of(self.agent, NOON + 9 * DAY) is None
        freeze = payees_queries.payment_holds().get()
        decisions.release_hold(
            freeze=freeze, keep=True, why="It was her.", by=self.finance, at=NOON
        )

    @invariant()
    def verdicts_stay(self) -> None:
        now = dict(AccountTest.objects.values_list("pk", "state"))
        assert all(now[pk] == state for pk, state in self.over.items())
        self.over |= {pk: state for pk, state in now.items() if state in AccountTest.OVER}

    @invariant()
    def money_goes_to_verified_accounts_alone(self) -> None:
        payee = payees_queries.payee_of(self.agent, NOON + 9 * DAY)
        assert payees_queries.payee_of(self.agent, NOON) is None
        passed = AccountTest.objects.filter(state=State.PASSED)
        assert (payee is not None) == passed.exists()
        if payee:
            assert passed.filter(account=payee.bank_account_id).exists()


def test_any_order_of_things(nila: Agent) -> None:
    """Hypothesis plays rails, workers, agents and finance against each other."""
    from hypothesis import settings as how
    from hypothesis.stateful import run_state_machine_as_test

    OneTest.agent, OneTest.finance = nila, make_agent("Fina").user
    run_state_machine_as_test(
        OneTest, settings=how(max_examples=10, stateful_step_count=10, deadline=None)
    )
