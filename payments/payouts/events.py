"""Webhook events of the payout provider: stored once, then the provider is asked.

An event is a hint. It may be late, repeated, out of order or lost, so it only makes us ask.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hitouch.core import sweeps
from hitouch.core.jobs.dispatch import enqueue_on_commit
from payments.models import PayoutAttempt, ProviderEvent, Rail
from payments.payouts import sending

PREFIX = "payout."
#: The provider tries for a day; what is older than this is of no use.
RETENTION = timedelta(days=30)


@transaction.atomic
def record_event(*, event_id: str, kind: str, reference: str, body_hash: str, at: datetime) -> bool:
    """Store a signed event about a transfer. False if it was stored before, or is another's."""
    if not kind.startswith(PREFIX):
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


def apply_event(*, event_id: str | UUID, now: datetime) -> None:
    """Ask the provider about the transfer of an event. Idempotent."""
    event = ProviderEvent.objects.filter(pk=event_id, applied_at=None).first()
    if event is None:
        return
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
