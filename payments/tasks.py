"""Celery tasks of payments and their schedule. All tasks are idempotent."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from hitouch.core.payout_provider.providers import transfer_provider
from payments.billing import services as billing
from payments.integrity import services as integrity
from payments.ledger import checks, seals
from payments.liabilities import services as liabilities
from payments.payouts import batches, events, sending, services, weekly
from payments.reconciliation import services as reconciliation

schedule = {
    "payments.sweep": {"task": "payments.tasks.sweep", "schedule": 60.0},
    "payments.seal_ledger": {
        "task": "payments.tasks.seal_ledger",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    # 03:45 in India, after the audit log; beat counts in UTC.
    "payments.check_ledger": {
        "task": "payments.tasks.check_ledger",
        "schedule": crontab(hour=22, minute=15),
    },
    # 02:15 in India: on the first of a month, the bills of the month before.
    "payments.issue_bills": {
        "task": "payments.tasks.issue_bills",
        "schedule": crontab(hour=20, minute=45),
    },
    # 04:15 in India.
    "payments.check_money": {
        "task": "payments.tasks.check_money",
        "schedule": crontab(hour=22, minute=45),
    },
    # Four times a day, since statements are imported during the day.
    "payments.reconcile": {
        "task": "payments.tasks.reconcile",
        "schedule": crontab(hour="1,5,9,13", minute=40),
    },
    "payments.count_liabilities": {
        "task": "payments.tasks.count_liabilities",
        "schedule": crontab(minute=20),
    },
    "payments.send_payouts": {
        "task": "payments.tasks.send_payouts",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
}


@shared_task
def sweep() -> None:
    """Create payouts for payments that waited for a bank account; make the weekly batch."""
    services.create_waiting_payouts(now=timezone.now())
    weekly.make_weekly_batch(now=timezone.now())


@shared_task
def seal_ledger() -> None:
    """Seal the ledger entries that were written since the last time."""
    seals.seal_entries(at=timezone.now(), recent=True)


@shared_task
def check_ledger() -> None:
    """Check the chain of ledger entries; a fault raises an alarm."""
    checks.check_chain(at=timezone.now())


@shared_task
def reconcile() -> None:
    """Compare our books with the provider's list and the bank's statements."""
    reconciliation.reconcile(provider=transfer_provider(), at=timezone.now())


@shared_task
def count_liabilities() -> None:
    """Count what came to be owed to the government."""
    liabilities.count_accruals(at=timezone.now())


@shared_task
def send_payouts() -> None:
    """Send approved payouts, and ask the provider about those without an outcome."""
    events.sweep_events(now=timezone.now())
    batches.sweep(now=timezone.now())


@shared_task
def send_payout(payout_id: str) -> None:
    """Send one approved payout."""
    sending.send_payout(payout_id=payout_id, now=timezone.now())


@shared_task
def apply_provider_event(event_id: str) -> None:
    """Ask the provider about the transfer of an event."""
    events.apply_event(event_id=event_id, now=timezone.now())


@shared_task
def check_money() -> None:
    """Check what must always be true of the money; a fault stops all sending."""
    integrity.run_check(at=timezone.now())


@shared_task
def issue_bills() -> None:
    """Issue the bills of ended months, and credit notes that are missing."""
    billing.issue_due(now=timezone.now())
