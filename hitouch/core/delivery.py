"""Sending what the outbox holds: each message by one worker, within its money and its time."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from hitouch.core import files, money, outbox, senders, spending
from hitouch.core.models import OutboxMessage

log = logging.getLogger(__name__)

#: How long one try may take before the sweep takes the message up again.
LEASE = timedelta(minutes=2)
#: No try begins that could end after the message's time: a sender has ten seconds.
LONGEST_TRY = timedelta(seconds=10)
KEPT = timedelta(days=30)
HUSHED_KEPT = timedelta(days=1)


def deliver(*, message_id: str | UUID, now: datetime) -> bool:
    """Send one message if it is due. True when the provider took it; harmless twice."""
    message = _take(message_id, now)
    if message is None:
        return False
    if message.good_until and now > message.good_until - LONGEST_TRY:
        _give_up(message, "too late")
        return False
    try:
        _send(message, now)
    except spending.CapReached:
        message.tries -= 1
        _try_again(message, "the day's money for SMS is spent", spending.next_day(now))
    except senders.Refused as fault:
        _give_up(message, str(fault))
    except senders.NotSent as fault:
        _put_back(message, str(fault), now)
    except Exception as fault:  # a fault of ours must not hold up the messages behind it
        log.exception("outbox.fault", extra={"template": message.template})
        _put_back(message, type(fault).__name__, now)
    return message.state == OutboxMessage.State.SENT


def sweep(*, now: datetime, limit: int = 100) -> int:
    """Send what is due and was not rung, oldest first. Returns how many went out."""
    with transaction.atomic():
        due = OutboxMessage.objects.due(now).order_by("next_try_at")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    return sum(deliver(message_id=pk, now=now) for pk in ids)


def forget(*, now: datetime) -> int:
    """Remove what was finished a month ago, and hushed messages a day later."""
    over = OutboxMessage.objects.over(since=now - KEPT, hushed_since=now - HUSHED_KEPT)
    return over.delete()[0]


def lag(now: datetime) -> timedelta:
    """How long the oldest message that could have gone out has waited."""
    oldest = OutboxMessage.objects.due(now).aggregate(at=models.Min("next_try_at"))["at"]
    return now - oldest if oldest else timedelta(0)


def _take(message_id: str | UUID, now: datetime) -> OutboxMessage | None:
    """Take a due message for the length of a lease, or None when somebody else has it."""
    taken = OutboxMessage.objects.due(now).filter(pk=message_id)
    if not taken.update(next_try_at=now + LEASE, tries=models.F("tries") + 1, updated_at=now):
        return None
    return OutboxMessage.objects.get(pk=message_id)


def _send(message: OutboxMessage, now: datetime) -> None:
    sender = senders.for_channel(message.channel)
    price = spending.price_of(message.body) if sender.is_paid else 0
    if price:
        _reserve(price, now)
    try:
        message.reference = sender.send(
            to=message.to,
            subject=message.subject,
            body=message.body,
            template=message.template,
            attachments=_attached(message),
        )
    except senders.NotSent as fault:
        if price and not fault.may_have_gone:
            spending.give_back(price, at=now)
        raise
    message.state, message.sent_at, message.last_error = OutboxMessage.State.SENT, now, ""
    if not sender.keeps_body:
        message.body = ""
    message.save()


def _attached(message: OutboxMessage) -> list[senders.Attached]:
    rows = message.attachments.select_related("file").order_by("pk")
    return [
        senders.Attached(row.file.name, row.file.content_type, files.read(row.file)) for row in rows
    ]


def _reserve(price: int, now: datetime) -> None:
    try:
        spending.reserve(price, at=now)
    finally:
        _ring_alarms(now)


def _ring_alarms(now: datetime) -> None:
    """Tell operations once a day that half of the money is spent, and once that all is."""
    with transaction.atomic():
        for part in spending.alarms(now):
            log.error("sms.money", extra={"spent": part, "day": str(spending.day_of(now))})
            cap = money.rupees(settings.HITOUCH_SMS_PAISE_A_DAY)
            context: dict[str, object] = {"part": part, "cap": cap}
            if to := settings.HITOUCH_OPERATIONS_MAIL:
                outbox.mail(to=to, template="core/sms_money", context=context, at=now)


def _put_back(message: OutboxMessage, why: str, now: datetime) -> None:
    if message.tries > len(OutboxMessage.WAITS):
        _give_up(message, why)
    else:
        _try_again(message, why, now + OutboxMessage.WAITS[message.tries - 1])


def _try_again(message: OutboxMessage, why: str, when: datetime) -> None:
    if message.good_until and when > message.good_until - LONGEST_TRY:
        _give_up(message, f"too late to try again: {why}")
        return
    log.warning("outbox.not_sent", extra=_facts(message, why))
    message.last_error, message.next_try_at = why[:300], when
    message.save()


def _give_up(message: OutboxMessage, why: str) -> None:
    """What had its time is of no use to anybody; other bodies stay, for a person to look at."""
    log.error("outbox.given_up", extra=_facts(message, why))
    message.last_error, message.state = why[:300], OutboxMessage.State.FAILED
    if message.good_until:
        message.body = ""
    message.save()


def _facts(message: OutboxMessage, why: str) -> dict[str, object]:
    return {"template": message.template, "tries": message.tries, "why": why}
