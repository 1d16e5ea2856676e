"""Webhook events of the payout provider: stored once, then the provider is asked.

An event is a hint. It may be late, repeated, out of order or lost, so it only makes us ask: about
the transfer of a payout, or about money that came in.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hitouch.core import sweeps
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.payout_provider.base import ProviderRejected, ProviderUnavailable
from hitouch.core.payout_provider.providers import transfer_provider
from payments.funding import provider_credits
from payments.models import PayoutAttempt, ProviderEvent, Rail
from payments.payouts import sending

#: Events about transfers, and about movements on our account.
TRANSFER, MOVEMENT = "payout.", "transaction."
#: The provider tries for a day; what is older than this is of no use.
RETENTION = timedelta(days=30)


@transaction.atomic
def record_event(*, event_id: str, kind: str, reference: str, body_hash: str, at: datetime) -> bool:
    """Store a signed event about a transfer or a movement. False if stored before, or another's."""
    if not kind.startswith((TRANSFER, MOVEMENT)):
        return False
    event = ProviderEvent(
        provider=Rail.RAZORPAYX, event_id=event_id[:80], kind=kind[:60],
        reference=reference[:60], body_hash=body_hash, received_at=at,
    )  # fmt: skip
    ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
    if not ProviderEvent.objects.filter(pk=event.pk).exists():
        return False
    enqueue_on_commit("payments.tasks.apply_provider_event", event_id=str(event.pk))
    return True


def apply_event(*, event_id: str | UUID, now: datetime) -> object:
    """Ask the provider about what an event is about. Idempotent."""
    event = ProviderEvent.objects.filter(pk=event_id, applied_at=None).first()
    if event is None:
        return None
    if event.kind.startswith(MOVEMENT):
        return _apply_movement(event, now)
    _apply_transfer(event, now)
    return None


def _apply_movement(event: ProviderEvent, now: datetime) -> object:
    """Record the deposit of a movement, as the provider itself tells of it."""
    try:
        movement = transfer_provider().fetch_movement(event.reference)
    except ProviderRejected:
        movement = None
    except ProviderUnavailable:
        return sweeps.NO_ANSWER
    with transaction.atomic():
        # Two workers may have read the same event.
        waiting = ProviderEvent.objects.filter(pk=event.pk, applied_at=None)
        if waiting.update(applied_at=now) and movement is not None:
            provider_credits.receive_credit(movement, at=now, told_by=event)
    return None


def _apply_transfer(event: ProviderEvent, now: datetime) -> None:
    attempt = _attempt_of(event.reference)
    with transaction.atomic():
        if attempt:
            PayoutAttempt.objects.filter(pk=attempt.pk).update(next_try_at=now)
        ProviderEvent.objects.filter(pk=event.pk).update(applied_at=now)
    if attempt:
        sending.advance_attempt(attempt_id=attempt.pk, now=now)


def _attempt_of(reference: str) -> PayoutAttempt | None:
    """The order with this key, or of this transfer."""
    try:
        return PayoutAttempt.objects.filter(key=UUID(reference)).first()
    except ValueError:
        found = PayoutAttempt.objects.filter(provider_id=reference)
        return found.first() if reference else None


UNAPPLIED = sweeps.QueueSweep(
    name="payments.unapplied_events",
    due=lambda now: ProviderEvent.objects.filter(applied_at=None),
    act=lambda pk, now: apply_event(event_id=pk, now=now),
    order=("received_at", "pk"),
)
OLD_EVENTS = sweeps.DeletionSweep(
    name="payments.old_events",
    due=lambda now: ProviderEvent.objects.filter(received_at__lt=now - RETENTION),
    order=("received_at", "pk"),
)


def sweep_events(*, now: datetime) -> int:
    """Apply events whose task was lost, and delete old ones; returns how many were applied."""
    applied = sweeps.run(UNAPPLIED, now=now).done
    sweeps.run(OLD_EVENTS, now=now)
    return applied
