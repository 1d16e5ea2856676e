"""Mail and SMS: rows first, sent after the commit, at least once.

A service calls `mail`, `sms` or `tell` inside its own transaction. Celery is rung when it
commits, and a beat task sweeps what waited too long, so that neither a dead worker nor a broker
that is down loses a message. `hitouch.core.delivery` sends the rows.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.template.loader import render_to_string

from hitouch.core import crypto
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.models import Attachment, OutboxMessage, StoredFile
from hitouch.core.outbox import sms_templates
from hitouch.core.web.humanize import short_moment_text


def index_of(contact: str) -> str:
    """The blind index a contact's messages are found by."""
    return crypto.blind_index("outbox", contact.strip().lower())


def queue_mail(
    *,
    to: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    good_until: datetime | None = None,
    hushed: bool = False,
    attachments: Sequence[StoredFile] = (),
) -> OutboxMessage:
    """Queue a mail. `template` is "app/name"; the file's first line is "Subject: …".

    Attachments are read when the mail goes out, so they have to stay until then.
    """
    app, name = template.split("/")
    text = render_to_string(f"{app}/messages/{name}.txt", context)
    head, _, body = text.strip().partition("\n")
    message = OutboxMessage(
        channel=OutboxMessage.Channel.MAIL,
        template=template,
        to=to,
        subject=head.removeprefix("Subject:").strip(),
        body=body.strip() + "\n",
        next_try_at=at,
        good_until=good_until,
    )
    return _queue(message, hushed=hushed, attachments=attachments)


def queue_sms(
    *,
    to: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    good_until: datetime | None = None,
    hushed: bool = False,
) -> OutboxMessage:
    """Queue an SMS. `template` names a registered text; its slots are filled from the context."""
    message = OutboxMessage(
        channel=OutboxMessage.Channel.SMS,
        template=template,
        to=to,
        body=sms_templates.sms_template(template).render(_with_time(context, at)),
        next_try_at=at,
        good_until=good_until,
    )
    return _queue(message, hushed=hushed)


def queue_message(
    *,
    contact: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    text: str = "",
    good_until: datetime | None = None,
    hushed: bool = False,
) -> OutboxMessage:
    """Queue a mail or an SMS, by what kind of contact it is.

    `text` names the registered SMS where it is called otherwise than the mail. A message that is
    no use later has `good_until`. A hushed one leaves the same trace and is never sent.
    """
    text = text or template
    sms_templates.sms_template(text).require(_with_time(context, at))
    send, name = (queue_mail, template) if "@" in contact else (queue_sms, text)
    return send(
        to=contact, template=name, context=context, at=at, good_until=good_until, hushed=hushed
    )


def cancel_pending(*, contact: str, template: str) -> int:
    """Forget what waits to be sent and was overtaken. What a worker has taken goes out."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, tries=0)
    return waiting.filter(to_index=index_of(contact), template=template).delete()[0]


def _with_time(context: dict[str, object], at: datetime) -> dict[str, object]:
    """Every text may say when, as people in India write it."""
    return {"when": short_moment_text(at), **context}


@transaction.atomic
def _queue(
    message: OutboxMessage, *, hushed: bool, attachments: Sequence[StoredFile] = ()
) -> OutboxMessage:
    if hushed:
        _hush(message)
    message.to_index = index_of(message.to)
    message.save(force_insert=True)
    Attachment.objects.bulk_create(Attachment(message=message, file=file) for file in attachments)
    enqueue_on_commit("hitouch.core.tasks.deliver", message_id=str(message.pk))
    return message


def _hush(message: OutboxMessage) -> None:
    """As long as before, about nobody, and never due."""
    message.state = OutboxMessage.State.HUSHED
    message.to = uuid4().hex[: len(message.to)].ljust(len(message.to), "-")
    message.subject = "-" * len(message.subject)
    message.body = "-" * len(message.body)
