"""Sends payouts by the payout provider, and asks until each outcome is known.

The order and its key are committed before the call, `sent_at` too, so a call whose worker died
counts as made. After a lost answer the provider is asked for the key; while it does not know the
key, the same order is repeated with the same key, for an hour. Then people decide. Answers are
merged under the row's lock and older news is ignored, so that webhooks, polls and workers may run
at the same time and in any order.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Agent
from hitouch.core import sweeps
from hitouch.core.db.state_machine import transition
from hitouch.core.jobs import leases
from hitouch.core.payout_provider.base import (
    OutcomeUnknown,
    PayoutProvider,
    PayoutTarget,
    ProviderRejected,
    ProviderUnavailable,
    TransferOrder,
    TransferResult,
    TransferState,
)
from hitouch.core.payout_provider.providers import transfer_provider
from onboarding.models import BankAccount
from onboarding.payees import queries as payees_queries
from payments.models import Payout, PayoutAttempt, Rail
from payments.models.payouts import ENDED, UNDERWAY
from payments.payouts import outcomes, queries, switch
from payments.payouts.decisions import ASKING
from payments.payouts.refusals import SendingStopped, UtrUsed

log = logging.getLogger(__name__)
State = Payout.State
#: How long one worker may take: three calls of ten seconds each, and some.
LEASE = timedelta(minutes=1)
#: When the provider is asked, counted from the moment the order was sent; then every hour.
ASKED_AFTER = [timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 30, 45, 60)]
#: Pauses while the provider certainly did not take an order.
UNSENT_WAITS = [timedelta(seconds=s) for s in (5, 15, 60, 300, 900)]
STOPPED_WAIT = timedelta(minutes=1)
#: A key is not repeated when the provider may have forgotten it.
KEY_LASTS = timedelta(days=7)
#: A bank may return a transfer until the third working day after it.
WATCHED_FOR = timedelta(days=5)
DAY = timedelta(days=1)
MEANING = {
    TransferState.PENDING: State.PROCESSING,
    TransferState.QUEUED: State.PROCESSING,
    TransferState.SCHEDULED: State.PROCESSING,
    TransferState.PROCESSING: State.PROCESSING,
    TransferState.PROCESSED: State.COMPLETED,
    TransferState.REVERSED: State.REVERSED,
    TransferState.FAILED: State.FAILED,
    TransferState.CANCELLED: State.FAILED,
    TransferState.REJECTED: State.FAILED,
}
#: What the agent reads, by the provider's code.
REASONS = {
    "bank_account_closed": "Your bank account is closed.",
    "bank_account_frozen": "Your bank account is frozen. Contact your bank.",
    "beneficiary_account_dormant": "Your bank account is dormant. Contact your bank.",
    "bank_account_invalid": "Your bank details are not right.",
    "beneficiary_account_invalid": "Your bank details are not right.",
    "invalid_ifsc_code": "The IFSC of your bank account is not right.",
    "beneficiary_vpa_invalid": "Your UPI ID is not right.",
    "imps_not_allowed": "Your bank account does not take IMPS transfers.",
    "transaction_limit_exceeded": "The amount is more than your bank account takes at once.",
    "beneficiary_bank_rejected": "Your bank did not accept the transfer. Contact your bank.",
    "beneficiary_bank_offline": "Your bank could not be reached.",
}
OTHER_REASON = "The bank did not carry out the transfer."
REFUSED = "The transfer was not accepted. Check your bank details."
ACCOUNT_CHANGED = "The agent's bank account has changed."
NOT_KNOWN = (
    "The provider does not know this transfer. Check the bank statement, then say what happened."
)


def begin_payout(*, payout_id: str | UUID, now: datetime) -> PayoutAttempt | None:
    """Commit an approved payout to be sent; cancel it if it must not be sent any more."""
    try:
        with transaction.atomic():
            switch.require_on()
            rows = Payout.objects.select_for_update(of=("self",), skip_locked=True)
            approved = rows.filter(pk=payout_id, state=State.APPROVED, batch__rail=Rail.RAZORPAYX)
            payout = approved.select_related("agent__user", "batch").first()
            if payout is None:
                return None
            if reason := reason_against(payout, now):
                outcomes.cancel(payout, reason=reason, by=None, at=now)
                return None
            return outcomes.start(payout, rail=Rail.RAZORPAYX, by=None, at=now)
    except SendingStopped:
        return None


def reason_against(payout: Payout, now: datetime) -> str:
    """Why a payout must not be sent to its account any more; empty if it may."""
    payee = payees_queries.payee_of(payout.agent, now)
    if payee is None or payee.bank_account_id != str(payout.bank_account_id):
        return ACCOUNT_CHANGED
    return "A payment in it is on hold." if queries.has_hold(payout) else ""


def send_payout(*, payout_id: str | UUID, now: datetime) -> bool:
    """Begin an approved payout and send it. False if the provider did not answer."""
    attempt = begin_payout(payout_id=payout_id, now=now)
    return attempt is None or advance_attempt(attempt_id=attempt.pk, now=now)


def sweep(*, now: datetime) -> int:
    """Send approved payouts, and ask about orders that are due. Returns how many."""
    done = sweeps.run(DUE_ATTEMPTS, now=now).done
    # A row that stays due is tried less and less often, so nothing is tried while stopped.
    if switch.may_send():
        done += sweeps.run(APPROVED_PAYOUTS, now=now).done
    return done


def advance_attempt(
    *, attempt_id: str | UUID, now: datetime, provider: PayoutProvider | None = None
) -> bool:
    """Send an order, or ask about it, if it is due. Idempotent, and safe to run concurrently.

    Without `provider`, the configured one is asked. False if it could not be reached, so that a
    sweep can stop early.
    """
    if not PayoutAttempt.objects.take(attempt_id, now=now, lease=LEASE):
        return True
    attempt = PayoutAttempt.objects.select_related("payout__agent__user").get(pk=attempt_id)
    was_sent = attempt.sent_at is not None
    try:
        results = _call(provider or transfer_provider(), attempt, now)
    except SendingStopped:
        _reschedule(attempt, now, now + STOPPED_WAIT)
    except ProviderRejected as fault:
        _apply_rejection(attempt, fault, was_sent=was_sent, now=now)
    except OutcomeUnknown as fault:
        log.warning("payout.unknown", extra=_log_context(attempt, fault))
        _apply_no_answer(attempt, now)
        return False
    except ProviderUnavailable as fault:
        log.warning("payout.unavailable", extra=_log_context(attempt, fault))
        _apply_not_taken(attempt, was_sent=was_sent, now=now)
        return False
    else:
        apply_results(attempt=attempt, results=results, now=now)
    return True


APPROVED_PAYOUTS = sweeps.QueueSweep(
    name="payments.approved_payouts",
    due=lambda now: Payout.objects.filter(state=State.APPROVED, batch__rail=Rail.RAZORPAYX),
    act=lambda pk, now: send_payout(payout_id=pk, now=now) or sweeps.NO_ANSWER,
    order=("created_at", "pk"),
)
DUE_ATTEMPTS = sweeps.QueueSweep(
    name="payments.due_attempts",
    due=PayoutAttempt.objects.due,
    act=lambda pk, now: advance_attempt(attempt_id=pk, now=now) or sweeps.NO_ANSWER,
)


def _log_context(attempt: PayoutAttempt, fault: Exception) -> dict[str, str]:
    return {"attempt": str(attempt.pk), "fault": str(fault)}


def _call(provider: PayoutProvider, attempt: PayoutAttempt, now: datetime) -> list[TransferResult]:
    """Ask about the order, or send it. Nothing: the provider does not know it."""
    if attempt.provider_id:
        return [provider.fetch_transfer(attempt.provider_id)]
    if attempt.sent_at is not None:
        found = provider.find_transfers(attempt.key)
        is_over = now >= attempt.sent_at + ASKING or attempt.payout.state not in UNDERWAY
        if found or is_over:
            return found
    account = attempt.payout.bank_account
    target = target_of(attempt.payout.agent, account)
    if not attempt.destination:
        attempt.destination = provider.register_account(target)
        PayoutAttempt.objects.filter(pk=attempt.pk).update(destination=attempt.destination)
    if attempt.sent_at is None:
        _mark_sent(attempt, now)
    order = TransferOrder(
        attempt.key, attempt.payout.amount_paise, target, attempt.destination,
        narration=f"HitouchCX {str(attempt.payout_id)[:8].upper()}",
    )  # fmt: skip
    return [provider.begin_transfer(order)]


def target_of(agent: Agent, account: BankAccount) -> PayoutTarget:
    """The account as the payout provider needs it."""
    return PayoutTarget(
        person=agent.pk.hex,
        holder_name=account.holder_name,
        ifsc=account.ifsc,
        account_number=account.account_number,
        vpa=account.vpa,
    )


def _mark_sent(attempt: PayoutAttempt, now: datetime) -> None:
    """Commit that the call is made. The statement itself looks at the sending switch."""
    unsent = PayoutAttempt.objects.filter(pk=attempt.pk, tries=attempt.tries, sent_at=None)
    if not unsent.filter(switch.is_on()).update(sent_at=now, updated_at=now):
        raise SendingStopped
    attempt.sent_at = now


@transaction.atomic
def _apply_rejection(
    attempt: PayoutAttempt, fault: Exception, *, was_sent: bool, now: datetime
) -> None:
    """Refused at the first call: certainly no transfer. Later, an earlier call may have made it."""
    log.warning("payout.rejected", extra=_log_context(attempt, fault))
    payout = _lock(attempt)
    if payout.state == State.SENDING and not was_sent:
        outcomes.fail(payout, reason=REFUSED, by=None, at=now)
        _reschedule(attempt, now, None)
        return
    _mark_unknown(payout, now)
    _reschedule(attempt, now, _next_poll(payout, attempt, now))


@transaction.atomic
def _apply_no_answer(attempt: PayoutAttempt, now: datetime) -> None:
    payout = _lock(attempt)
    _mark_unknown(payout, now)
    _reschedule(attempt, now, _next_poll(payout, attempt, now))


@transaction.atomic
def _apply_not_taken(attempt: PayoutAttempt, *, was_sent: bool, now: datetime) -> None:
    """This call made nothing. Unless an earlier one was made, the order is still unsent."""
    payout = _lock(attempt)
    if not was_sent:
        PayoutAttempt.objects.filter(pk=attempt.pk, tries=attempt.tries).update(sent_at=None)
        _reschedule(attempt, now, now + leases.wait_after(attempt.tries, waits=UNSENT_WAITS))
        return
    _mark_unknown(payout, now)
    _reschedule(attempt, now, _next_poll(payout, attempt, now))


def _lock(attempt: PayoutAttempt) -> Payout:
    rows = Payout.objects.select_for_update(of=("self",))
    return rows.select_related("agent__user", "batch").get(pk=attempt.payout_id)


def _mark_unknown(payout: Payout, now: datetime) -> None:
    if payout.state == State.SENDING:
        outcomes.mark_unknown(payout, at=now)


def apply_results(*, attempt: PayoutAttempt, results: list[TransferResult], now: datetime) -> None:
    """Merge what the provider says about an order, and plan when to ask again."""
    with transaction.atomic():
        payout = _lock(attempt)
        attempt.refresh_from_db(fields=["provider_id", "provider_state", "sent_at"])
        if not results:
            _mark_unknown(payout, now)
            if payout.state in UNDERWAY:
                outcomes.require_attention(payout, NOT_KNOWN, at=now)
        elif len(results) > 1:
            outcomes.require_attention(payout, "The provider made this transfer twice.", at=now)
            switch.stop_sending(reason=f"{payout} was made twice.", at=now)
        else:
            _merge(payout, attempt, results[0], now)
        _reschedule(attempt, now, _next_poll(payout, attempt, now))


def _merge(payout: Payout, attempt: PayoutAttempt, result: TransferResult, now: datetime) -> None:
    if result.amount_paise != payout.amount_paise or result.key not in ("", str(attempt.key)):
        outcomes.require_attention(payout, "The provider tells another amount or key.", at=now)
        return
    became, before = MEANING[result.state], attempt.provider_state
    if payout.state in UNDERWAY:
        _advance(payout, became, result, now)
    elif payout.state == State.COMPLETED:
        _merge_after_completion(payout, became, result, now)
    elif became in ENDED and became != payout.state:
        transition(payout, to=became, by=None, at=now, why=reason_of(result))
    elif became not in ENDED and not _is_ended(before):
        # People said that it failed, and another payout may have been sent since.
        outcomes.require_attention(payout, "The provider says that it was made.", at=now)
        switch.stop_sending(reason=f"{payout} was said to have failed, and was made.", at=now)
    is_older_news = payout.state in ENDED and became not in ENDED
    if not is_older_news:
        PayoutAttempt.objects.filter(pk=attempt.pk).update(
            provider_id=result.id, provider_state=result.state
        )


def _is_ended(provider_state: str) -> bool:
    """Whether the provider itself said before that the transfer was not made, or came back."""
    return bool(provider_state) and MEANING[TransferState(provider_state)] in ENDED


def _advance(payout: Payout, became: str, result: TransferResult, now: datetime) -> None:
    if became == State.COMPLETED:
        _complete(payout, result, now)
    elif became in ENDED:
        outcomes.fail(payout, reason=reason_of(result), by=None, at=now, to=became)
    elif payout.state != State.PROCESSING:
        transition(payout, to=State.PROCESSING, by=None, at=now, attention="")


def _complete(payout: Payout, result: TransferResult, now: datetime) -> None:
    try:
        outcomes.complete(payout, utr=result.utr, by=None, at=now)
    except UtrUsed:
        outcomes.complete(payout, utr="", by=None, at=now)
        outcomes.require_attention(payout, "Its UTR is recorded for another payout.", at=now)


def _merge_after_completion(
    payout: Payout, became: str, result: TransferResult, now: datetime
) -> None:
    if became in ENDED:
        outcomes.take_back(payout, reason=reason_of(result), by=None, at=now)
        if became == State.FAILED:
            transition(payout, to=became, by=None, at=now, why=reason_of(result))
    elif result.utr and not payout.utr:
        try:
            outcomes.add_utr(payout, utr=result.utr, at=now)
        except UtrUsed:
            outcomes.require_attention(payout, "Its UTR is recorded for another payout.", at=now)


def reason_of(result: TransferResult) -> str:
    """Why a transfer was not made, in plain words for the agent."""
    return REASONS.get(result.reason, OTHER_REASON)


def _next_poll(payout: Payout, attempt: PayoutAttempt, now: datetime) -> datetime | None:
    """When to ask again; None when nothing can change any more."""
    sent_at = attempt.sent_at or now
    age = now - sent_at
    if payout.state in UNDERWAY or (payout.state == State.COMPLETED and not payout.utr):
        if age > KEY_LASTS:
            return now + DAY
        upcoming = (sent_at + wait for wait in ASKED_AFTER if wait > age)
        return min(upcoming, default=now + ASKED_AFTER[-1])
    return now + DAY if age < WATCHED_FOR else None


def _reschedule(attempt: PayoutAttempt, now: datetime, at: datetime | None) -> None:
    """Plan the next call, unless an event asked for one meanwhile."""
    held = PayoutAttempt.objects.filter(pk=attempt.pk, next_try_at=now + LEASE)
    held.update(next_try_at=at, updated_at=now)
