"""A rupee finds out whose account it is; a person decides what it cannot.

The row and its key are committed before anything is sent, one worker at a time holds a test,
and what a rail says is taken under the row's lock, so that a webhook, a poll and two workers may
come at once. A lost answer is looked for before the same key is sent again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.security import audit, locks
from hitouch.core import payout_provider
from hitouch.core.db.state_machine import transition
from hitouch.core.india_time import day_of, next_day
from hitouch.core.jobs import leases
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.payout_provider import base as payout_provider_base
from hitouch.core.payout_provider.base import ValidationResult
from onboarding import notifications as onboarding_notifications
from onboarding.models import AccountTest, BankAccount, RailEvent, RupeeDay
from onboarding.names import matching
from onboarding.payees.services import schedule_verification

log = logging.getLogger(__name__)
State, Reason = AccountTest.State, AccountTest.Reason
#: How long one try may take before the sweep takes the test up again.
LEASE = timedelta(minutes=2)
#: Waits before the next question; after the last one a person looks.
WAITS = [timedelta(seconds=s) for s in (3, 10, 30, 120, 300, 900, 3600, 4 * 3600, 12 * 3600)]
#: A bank that is down is asked again this much later, with a new key.
BANK_PAUSE = timedelta(hours=1)
MOST_TESTS = 3
RUPEE_PAISE = 100
KEPT = timedelta(days=30)
OF_TESTS = "fund_account.validation."


def advance_verification(*, test_id: str | UUID, now: datetime) -> bool:
    """Take one test a step further, if it is due; harmless twice and at once.

    False when the rail could not be asked, so that nobody stands in line before it.
    """
    test = _take(test_id, now)
    if test is None:
        return True
    rail = payout_provider.account_validator()
    if rail is None:
        _give_to_person(test, Reason.NO_RAIL, now)
        return True
    try:
        told = _ask(rail, test, now)
    except DailyBudgetSpent:
        log.error("account_test.day_is_spent", extra={"day": str(day_of(now))})
        reschedule(test, next_day(now), tries=test.tries - 1)
    except payout_provider_base.ProviderRejected as fault:
        log.warning("account_test.refused", extra=_log_context(test, fault))
        _give_to_person(test, Reason.REFUSED, now)
    except payout_provider_base.OutcomeUnknown as fault:
        _look_into(test, fault, now)
        return False
    except payout_provider_base.ProviderUnavailable as fault:
        _try_again(test, fault, now)
        return False
    else:
        apply_provider_answer(test_id=test.pk, told=told, at=now)
    return True


def sweep_verifications(*, now: datetime, limit: int = 50) -> int:
    """Take every test further that is due, the longest waiting first. Returns how many.

    It ends at the first that finds nobody: a rail that is silent costs ten seconds, not fifty
    times ten, and the workers have other things to do.
    """
    ids = AccountTest.objects.due_ids(now, limit=limit)
    return leases.work_while_answered(ids, lambda pk: advance_verification(test_id=pk, now=now))


def expedite(*, reference: str, now: datetime) -> AccountTest | None:
    """Ask at once about a test that a rail says it has news of."""
    test = (
        AccountTest.objects.under_way().filter(reference=reference).first() if reference else None
    )
    if test is not None:
        AccountTest.objects.under_way().filter(pk=test.pk).update(next_try_at=now)
    return test


def _ask(
    rail: payout_provider_base.AccountValidator, test: AccountTest, now: datetime
) -> payout_provider_base.ValidationResult:
    if test.state == State.SENT:
        return rail.fetch_test(test.reference)
    if test.state == State.UNKNOWN and (found := rail.find_test(test.key)):
        return found
    reserve_rupee(test, now)
    return rail.begin_test(payout_target_of(test.account), key=test.key)


def payout_target_of(account: BankAccount) -> payout_provider_base.PayoutTarget:
    """The account as a rail is told of it."""
    return payout_provider_base.PayoutTarget(
        person=account.agent_id.hex,
        holder_name=account.holder_name,
        ifsc=account.ifsc,
        account_number=account.account_number,
        vpa=account.vpa,
    )


def _take(test_id: str | UUID, now: datetime) -> AccountTest | None:
    """Hold a due test for the length of a lease, or None when somebody else does."""
    if not AccountTest.objects.take(test_id, now=now, lease=LEASE):
        return None
    return AccountTest.objects.with_people().get(pk=test_id)


@transaction.atomic
def _give_to_person(test: AccountTest, reason: str, now: datetime) -> None:
    locked = AccountTest.objects.select_for_update(of=("self",)).with_people().get(pk=test.pk)
    if locked.state in AccountTest.UNDER_WAY:
        decide_verification(locked, State.LOOK, reason, now)


@transaction.atomic
def _look_into(test: AccountTest, fault: Exception, now: datetime) -> None:
    """The rupee may be on its way: the state says so until the rail tells what became of it."""
    locked = AccountTest.objects.select_for_update(of=("self",)).with_people().get(pk=test.pk)
    if locked.state == State.DUE:
        transition(locked, to=State.UNKNOWN, by=None, at=now, why=str(fault)[:200])
    _try_again(locked, fault, now)


def _try_again(test: AccountTest, fault: Exception, now: datetime) -> None:
    log.warning("account_test.no_answer", extra=_log_context(test, fault))
    if test.state in AccountTest.UNDER_WAY:
        with transaction.atomic():
            back_off(test, now)


def _log_context(test: AccountTest, fault: Exception) -> dict[str, object]:
    return {"test": str(test.pk), "tries": test.tries, "why": str(fault)}


def locked_verification(test_id: UUID) -> AccountTest:
    """The test as it is now, with its agent's name, both held; always the agent first."""
    locks.lock_agent_row(
        AccountTest.objects.select_related("account__agent").get(pk=test_id).account.agent
    )
    rows = AccountTest.objects.select_for_update(of=("self",)).with_people()
    return rows.get(pk=test_id)


@transaction.atomic
def apply_provider_answer(*, test_id: UUID, told: ValidationResult, at: datetime) -> AccountTest:
    """Take what the rail itself says of a test. One that is decided stays as it is."""
    test = locked_verification(test_id)
    if test.state not in AccountTest.UNDER_WAY or test.reference not in ("", told.id):
        return test
    if test.state != State.SENT:
        transition(test, to=State.SENT, by=None, at=at, reference=told.id, rail=_rail_name())
    if told.state == ValidationResult.CREATED:
        back_off(test, at)
    elif told.state == ValidationResult.FAILED:
        _bank_is_down(test, at)
    else:
        _judge(test, told, at)
    return test


def reschedule(test: AccountTest, when: datetime, **changes: object) -> None:
    """Ask again then, unless it was decided meanwhile."""
    under_way = AccountTest.objects.under_way().filter(pk=test.pk)
    under_way.update(next_try_at=when, **changes)


def back_off(test: AccountTest, now: datetime) -> None:
    """Ask again a little later each time; in the end a person looks."""
    when = leases.next_attempt(test.tries, waits=WAITS, now=now)
    if when is None:
        decide_verification(test, State.LOOK, Reason.BANK_DOWN, now)
    else:
        reschedule(test, when)


def _bank_is_down(test: AccountTest, at: datetime) -> None:
    """Theirs has failed and stays so; ours is sent once more later, a few times."""
    if test.account.tests.count() >= MOST_TESTS:
        decide_verification(test, State.LOOK, Reason.BANK_DOWN, at)
        return
    transition(test, to=State.FAILED, by=None, at=at, reason=Reason.BANK_DOWN, decided_at=at)
    schedule_verification(test.account, at=at, due=at + BANK_PAUSE)


def _judge(test: AccountTest, told: ValidationResult, at: datetime) -> None:
    """Only what agrees on every side is verified by itself; only what is not there fails."""
    test.registered_name = told.registered_name
    AccountTest.objects.filter(pk=test.pk).update(utr=told.utr)
    test.save(update_fields=["registered_name"])
    if told.is_active is False:
        decide_verification(test, State.FAILED, Reason.INVALID, at)
    elif told.is_active is None or not told.registered_name:
        decide_verification(test, State.LOOK, Reason.NO_NAME, at)
    elif count_shared(test.account):
        decide_verification(test, State.LOOK, Reason.SHARED, at)
    elif _all_agree(test):
        decide_verification(test, State.PASSED, Reason.AGREES, at)
    else:
        decide_verification(test, State.LOOK, Reason.NAMES, at)


def _all_agree(test: AccountTest) -> bool:
    account = test.account
    return matching.all_names_agree(test.registered_name, account.holder_name, account.agent.name)


def count_shared(account: BankAccount) -> int:
    """How many other agents gave the same account."""
    same = BankAccount.objects.filter(number_index=account.number_index)
    return same.exclude(agent=account.agent_id).values("agent").distinct().count()


def decide_verification(test: AccountTest, to: str, reason: str, at: datetime) -> None:
    """Move a test to where a machine can bring it, and say so."""
    decided_at = at if to in AccountTest.OVER else None
    transition(test, to=to, by=None, at=at, reason=reason, decided_at=decided_at)
    notify_verdict(test, at=at)


def notify_verdict(test: AccountTest, *, at: datetime) -> None:
    """Note a verdict, and tell the agent in plain words."""
    account, verdict = test.account, test.state.lower()
    new: dict[str, object] = {
        "account": account.masked, "state": test.state, "reason": test.reason, "utr": test.utr
    }  # fmt: skip
    action = f"bank_account.{verdict}"
    audit.record_event(by=test.decided_by, action=action, on=account, at=at, new=new)
    facts = {"account": account.masked, "reason": test.reason, "note": test.note}
    onboarding_notifications.notify(
        account.agent, template=f"bank_account_{verdict}", at=at, **facts
    )


def _rail_name() -> str:
    rail = payout_provider.account_validator()
    return rail.name if rail else ""


class DailyBudgetSpent(Exception):
    """What tests may cost on a day is used up."""


@transaction.atomic
def reserve_rupee(test: AccountTest, now: datetime) -> None:
    """Add the rupee to the day, or raise `DayIsSpent`; exact however many test at once."""
    unpaid = AccountTest.objects.under_way().filter(pk=test.pk, paid_for=False)
    if not unpaid.update(paid_for=True):
        return
    cap = settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY
    if not RupeeDay.objects.reserve(RUPEE_PAISE, cap=cap, at=now):
        raise DailyBudgetSpent


@transaction.atomic
def record_provider_event(*, event_id: str, kind: str, reference: str, at: datetime) -> bool:
    """Note a signed event and ask the rail about its test. False when it came before."""
    seen = RailEvent(event_id=event_id[:80], kind=kind[:60], reference=reference[:60], at=at)
    RailEvent.objects.bulk_create([seen], ignore_conflicts=True)
    if not RailEvent.objects.filter(pk=seen.pk).exists():
        return False
    if kind.startswith(OF_TESTS) and (test := expedite(reference=reference, now=at)):
        enqueue_on_commit("onboarding.tasks.test_account", test_id=str(test.pk))
    return True


def delete_old_events(*, now: datetime) -> int:
    """Remove what was told a month ago."""
    return RailEvent.objects.filter(at__lt=now - KEPT).delete()[0]
