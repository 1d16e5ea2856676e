"""What is made of a rail's answer: verified by itself, not verified, or for a person to see."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts import audit
from hitouch.core import leases, rails
from hitouch.core.rails import RailAnswer
from hitouch.core.states import move
from onboarding import name_matching
from onboarding.models import AccountTest, BankAccount
from onboarding.services import guards
from onboarding.services.bank import ask_for_test

State, Reason = AccountTest.State, AccountTest.Reason

#: Waits before the next question; after the last one a person looks.
WAITS = [timedelta(seconds=s) for s in (3, 10, 30, 120, 300, 900, 3600, 4 * 3600, 12 * 3600)]
#: A bank that is down is asked again this much later, with a new key.
BANK_PAUSE = timedelta(hours=1)
MOST_TESTS = 3


def locked(test_id: UUID) -> AccountTest:
    """The test as it is now, with its agent's name, both held; always the agent first."""
    guards.lock(AccountTest.objects.select_related("account__agent").get(pk=test_id).account.agent)
    rows = AccountTest.objects.select_for_update(of=("self",)).with_people()
    return rows.get(pk=test_id)


@transaction.atomic
def take_answer(*, test_id: UUID, told: RailAnswer, at: datetime) -> AccountTest:
    """Take what the rail itself says of a test. One that is decided stays as it is."""
    test = locked(test_id)
    if test.state not in AccountTest.UNDER_WAY or test.reference not in ("", told.id):
        return test
    if test.state != State.SENT:
        move(test, to=State.SENT, by=None, at=at, reference=told.id, rail=_rail_name())
    if told.state == RailAnswer.CREATED:
        wait(test, at)
    elif told.state == RailAnswer.FAILED:
        _bank_is_down(test, at)
    else:
        _judge(test, told, at)
    return test


def put_back(test: AccountTest, when: datetime, **changes: object) -> None:
    """Ask again then, unless it was decided meanwhile."""
    under_way = AccountTest.objects.under_way().filter(pk=test.pk)
    under_way.update(next_try_at=when, **changes)


def wait(test: AccountTest, now: datetime) -> None:
    """Ask again a little later each time; in the end a person looks."""
    when = leases.next_attempt(test.tries, waits=WAITS, now=now)
    if when is None:
        decide(test, State.LOOK, Reason.BANK_DOWN, now)
    else:
        put_back(test, when)


def _bank_is_down(test: AccountTest, at: datetime) -> None:
    """Theirs has failed and stays so; ours is sent once more later, a few times."""
    if test.account.tests.count() >= MOST_TESTS:
        decide(test, State.LOOK, Reason.BANK_DOWN, at)
        return
    move(test, to=State.FAILED, by=None, at=at, reason=Reason.BANK_DOWN, decided_at=at)
    ask_for_test(test.account, at=at, due=at + BANK_PAUSE)


def _judge(test: AccountTest, told: RailAnswer, at: datetime) -> None:
    """Only what agrees on every side is verified by itself; only what is not there fails."""
    test.registered_name = told.registered_name
    AccountTest.objects.filter(pk=test.pk).update(utr=told.utr)
    test.save(update_fields=["registered_name"])
    if told.is_active is False:
        decide(test, State.FAILED, Reason.INVALID, at)
    elif told.is_active is None or not told.registered_name:
        decide(test, State.LOOK, Reason.NO_NAME, at)
    elif others_with(test.account):
        decide(test, State.LOOK, Reason.SHARED, at)
    elif _all_agree(test):
        decide(test, State.PASSED, Reason.AGREES, at)
    else:
        decide(test, State.LOOK, Reason.NAMES, at)


def _all_agree(test: AccountTest) -> bool:
    account = test.account
    return name_matching.all_agree(test.registered_name, account.holder_name, account.agent.name)


def others_with(account: BankAccount) -> int:
    """How many other agents gave the same account."""
    same = BankAccount.objects.filter(number_index=account.number_index)
    return same.exclude(agent=account.agent_id).values("agent").distinct().count()


def decide(test: AccountTest, to: str, reason: str, at: datetime) -> None:
    """Move a test to where a machine can bring it, and say so."""
    decided_at = at if to in AccountTest.OVER else None
    move(test, to=to, by=None, at=at, reason=reason, decided_at=decided_at)
    announce(test, at=at)


def announce(test: AccountTest, *, at: datetime) -> None:
    """Note a verdict, and tell the agent in plain words."""
    account, verdict = test.account, test.state.lower()
    new: dict[str, object] = {
        "account": account.masked, "state": test.state, "reason": test.reason, "utr": test.utr
    }  # fmt: skip
    action = f"bank_account.{verdict}"
    audit.record(by=test.decided_by, action=action, on=account, at=at, new=new)
    facts = {"account": account.masked, "reason": test.reason, "note": test.note}
    guards.tell(account.agent, template=f"bank_account_{verdict}", at=at, **facts)


def _rail_name() -> str:
    rail = rails.account_validator()
    return rail.name if rail else ""
