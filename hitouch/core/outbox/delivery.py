"""Sends the messages of the outbox: leases, retries, SMS budget, expiry, deletion of old ones.

A worker first takes the message for the length of a lease and commits. While sending it holds the
row's lock, which PostgreSQL releases when the worker's session ends. So a message whose worker
died is due again after the lease, and one whose worker is still busy is not sent twice.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction

from hitouch.core import money, sweeps
from hitouch.core.files import storage
from hitouch.core.india_time import day_of, midnight, next_day
from hitouch.core.jobs import leases
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import budget, senders, services
from hitouch.core.outbox.senders import base as senders_base

log = logging.getLogger(__name__)
#: No attempt starts that could end after `good_until`; a sender has ten seconds.
LONGEST_TRY = timedelta(seconds=10)
#: After this a message whose worker died is due again. Not shorter than an attempt: a worker that
#: lost its session while it sent has lost the lock, but may still be sending.
LEASE = LONGEST_TRY
#: Longer than any task may run (`CELERY_TASK_TIME_LIMIT`). A session that has held a lock for so
#: long belongs to a machine that is gone, and PostgreSQL ends it.
SESSION_TIMEOUT = timedelta(minutes=2)
RETENTION = timedelta(days=30)
SUPPRESSED_RETENTION = timedelta(days=1)


def deliver(*, message_id: str | UUID, now: datetime) -> bool:
    """Send one message if it is due. True when the provider accepted it; idempotent."""
    message = _take(message_id, now)
    if message is None:
        return False
    if message.tries > OutboxMessage.MAX_TRIES:
        _give_up(message, "every worker that took it died")
        return False
    if message.good_until and now > message.good_until - LONGEST_TRY:
        _give_up(message, "too late")
        return False
    if (allowed_at := message.earliest(now)) > now:
        _wait(message, allowed_at)
        return False
    try:
        price = _reserve(message, now)
    except Exception as fault:  # an error here must not hold up other messages
        _record_failure(message, fault, now)
        return False
    _send_locked(message, price, now)
    return message.state == OutboxMessage.State.SENT


def _old_messages(now: datetime) -> models.QuerySet[OutboxMessage]:
    """Messages finished a month ago, and suppressed ones after a day."""
    return OutboxMessage.objects.over(
        since=now - RETENTION, suppressed_since=now - SUPPRESSED_RETENTION
    )


DUE_MESSAGES = sweeps.QueueSweep(
    name="core.due_messages",
    due=OutboxMessage.objects.due,
    act=lambda pk, now: deliver(message_id=pk, now=now),
    limit=100,
)
OLD_MESSAGES = sweeps.DeletionSweep(
    name="core.old_messages", due=_old_messages, order=("created_at", "pk")
)


def sweep(*, now: datetime, limit: int = 0) -> int:
    """Send due messages whose task was lost, oldest first. Returns the number sent."""
    return sweeps.run(DUE_MESSAGES, now=now, limit=limit).done


def delete_old(*, now: datetime) -> int:
    """Delete old messages. Returns how many."""
    return sweeps.run(OLD_MESSAGES, now=now).done


def lag(now: datetime) -> timedelta:
    """How long the oldest due message has been waiting."""
    oldest = OutboxMessage.objects.due(now).aggregate(at=models.Min("next_try_at"))["at"]
    return now - oldest if oldest else timedelta(0)


def _take(message_id: str | UUID, now: datetime) -> OutboxMessage | None:
    """Take a due message for the length of a lease; None when another worker has it."""
    if not OutboxMessage.objects.take(message_id, now=now, lease=LEASE, skip_locked=True):
        return None
    return OutboxMessage.objects.get(pk=message_id)


@transaction.atomic
def _send_locked(message: OutboxMessage, price: int, now: datetime) -> None:
    """Send while holding the row's lock, and save the result before the lock is released."""
    leases.limit_idle_transaction(SESSION_TIMEOUT)
    if OutboxMessage.objects.held_by(message).select_for_update().first() is None:
        if price:  # another worker took it after the lease and has reserved its own
            budget.give_back(price, at=now)
        return
    if message.is_limited and _is_over_limit(message, now):
        if price:
            budget.give_back(price, at=now)
        message.state, message.body = OutboxMessage.State.WITHHELD, ""
        message.save()
        return
    try:
        with transaction.atomic():
            _send(message, now)
    except Exception as fault:  # an error here must not hold up other messages
        if price and isinstance(fault, senders_base.SendFailed) and not fault.may_have_gone:
            budget.give_back(price, at=now)
        _record_failure(message, fault, now)


def _wait(message: OutboxMessage, until: datetime) -> None:
    """Put a message off that came due in quiet hours; that is no attempt."""
    message.tries, message.next_try_at = message.tries - 1, until
    message.save()


def _is_over_limit(message: OutboxMessage, now: datetime) -> bool:
    """Whether the recipient got as many SMS today as one person gets.

    The lock makes workers that send to one number at a time take turns, so that none is missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sms {message.to_index}"]
        )
    sent = OutboxMessage.objects.sent_of_limit(message, since=midnight(day_of(now)))
    return sent.count() >= settings.HITOUCH_SMS_PER_PERSON_A_DAY


def _send(message: OutboxMessage, now: datetime) -> None:
    sender = senders.for_channel(message.channel)
    message.reference = sender.send(
        to=message.to,
        subject=message.subject,
        body=message.body,
        template=message.template,
        attachments=_attachments(message),
        unsubscribe_url=message.unsubscribe_url,
    )
    message.state, message.sent_at, message.last_error = OutboxMessage.State.SENT, now, ""
    if not sender.keeps_body:
        message.body = message.unsubscribe_url = ""
    message.save()


def _record_failure(message: OutboxMessage, fault: Exception, now: datetime) -> None:
    """Retry or give up a message that was not sent."""
    if isinstance(fault, budget.BudgetExhausted):
        message.tries -= 1
        _try_again(message, "today's SMS budget is spent", message.earliest(next_day(now)))
    elif isinstance(fault, senders_base.SendRejected):
        _give_up(message, str(fault))
    elif isinstance(fault, senders_base.SendFailed):
        _retry_later(message, str(fault), now)
    else:
        log.error("outbox.fault", extra={"template": message.template}, exc_info=fault)
        _retry_later(message, type(fault).__name__, now)


def _attachments(message: OutboxMessage) -> list[senders_base.MailAttachment]:
    rows = message.attachments.select_related("file").order_by("pk")
    return [
        senders_base.MailAttachment(row.file.name, row.file.content_type, storage.read(row.file))
        for row in rows
    ]


def _reserve(message: OutboxMessage, now: datetime) -> int:
    """Reserve the price of the message in paise and return it; 0 if it is free."""
    sender = senders.for_channel(message.channel)
    price = budget.price_of(message.body) if sender.is_paid else 0
    if price:
        try:
            budget.reserve(price, at=now)
        finally:
            _send_budget_alarms(now)
    return price


def _send_budget_alarms(now: datetime) -> None:
    """Alert operations once a day when half of the budget is spent, and when all of it is."""
    with transaction.atomic():
        for part in budget.alarms(now):
            log.error("sms.money", extra={"spent": part, "day": str(day_of(now))})
            cap = money.rupees(settings.HITOUCH_SMS_PAISE_A_DAY)
            context: dict[str, object] = {"part": part, "cap": cap}
            if to := settings.HITOUCH_OPERATIONS_MAIL:
                services.queue_mail(to=to, template="core/sms_money", context=context, at=now)


def _retry_later(message: OutboxMessage, why: str, now: datetime) -> None:
    when = leases.next_attempt(message.tries, waits=OutboxMessage.WAITS, now=now)
    if when is None:
        _give_up(message, why)
    else:
        _try_again(message, why, message.earliest(when))


def _try_again(message: OutboxMessage, why: str, when: datetime) -> None:
    if message.good_until and when > message.good_until - LONGEST_TRY:
        _give_up(message, f"too late to try again: {why}")
        return
    log.warning("outbox.not_sent", extra=_log_fields(message, why))
    message.last_error, message.next_try_at = why[:300], when
    message.save()


def _give_up(message: OutboxMessage, why: str) -> None:
    """Mark as failed. Messages with an expiry lose their body; others keep it for staff."""
    log.error("outbox.given_up", extra=_log_fields(message, why))
    message.last_error, message.state = why[:300], OutboxMessage.State.FAILED
    if message.good_until:
        message.body = ""
    message.save()


def _log_fields(message: OutboxMessage, why: str) -> dict[str, object]:
    return {"template": message.template, "tries": message.tries, "why": why}
