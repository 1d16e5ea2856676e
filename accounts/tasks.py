"""Celery tasks of accounts: sweeping expired rows, closing accounts, chaining audit events."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from accounts.access import services as access
from accounts.mfa import break_glass
from accounts.notices import digests
from accounts.notices import retention as notice_retention
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes import sms_budget
from accounts.partners import services as partners
from accounts.privacy import services as privacy
from accounts.security import audit, audit_check, login_history
from accounts.sessions import tokens
from hitouch.core import sweeps

schedule = {
    "accounts.sweep": {"task": "accounts.tasks.sweep", "schedule": 3600.0},
    "accounts.close_due": {"task": "accounts.tasks.close_due", "schedule": 900.0},
    "accounts.send_digests": {"task": "accounts.tasks.send_digests", "schedule": 300.0},
    "accounts.check_sms": {"task": "accounts.tasks.check_sms", "schedule": 300.0},
    "accounts.seal_audit": {"task": "accounts.tasks.seal_audit", "schedule": 30.0},
    # 03:30 in India, after the retention run; beat counts in UTC.
    "accounts.check_audit": {
        "task": "accounts.tasks.check_audit",
        "schedule": crontab(hour=22, minute=0),
    },
}


@shared_task
def sweep(**kwargs: object) -> None:
    """Delete expired codes, tokens and old log-in events; end requests whose time is over."""
    now = timezone.now()
    login_history.sweep(at=now)
    break_glass.sweep_break_glass(at=now)
    one_time_codes.sweep(at=now)
    tokens.sweep(at=now)
    partners.sweep(at=now)
    access.expire_due(at=now)
    sweeps.run(notice_retention.OLD_NOTICES, now=now)


@shared_task
def send_digests(**kwargs: object) -> None:
    """Queue the daily summaries that are due."""
    sweeps.run(digests.DUE_DIGESTS, now=timezone.now())


@shared_task
def close_due(**kwargs: object) -> None:
    """Close accounts whose grace period is over, and finish interrupted erasures."""
    privacy.close_due(now=timezone.now())


@shared_task(name="accounts.tasks.seal_audit")
def chain_audit_events(**kwargs: object) -> None:
    """Chain the audit events that are not chained yet."""
    audit.chain_events(at=timezone.now())


@shared_task
def check_sms(**kwargs: object) -> None:
    """Raise an alarm when strangers have nearly used up their share of the day's text messages."""
    sms_budget.check(at=timezone.now())


@shared_task
def check_audit(**kwargs: object) -> None:
    """Check the audit log; a fault raises an alarm."""
    audit_check.check_audit(at=timezone.now())
