"""Bank account verification with the payout provider (penny drop of one rupee, or UPI validation).

The test and its idempotency key are committed before anything is sent, a lease lets one worker at
a time run a test, and the provider's answer is applied under the row's lock, so webhooks, polls
and workers may run concurrently. After a lost answer the provider is asked for the key before
the test is sent again. What cannot be decided automatically goes to finance (`decisions.py`).
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.security import audit, locks
from hitouch.core import sweeps
from hitouch.core.db.state_machine import transition
from hitouch.core.india_time import day_of, next_day
from hitouch.core.jobs import leases
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.payout_provider.base import (
    OutcomeUnknown,
    PayoutProvider,
    PayoutTarget,
    ProviderRejected,
    ProviderUnavailable,
    ValidationResult,
)
from hitouch.core.payout_provider.providers import validation_provider
from onboarding import notifications as onboarding_notifications
from onboarding.models import AccountTest, BankAccount, RailEvent, RupeeDay
from onboarding.names import matching
from onboarding.payees.services import schedule_verification
from onboarding.signals import provider_event_received

log = logging.getLogger(__name__)
State, Reason = AccountTest.State, AccountTest.Reason
#: How long one attempt may take before the sweep retries it.
LEASE = timedelta(minutes=2)
#: Waits between attempts; after the last one the test goes to finance.
WAITS = [timedelta(seconds=s) for s in (3, 10, 30, 120, 300, 900, 3600, 4 * 3600, 12 * 3600)]
#: Wait before a new test when the bank is down.
BANK_PAUSE = timedelta(hours=1)
MAX_TESTS = 3
RUPEE_PAISE = 100
EVENT_RETENTION = timedelta(days=30)
VALIDATION_EVENT_PREFIX = "fund_account.validation."


class DailyBudgetSpent(Exception):
    """The daily budget for tests is used up."""


def advance_verification(*, test_id: str | UUID, now: datetime) -> bool:
    """Advance one test if it is due. Idempotent, and safe to run concurrently.

    False if the provider could not be reached, so that a sweep can stop early.
    """
    test = _lease(test_id, now)
    if test is None:
        return True
    provider = validation_provider()
    if provider is None:
        _escalate(test, Reason.NO_RAIL, now)
        return True
    try:
        result = _call_provider(provider, test, now)
    except DailyBudgetSpent:
        log.error("account_test.day_is_spent", extra={"day": str(day_of(now))})
        reschedule(test, next_day(now), tries=test.tries - 1)
    except ProviderRejected as fault:
        log.warning("account_test.refused", extra=_log_context(test, fault))
        _escalate(test, Reason.REFUSED, now)
    except OutcomeUnknown as fault:
        _mark_unknown(test, fault, now)
        return False
    except ProviderUnavailable as fault:
        _retry_later(test, fault, now)
        return False
    else:
        apply_provider_answer(test_id=test.pk, result=result, at=now)
    return True


DUE_TESTS = sweeps.QueueSweep(
    name="onboarding.due_account_tests",
    due=AccountTest.objects.due,
    act=lambda pk, now: advance_verification(test_id=pk, now=now) or sweeps.NO_ANSWER,
    limit=50,
)


def sweep_verifications(*, now: datetime) -> int:
    """Advance all due tests, the longest waiting first. Returns how many."""
    return sweeps.run(DUE_TESTS, now=now).done


def expedite(*, reference: str, now: datetime) -> AccountTest | None:
    """Make a test due immediately, because the provider reported news of it."""
    test = (
        AccountTest.objects.under_way().filter(reference=reference).first() if reference else None
    )
    if test is not None:
        AccountTest.objects.under_way().filter(pk=test.pk).update(next_try_at=now)
    return test


def _call_provider(provider: PayoutProvider, test: AccountTest, now: datetime) -> ValidationResult:
    if test.state == State.SENT:
        return provider.fetch_validation(test.reference)
    if test.state == State.UNKNOWN and (result := provider.find_validation(test.key)):
        return result
    reserve_rupee(test, now)
    return provider.begin_validation(payout_target_of(test.account), key=test.key)


def payout_target_of(account: BankAccount) -> PayoutTarget:
    """The account as the payout provider needs it."""
    return PayoutTarget(
        person=account.agent_id.hex,
        holder_name=account.holder_name,
        ifsc=account.ifsc,
        account_number=account.account_number,
        vpa=account.vpa,
    )


@transaction.atomic
def reserve_rupee(test: AccountTest, now: datetime) -> None:
    """Reserve the rupee in the daily budget; raises `DailyBudgetSpent`. Safe under concurrency."""
    unpaid = AccountTest.objects.under_way().filter(pk=test.pk, paid_for=False)
    if not unpaid.update(paid_for=True):
        return
    cap = settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY
    if not RupeeDay.objects.reserve(RUPEE_PAISE, cap=cap, at=now):
        raise DailyBudgetSpent


def _lease(test_id: str | UUID, now: datetime) -> AccountTest | None:
    """Lease a due test; None if it is not due or another worker holds it."""
    if not AccountTest.objects.take(test_id, now=now, lease=LEASE):
        return None
    return AccountTest.objects.with_people().get(pk=test_id)


@transaction.atomic
def _mark_unknown(test: AccountTest, fault: Exception, now: datetime) -> None:
    """The provider may have accepted the test: UNKNOWN until it can be asked."""
    locked = AccountTest.objects.select_for_update(of=("self",)).with_people().get(pk=test.pk)
    if locked.state == State.DUE:
        transition(locked, to=State.UNKNOWN, by=None, at=now, why=str(fault)[:200])
    _retry_later(locked, fault, now)


def _retry_later(test: AccountTest, fault: Exception, now: datetime) -> None:
    log.warning("account_test.no_answer", extra=_log_context(test, fault))
    if test.state in AccountTest.UNDER_WAY:
        with transaction.atomic():
            back_off(test, now)


def reschedule(test: AccountTest, when: datetime, **changes: object) -> None:
    """Set the next attempt of a test, unless it was decided meanwhile."""
    under_way = AccountTest.objects.under_way().filter(pk=test.pk)
    under_way.update(next_try_at=when, **changes)


def back_off(test: AccountTest, now: datetime) -> None:
    """Schedule the next attempt with growing waits; after the last one finance decides."""
    when = leases.next_attempt(test.tries, waits=WAITS, now=now)
    if when is None:
        decide_verification(test, State.LOOK, Reason.BANK_DOWN, now)
    else:
        reschedule(test, when)


@transaction.atomic
def _escalate(test: AccountTest, reason: str, now: datetime) -> None:
    locked = AccountTest.objects.select_for_update(of=("self",)).with_people().get(pk=test.pk)
    if locked.state in AccountTest.UNDER_WAY:
        decide_verification(locked, State.LOOK, reason, now)


def _log_context(test: AccountTest, fault: Exception) -> dict[str, object]:
    return {"test": str(test.pk), "tries": test.tries, "why": str(fault)}


def _provider_name() -> str:
    provider = validation_provider()
    return provider.name if provider else ""


def locked_verification(test_id: UUID) -> AccountTest:
    """The test with agent and test rows locked, always in this order."""
    locks.lock_agent_row(
        AccountTest.objects.select_related("account__agent").get(pk=test_id).account.agent
    )
    rows = AccountTest.objects.select_for_update(of=("self",)).with_people()
    return rows.get(pk=test_id)


@transaction.atomic
def apply_provider_answer(*, test_id: UUID, result: ValidationResult, at: datetime) -> AccountTest:
    """Apply the provider's own answer to a test. Decided tests stay as they are."""
    test = locked_verification(test_id)
    if test.state not in AccountTest.UNDER_WAY or test.reference not in ("", result.id):
        return test
    if test.state != State.SENT:
        transition(test, to=State.SENT, by=None, at=at, reference=result.id, rail=_provider_name())
    if result.state == ValidationResult.CREATED:
        back_off(test, at)
    elif result.state == ValidationResult.FAILED:
        _retry_with_new_test(test, at)
    else:
        _decide_by_result(test, result, at)
    return test


def _decide_by_result(test: AccountTest, result: ValidationResult, at: datetime) -> None:
    """Pass if all names match, fail if the account does not exist; otherwise finance decides."""
    test.registered_name = result.registered_name
    AccountTest.objects.filter(pk=test.pk).update(utr=result.utr)
    test.save(update_fields=["registered_name"])
    if result.is_active is False:
        decide_verification(test, State.FAILED, Reason.INVALID, at)
    elif result.is_active is None or not result.registered_name:
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
    """Number of other agents with the same account."""
    same = BankAccount.objects.filter(number_index=account.number_index)
    return same.exclude(agent=account.agent_id).values("agent").distinct().count()


def _retry_with_new_test(test: AccountTest, at: datetime) -> None:
    """The provider's validation has failed for good; start a new test later, `MAX_TESTS` in all."""
    if test.account.tests.count() >= MAX_TESTS:
        decide_verification(test, State.LOOK, Reason.BANK_DOWN, at)
        return
    transition(test, to=State.FAILED, by=None, at=at, reason=Reason.BANK_DOWN, decided_at=at)
    schedule_verification(test.account, at=at, due=at + BANK_PAUSE)


def decide_verification(test: AccountTest, to: str, reason: str, at: datetime) -> None:
    """Set the automatic verdict of a test and notify the agent."""
    decided_at = at if to in AccountTest.OVER else None
    transition(test, to=to, by=None, at=at, reason=reason, decided_at=decided_at)
    notify_verdict(test, at=at)


def notify_verdict(test: AccountTest, *, at: datetime) -> None:
    """Record a verdict in the audit log and notify the agent."""
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


@transaction.atomic
def record_provider_event(
    *, event_id: str, kind: str, reference: str, at: datetime, key: str = "", body_hash: str = ""
) -> bool:
    """Record a signed event and queue its test. False if the event was recorded before.

    `key` is our own reference of the event's object, if it has one.
    """
    event = RailEvent(event_id=event_id[:80], kind=kind[:60], reference=reference[:60], at=at)
    RailEvent.objects.bulk_create([event], ignore_conflicts=True)
    if not RailEvent.objects.filter(pk=event.pk).exists():
        return False
    if kind.startswith(VALIDATION_EVENT_PREFIX) and (test := expedite(reference=reference, now=at)):
        enqueue_on_commit("onboarding.tasks.test_account", test_id=str(test.pk))
    provider_event_received.send(
        sender=RailEvent, event_id=event_id, kind=kind, reference=key or reference,
        body_hash=body_hash, at=at,
    )  # fmt: skip
    return True


OLD_EVENTS = sweeps.DeletionSweep(
    name="onboarding.old_provider_events",
    due=lambda now: RailEvent.objects.filter(at__lt=now - EVENT_RETENTION),
    order=("at", "pk"),
)


def delete_old_events(*, now: datetime) -> int:
    """Delete provider events older than 30 days. Returns how many."""
    return sweeps.run(OLD_EVENTS, now=now).done
