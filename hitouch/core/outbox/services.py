"""Queueing mails and SMS in the transactional outbox; they are sent after the commit.

A service calls `queue_mail`, `queue_sms` or `queue_message` inside its own transaction. A task is
enqueued on commit, and a periodic sweep finds messages whose task was lost, so that each message
is sent at least once. `hitouch.core.outbox.delivery` sends them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from hitouch.core import crypto
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.models import Attachment, OutboxMessage, OutboxQuerySet, StoredFile
from hitouch.core.outbox import sms_templates
from hitouch.core.quiet_hours import QuietHours
from hitouch.core.web.humanize import short_moment_text


@dataclass(frozen=True)
class MailText:
    """A mail as it was rendered."""

    subject: str
    body: str


@dataclass(frozen=True)
class DeliveryOptions:
    """How a message that a person may refuse or put off is sent; by default at once.

    `source` is the row that it was made from, by which it is withdrawn. A limited SMS counts in
    the daily limit of its recipient.
    """

    source: UUID | None = None
    quiet_hours: QuietHours | None = None
    is_limited: bool = False
    unsubscribe_url: str = ""


AT_ONCE = DeliveryOptions()
#: Keys of rows that messages were made from, or a query for them.
Sources = Collection[UUID] | QuerySet[Any, Any]


def index_of(contact: str) -> str:
    """The blind index by which a contact's messages are found."""
    return crypto.blind_index("outbox", contact.strip().lower())


def render_mail(template: str, context: dict[str, object]) -> MailText:
    """The mail of a template, "app/name"; the file's first line is "Subject: …"."""
    app, name = template.split("/")
    text = render_to_string(f"{app}/messages/{name}.txt", context)
    head, _, body = text.strip().partition("\n")
    return MailText(head.removeprefix("Subject:").strip(), body.strip() + "\n")


def queue_mail(
    *,
    to: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    good_until: datetime | None = None,
    suppressed: bool = False,
    attachments: Sequence[StoredFile] = (),
    options: DeliveryOptions = AT_ONCE,
) -> OutboxMessage:
    """Queue a mail. Attachments are read when it goes out, so they have to stay until then."""
    return queue_rendered_mail(
        render_mail(template, context),
        to=to,
        template=template,
        at=at,
        good_until=good_until,
        suppressed=suppressed,
        attachments=attachments,
        options=options,
    )


def queue_rendered_mail(
    text: MailText,
    *,
    to: str,
    template: str,
    at: datetime,
    good_until: datetime | None = None,
    suppressed: bool = False,
    attachments: Sequence[StoredFile] = (),
    options: DeliveryOptions = AT_ONCE,
) -> OutboxMessage:
    """Queue a mail whose text is also used elsewhere."""
    message = OutboxMessage(
        channel=OutboxMessage.Channel.MAIL,
        template=template,
        to=to,
        subject=text.subject,
        body=text.body,
        next_try_at=at,
        good_until=good_until,
    )
    return _queue(message, suppressed=suppressed, attachments=attachments, options=options)


def queue_sms(
    *,
    to: str,
    template: str,
    context: dict[str, object],
    at: datetime,
    good_until: datetime | None = None,
    suppressed: bool = False,
    options: DeliveryOptions = AT_ONCE,
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
    return _queue(message, suppressed=suppressed, options=options)


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
    require_sms_context(text, context=context, at=at)
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


def require_sms_context(text: str, *, context: dict[str, object], at: datetime) -> None:
    """Raise KeyError unless the context fills every slot of the registered SMS text."""
    sms_templates.sms_template(text).require(_with_time(context, at))


def withdraw(sources: Sources) -> int:
    """Delete pending messages that were made from these rows. One that a worker has is sent."""
    return _pending_of(sources).delete()[0]


def withdraw_mails(sources: Sources) -> int:
    """The same for mails only."""
    return _pending_of(sources).filter(channel=OutboxMessage.Channel.MAIL).delete()[0]


def withdraw_sms(sources: Sources) -> int:
    """The same for SMS only."""
    return _pending_of(sources).filter(channel=OutboxMessage.Channel.SMS).delete()[0]


def change_quiet_hours(sources: Sources, *, quiet_hours: QuietHours | None, at: datetime) -> None:
    """Let messages wait for other quiet hours, or for none. Urgent ones do not wait."""
    waiting = _pending_of(sources).filter(quiet_from__isnull=False)
    waiting.update(
        quiet_from=quiet_hours.starts if quiet_hours else None,
        quiet_until=quiet_hours.ends if quiet_hours else None,
        next_try_at=quiet_hours.first_moment_after(at) if quiet_hours else at,
        updated_at=at,
    )


def _pending_of(sources: Sources) -> OutboxQuerySet:
    pending = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, tries=0)
    return pending.filter(source__in=sources)


def _with_time(context: dict[str, object], at: datetime) -> dict[str, object]:
    """The context with `when`, the time of the message, for every SMS text."""
    return {"when": short_moment_text(at), **context}


@transaction.atomic(savepoint=False)
def _queue(
    message: OutboxMessage,
    *,
    suppressed: bool,
    options: DeliveryOptions,
    attachments: Sequence[StoredFile] = (),
) -> OutboxMessage:
    if suppressed:
        _suppress(message)
    message.source, message.is_limited = options.source, options.is_limited
    message.unsubscribe_url = options.unsubscribe_url
    if quiet := options.quiet_hours:
        message.quiet_from, message.quiet_until = quiet.starts, quiet.ends
    message.next_try_at = message.earliest(message.next_try_at)
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
