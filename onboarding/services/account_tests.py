"""A rupee finds out whose account it is; a person decides what it cannot.

The row and its key are committed before anything is sent, one worker at a time holds a test,
and what a rail says is taken under the row's lock, so that a webhook, a poll and two workers may
come at once. A lost answer is looked for before the same key is sent again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hitouch.core import leases, rails
from hitouch.core.india_time import day_of, next_day
from hitouch.core.states import move
from onboarding.models import AccountTest, BankAccount
from onboarding.services import account_verdicts, rupee_days

log = logging.getLogger(__name__)
State, Reason = AccountTest.State, AccountTest.Reason

#: How long one try may take before the sweep takes the test up again.
LEASE = timedelta(minutes=2)


def run_test(*, test_id: str | UUID, now: datetime) -> bool:
    """Take one test a step further, if it is due; harmless twice and at once.

    False when the rail could not be asked, so that nobody stands in line before it.
    """
    test = _take(test_id, now)
    if test is None:
        return True
    rail = rails.account_validator()
    if rail is None:
        _give_to_person(test, Reason.NO_RAIL, now)
        return True
    try:
        told = _ask(rail, test, now)
    except rupee_days.DayIsSpent:
        log.error("account_test.day_is_spent", extra={"day": str(day_of(now))})
        account_verdicts.put_back(test, next_day(now), tries=test.tries - 1)
    except rails.RailRefused as fault:
        log.warning("account_test.refused", extra=_log_context(test, fault))
        _give_to_person(test, Reason.REFUSED, now)
    except rails.OutcomeUnknown as fault:
        _look_into(test, fault, now)
        return False
    except rails.RailFault as fault:
        _try_again(test, fault, now)
        return False
    else:
        account_verdicts.take_answer(test_id=test.pk, told=told, at=now)
    return True


def sweep_tests(*, now: datetime, limit: int = 50) -> int:
    """Take every test further that is due, the longest waiting first. Returns how many.

    It ends at the first that finds nobody: a rail that is silent costs ten seconds, not fifty
    times ten, and the workers have other things to do.
    """
    ids = AccountTest.objects.due_ids(now, limit=limit)
    return leases.work_while_answered(ids, lambda pk: run_test(test_id=pk, now=now))


def hurry(*, reference: str, now: datetime) -> AccountTest | None:
    """Ask at once about a test that a rail says it has news of."""
    test = (
        AccountTest.objects.under_way().filter(reference=reference).first() if reference else None
    )
    if test is not None:
        AccountTest.objects.under_way().filter(pk=test.pk).update(next_try_at=now)
    return test


def _ask(rail: rails.AccountValidator, test: AccountTest, now: datetime) -> rails.RailAnswer:
    if test.state == State.SENT:
        return rail.fetch_test(test.reference)
    if test.state == State.UNKNOWN and (found := rail.find_test(test.key)):
        return found
    rupee_days.reserve(test, now)
    return rail.begin_test(target_of(test.account), key=test.key)


def target_of(account: BankAccount) -> rails.Target:
    """The account as a rail is told of it."""
    return rails.Target(
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
        account_verdicts.decide(locked, State.LOOK, reason, now)


@transaction.atomic
def _look_into(test: AccountTest, fault: Exception, now: datetime) -> None:
    """The rupee may be on its way: the state says so until the rail tells what became of it."""
    locked = AccountTest.objects.select_for_update(of=("self",)).with_people().get(pk=test.pk)
    if locked.state == State.DUE:
        move(locked, to=State.UNKNOWN, by=None, at=now, why=str(fault)[:200])
    _try_again(locked, fault, now)


def _try_again(test: AccountTest, fault: Exception, now: datetime) -> None:
    log.warning("account_test.no_answer", extra=_log_context(test, fault))
    if test.state in AccountTest.UNDER_WAY:
        with transaction.atomic():
            account_verdicts.wait(test, now)


def _log_context(test: AccountTest, fault: Exception) -> dict[str, object]:
    return {"test": str(test.pk), "tries": test.tries, "why": str(fault)}
