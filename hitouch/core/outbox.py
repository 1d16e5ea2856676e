"""Mail and SMS: rows first, sent after the commit, at least once.

A service calls `mail` or `sms` inside its own transaction. Celery is rung when it commits,
and a beat task sweeps what waited too long, so that neither a dead worker nor a broker that
is down loses a message.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.template.loader import render_to_string

from hitouch.core import crypto, senders
from hitouch.core.bell import ring
from hitouch.core.models import OutboxMessage

log = logging.getLogger(__name__)

#: How long one try may take before the sweep takes the message up again.
LEASE = timedelta(minutes=2)


def index_of(contact: str) -> str:
    """The blind index a contact's messages are found by."""
    return crypto.blind_index("outbox", contact.strip().lower())


def mail(*, to: str, template: str, context: dict[str, object], at: datetime) -> OutboxMessage:
    """Queue a mail. `template` is "app/name"; the file's first line is "Subject: …"."""
    app, name = template.split("/")
    text = render_to_string(f"{app}/messages/{name}.txt", context)
    head, _, body = text.strip().partition("\n")
    subject = head.removeprefix("Subject:").strip()
    return _queue(OutboxMessage.Channel.MAIL, to, template, subject, body.strip() + "\n", at)


def sms(*, to: str, template: str, context: dict[str, object], at: datetime) -> OutboxMessage:
    """Queue an SMS. `template` is "app/name", a file `name.sms.txt` of one line."""
    app, name = template.split("/")
    text = render_to_string(f"{app}/messages/{name}.sms.txt", context)
    return _queue(OutboxMessage.Channel.SMS, to, template, "", text.strip(), at)


def tell(*, contact: str, template: str, context: dict[str, object], at: datetime) -> OutboxMessage:
    """Queue a mail or an SMS, by what kind of contact it is."""
    send = mail if "@" in contact else sms
    return send(to=contact, template=template, context=context, at=at)


def _queue(
    channel: str, to: str, template: str, subject: str, body: str, at: datetime
) -> OutboxMessage:
    message = OutboxMessage.objects.create(
        channel=channel,
        template=template,
        to=to,
        to_index=index_of(to),
        subject=subject,
        body=body,
        next_try_at=at,
    )
    ring("hitouch.core.tasks.deliver", message_id=str(message.pk))
    return message


def _take(message_id: str | UUID, now: datetime) -> OutboxMessage | None:
    """Take a due message for the length of a lease, or None when somebody else has it."""
    taken = OutboxMessage.objects.due(now).filter(pk=message_id)
    if not taken.update(next_try_at=now + LEASE, tries=models.F("tries") + 1, updated_at=now):
        return None
    return OutboxMessage.objects.get(pk=message_id)


def deliver(*, message_id: str | UUID, now: datetime) -> bool:
    """Send one message if it is due. True when the provider took it; harmless twice."""
    message = _take(message_id, now)
    if message is None:
        return False
    sender = senders.for_channel(message.channel)
    try:
        sender.send(to=message.to, subject=message.subject, body=message.body)
    except senders.NotSent as fault:
        _put_back(message, fault, now)
        return False
    message.state, message.sent_at, message.last_error = OutboxMessage.State.SENT, now, ""
    if not sender.keeps_body:
        message.body = ""
    message.save()
    return True


def _put_back(message: OutboxMessage, fault: Exception, now: datetime) -> None:
    log.warning("outbox.not_sent", extra={"template": message.template, "tries": message.tries})
    message.last_error = str(fault)[:300]
    if message.tries > len(OutboxMessage.WAITS):
        message.state = OutboxMessage.State.FAILED
    else:
        message.next_try_at = now + OutboxMessage.WAITS[message.tries - 1]
    message.save()


def sweep(*, now: datetime, limit: int = 100) -> int:
    """Send what is due and was not rung, oldest first. Returns how many went out."""
    with transaction.atomic():
        due = OutboxMessage.objects.due(now).order_by("next_try_at")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    return sum(deliver(message_id=pk, now=now) for pk in ids)


def lag(now: datetime) -> timedelta:
    """How long the oldest message that could have gone out has waited."""
    oldest = OutboxMessage.objects.due(now).aggregate(at=models.Min("next_try_at"))["at"]
    return now - oldest if oldest else timedelta(0)
