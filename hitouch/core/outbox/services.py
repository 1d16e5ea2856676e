"""Queueing mails and SMS in the transactional outbox; they are sent after the commit.

A service calls `queue_mail`, `queue_sms` or `queue_message` inside its own transaction. A task is
enqueued on commit, and a periodic sweep finds messages whose task was lost, so that each message
is sent at least once. `hitouch.core.outbox.delivery` sends them.
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
    """The blind index by which a contact's messages are found."""
    return crypto.blind_index("outbox", contact.strip().lower())


def queue_mail(
    *,
    to: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    good_until: datetime | None = None,
    suppressed: bool = False,
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
    return _queue(message, suppressed=suppressed, attachments=attachments)


def queue_sms(
    *,
    to: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    good_until: datetime | None = None,
    suppressed: bool = False,
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
    return _queue(message, suppressed=suppressed)


def queue_message(
    *,
    contact: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    text: str = "",
    good_until: datetime | None = None,
    suppressed: bool = False,
) -> OutboxMessage:
    """Queue a mail or an SMS, depending on the contact.

    `text` names the registered SMS text if it differs from the mail's template. After `good_until`
    the message is not sent any more. A suppressed message is saved but never sent, so that the
    response does not reveal whether the contact has an account.
    """
    text = text or template
    sms_templates.sms_template(text).require(_with_time(context, at))
    send, name = (queue_mail, template) if "@" in contact else (queue_sms, text)
    return send(
        to=contact,
        template=name,
        context=context,
        at=at,
        good_until=good_until,
        suppressed=suppressed,
    )


def cancel_pending(*, contact: str, template: str) -> int:
    """Delete pending messages that are superseded. A message a worker has taken is sent."""
    pending = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, tries=0)
    return pending.filter(to_index=index_of(contact), template=template).delete()[0]


def _with_time(context: dict[str, object], at: datetime) -> dict[str, object]:
    """The context with `when`, the time of the message, for every SMS text."""
    return {"when": short_moment_text(at), **context}


@transaction.atomic(savepoint=False)
def _queue(
    message: OutboxMessage, *, suppressed: bool, attachments: Sequence[StoredFile] = ()
) -> OutboxMessage:
    if suppressed:
        _suppress(message)
    message.to_index = index_of(message.to)
    message.save(force_insert=True)
    Attachment.objects.bulk_create(Attachment(message=message, file=file) for file in attachments)
    enqueue_on_commit("hitouch.core.tasks.deliver", message_id=str(message.pk))
    return message


def _suppress(message: OutboxMessage) -> None:
    """Replace contents by dummies of the same length, and never send."""
    message.state = OutboxMessage.State.HUSHED
    message.to = uuid4().hex[: len(message.to)].ljust(len(message.to), "-")
    message.subject = "-" * len(message.subject)
    message.body = "-" * len(message.body)
