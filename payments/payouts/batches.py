"""Batches of payouts: one person submits, another approves, above a limit a third person too.

Count and total are frozen when the batch is submitted. What must not be paid any more when the
batch is approved is cancelled, with its reason; the rest goes on.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.payout_provider.base import PayoutProvider
from hitouch.core.payout_provider.providers import transfer_provider
from onboarding.payees import queries as payees_queries
from onboarding.payees.queries import Payee
from payments.models import Payout, PayoutBatch, Rail, WeeklyBatch
from payments.models.payouts import UNDERWAY
from payments.payouts import outcomes, queries, sending, services
from payments.payouts.sending import reason_against

State = PayoutBatch.State
#: The most payouts of one batch.
MOST = 500
OPEN = (Payout.State.READY, Payout.State.APPROVED, *UNDERWAY)


class NothingToSend(Refusal):
    """No payout is ready."""

    code = "nothing_to_send"
    message = "No payout is ready to be sent."


class NoPayoutProvider(Refusal):
    """No payout provider is configured."""

    code = "no_payout_provider"
    message = "No payout provider is set up, so only transfers by hand are possible."


class NotYourBatch(Refusal):
    """Only its maker changes and submits a draft."""

    code = "not_your_batch"
    message = "Only the person who made this batch can change or submit it."
    status = 403


class OwnBatch(Refusal):
    """Whoever made or checked a batch cannot approve it (again)."""

    code = "own_batch"
    message = "You made or checked this batch, so someone else in finance must approve it."


class BatchTooLarge(Refusal):
    """The total is above the limit of a batch."""

    code = "batch_too_large"
    message = "This batch is above the limit for one batch. Take payouts out of it."


class BatchDiffers(Refusal):
    """Count or total are not what the approver states."""

    code = "batch_differs"
    message = "The number of payouts or the total is not what you entered. Check the batch again."
    status = 422
    field = "total"


@transaction.atomic
def create_batch(
    *,
    by: User,
    at: datetime,
    rail: str = Rail.RAZORPAYX,
    provider: PayoutProvider | None = None,
) -> PayoutBatch:
    """Put all payouts that are ready, and may be sent, into a new draft.

    Without `provider`, the configured one is to send them.
    """
    if rail == Rail.RAZORPAYX and (provider or transfer_provider()).name != Rail.RAZORPAYX:
        raise NoPayoutProvider
    batch = PayoutBatch.objects.create(rail=rail, maker=by)
    rows = Payout.objects.select_for_update(of=("self",), skip_locked=True)
    ready = rows.ready().filter(batch=None).select_related("agent").order_by("created_at")
    count = 0
    for payout in ready[:MOST]:
        if payee := _payee_of(payout, rail, at):
            _put_in(payout, batch, payee, at)
            count += 1
    if not count:
        raise NothingToSend
    audit.record_event(by=by, action="batch.created", on=batch, at=at, new={"count": count})
    return batch


@transaction.atomic
def create_weekly_batches(*, week: WeeklyBatch, at: datetime) -> list[PayoutBatch]:
    """Put all payouts that are ready into submitted batches, none above the limits of one.

    A payout that alone is above them is left to a person.
    """
    rows = Payout.objects.select_for_update(of=("self",), skip_locked=True)
    ready = rows.ready().filter(batch=None).select_related("agent").order_by("created_at", "pk")
    made: list[PayoutBatch] = []
    count, total, most_paise = 0, 0, settings.HITOUCH_PAYOUT_BATCH_RUPEES * 100
    for payout in ready.filter(amount_paise__lte=most_paise):
        payee = _payee_of(payout, Rail.RAZORPAYX, at)
        if payee is None:
            continue
        if not made or count == MOST or total + payout.amount_paise > most_paise:
            made.append(PayoutBatch.objects.create(rail=Rail.RAZORPAYX, week=week))
            count = total = 0
        _put_in(payout, made[-1], payee, at)
        count, total = count + 1, total + payout.amount_paise
    return [_submit(batch, None, at) for batch in made]


def _payee_of(payout: Payout, rail: str, at: datetime) -> Payee | None:
    """The account that the payout can go to now; None if it has to wait."""
    payee = payees_queries.payee_of(payout.agent, at)
    if payee is None or queries.has_hold(payout) or (rail == Rail.NEFT_FILE and not payee.ifsc):
        return None
    return payee


def _put_in(payout: Payout, batch: PayoutBatch, payee: Payee, at: datetime) -> None:
    facts = services.account_fields(payee)
    Payout.objects.filter(pk=payout.pk).update(batch=batch, updated_at=at, **facts)


def _lock(batch: PayoutBatch) -> PayoutBatch:
    return PayoutBatch.objects.select_for_update().get(pk=batch.pk)


@transaction.atomic
def remove_payout(*, payout: Payout, by: User, at: datetime) -> None:
    """Take a payout out of a draft. Its payments are carried by the agent's next payout."""
    if payout.batch is None:
        raise InvalidTransition
    batch = _lock(payout.batch)
    if batch.maker_id != by.pk:
        raise NotYourBatch
    if batch.state != State.DRAFT:
        raise InvalidTransition
    outcomes.cancel(services.lock_payout(payout), reason="Taken out of a batch.", by=by, at=at)


@transaction.atomic
def submit_batch(*, batch: PayoutBatch, by: User, at: datetime) -> PayoutBatch:
    """Freeze count and total, and ask for approval."""
    batch = _lock(batch)
    if batch.maker_id != by.pk:
        raise NotYourBatch
    return _submit(batch, by, at)


def _submit(batch: PayoutBatch, by: User | None, at: datetime) -> PayoutBatch:
    count, total = _sum_of(batch)
    if not count:
        raise NothingToSend
    if total > settings.HITOUCH_PAYOUT_BATCH_RUPEES * 100:
        raise BatchTooLarge
    second = total > settings.HITOUCH_PAYOUT_SECOND_CHECK_RUPEES * 100
    transition(
        batch, to=State.SUBMITTED, by=by, at=at, count=count, total_paise=total,
        needs_second_check=second, submitted_at=at,
    )  # fmt: skip
    new = {"count": count, "total_paise": total}
    audit.record_event(by=by, action="batch.submitted", on=batch, at=at, new=new)
    return batch


def _sum_of(batch: PayoutBatch) -> tuple[int, int]:
    ready = batch.payouts.filter(state=Payout.State.READY)
    sums = ready.aggregate(count=Count("pk"), paise=Sum("amount_paise", default=0))
    return sums["count"], sums["paise"]


@transaction.atomic
def approve_batch(
    *, batch: PayoutBatch, count: int, total_paise: int, by: User, at: datetime
) -> PayoutBatch:
    """Approve a batch whose count and total the approver states. Approved payouts are sent."""
    batch = _lock(batch)
    if batch.state not in (State.SUBMITTED, State.CHECKED):
        raise InvalidTransition
    if by.pk in (batch.maker_id, batch.checker_id):
        raise OwnBatch
    if (count, total_paise) != (batch.count, batch.total_paise):
        raise BatchDiffers
    is_first = batch.state == State.SUBMITTED
    person: dict[str, Any] = {"checker" if is_first else "second_checker": by}
    if is_first and batch.needs_second_check:
        transition(batch, to=State.CHECKED, by=by, at=at, **person)
        audit.record_event(by=by, action="batch.checked", on=batch, at=at)
        return batch
    transition(batch, to=State.APPROVED, by=by, at=at, approved_at=at, **person)
    audit.record_event(by=by, action="batch.approved", on=batch, at=at)
    for payout in batch.payouts.select_for_update(of=("self",)).select_related("agent__user"):
        _approve(payout, by, at)
    transition(batch, to=State.SENDING, by=None, at=at)
    close_batches(now=at)
    batch.refresh_from_db()
    return batch


def _approve(payout: Payout, by: User, at: datetime) -> None:
    if payout.state != Payout.State.READY:
        return
    if reason := reason_against(payout, at):
        outcomes.cancel(payout, reason=reason, by=by, at=at)
        return
    transition(payout, to=Payout.State.APPROVED, by=by, at=at)
    enqueue_on_commit("payments.tasks.send_payout", payout_id=str(payout.pk))


@transaction.atomic
def reject_batch(*, batch: PayoutBatch, reason: str, by: User, at: datetime) -> PayoutBatch:
    """Reject a batch that is not approved. Its payments are carried by new payouts."""
    batch = _lock(batch)
    transition(batch, to=State.REJECTED, by=by, at=at, why=reason)
    for payout in batch.payouts.select_for_update().filter(state=Payout.State.READY):
        outcomes.cancel(payout, reason="Its batch was rejected.", by=by, at=at)
    audit.record_event(by=by, action="batch.rejected", on=batch, at=at, new={"reason": reason})
    return batch


def close_batches(*, now: datetime) -> int:
    """Close batches of which every payout has an outcome; returns how many."""
    sent = PayoutBatch.objects.filter(state=State.SENDING)
    done = sent.exclude(payouts__state__in=OPEN)
    for batch in done:
        transition(batch, to=State.DONE, by=None, at=now)
    return len(done)


def sweep(*, now: datetime) -> int:
    """Send what is approved, ask about what is due, close what is done."""
    worked = sending.sweep(now=now)
    close_batches(now=now)
    return worked
