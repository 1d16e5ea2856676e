"""Notices: telling a person something on their page, by mail and by SMS, as they want it.

Every app tells people through `notify`. The row is the notice; mails and SMS are made from it in
the same transaction, or left out, put off or collected as the person chose.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Notice, NoticeCategory, NoticeSettings, User
from accounts.notices import kinds, queries, unsubscribe_links
from accounts.notices.queries import Mail
from hitouch.core.models import StoredFile
from hitouch.core.outbox import services as outbox
from hitouch.core.outbox import sms_templates

SIGNATURE = "HitouchCX"
LONGEST_TITLE = 300


@transaction.atomic(savepoint=False)
def notify(
    *,
    user: User,
    kind: str,
    context: dict[str, object],
    at: datetime,
    text: str = "",
    path: str = "",
    about: str = "",
    overtakes: Collection[str] = (),
    needed_by: datetime | None = None,
    contacts: Sequence[str] = (),
    attachments: Sequence[StoredFile] = (),
) -> Notice:
    """Tell a person something, in the caller's transaction.

    `text` names the registered SMS text if it differs from the kind. `path` is the page that the
    notice leads to. It overtakes earlier notices of these kinds about the same row: what was not
    sent of them yet is not sent any more. A notice that is needed by some moment does not wait for
    the end of quiet hours when little time would be left. `contacts` are for notices of security,
    which may go to other contacts than the usual one.
    """
    known = kinds.kind_of(kind)
    mail = outbox.render_mail(kind, context)
    text = text or kind
    has_sms = text in sms_templates.sms_templates()
    if has_sms:
        outbox.require_sms_context(text, context=context, at=at)
    times, choice = queries.settings_of(user), queries.choice_of(user, known.category)
    is_urgent = known.is_urgent or _is_pressing(needed_by, times, at)
    is_collected = choice.mail == Mail.DAILY and not is_urgent and not attachments
    notice = Notice.objects.create(
        user=user,
        kind=kind,
        category=known.category,
        title=mail.subject[:LONGEST_TITLE],
        text=page_text(mail.body),
        path=path or (reverse(known.page) if known.page else ""),
        about=about,
        at=at,
        digest_at=queries.next_digest(times.digest_hour, at=at) if is_collected else None,
    )
    if overtakes:
        _overtake(notice, overtakes)
    options = _options(notice, times, is_urgent=is_urgent, is_mandatory=known.is_mandatory)
    if not contacts:
        wants_mail = choice.mail == Mail.EACH or (choice.mail == Mail.DAILY and not is_collected)
        contacts = _contacts(user, wants_mail=wants_mail, wants_sms=choice.sms)
    for contact in contacts:
        if "@" in contact:
            outbox.queue_rendered_mail(
                _with_footer(mail, options, known),
                to=contact,
                template=kind,
                at=at,
                attachments=attachments,
                options=options,
            )
        elif has_sms:
            outbox.queue_sms(to=contact, template=text, context=context, at=at, options=options)
    return notice


def page_text(body: str) -> str:
    """The text of a mail as the page shows it: without salutation and signature."""
    lines = body.strip().splitlines()
    if lines and lines[0].startswith("Hello") and lines[0].endswith(","):
        lines = lines[1:]
    if lines and lines[-1].strip() == SIGNATURE:
        lines = lines[:-1]
    return "\n".join(lines).strip()


def withdraw_unposted(*, user: User, kind: str, at: datetime) -> None:
    """Take back notices of a kind that were written for a later moment than this."""
    later = Notice.objects.filter(user=user, kind=kind, at__gt=at)
    outbox.withdraw(list(later.values_list("pk", flat=True)))
    later.delete()


def mark_read(*, notice: Notice, at: datetime) -> Notice:
    """Mark one notice as read; it keeps its first moment."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=at, updated_at=at)
    notice.refresh_from_db(fields=["read_at"])
    return notice


def mark_all_read(*, user: User, at: datetime) -> int:
    """Mark all notices as read that the person can see. Returns how many."""
    return Notice.objects.filter(user=user).posted(at).unread().update(read_at=at, updated_at=at)


def _is_pressing(needed_by: datetime | None, times: NoticeSettings, at: datetime) -> bool:
    """Whether little time would be left at the end of quiet hours, or at the next summary."""
    if needed_by is None:
        return False
    quiet = times.quiet_hours
    allowed_at = quiet.first_moment_after(at) if quiet else at
    return needed_by - allowed_at < timedelta(hours=settings.HITOUCH_NOTICE_LEAD_HOURS)


def _contacts(user: User, *, wants_mail: bool, wants_sms: bool) -> list[str]:
    mail, phone = queries.mail_address(user), queries.phone_number(user)
    return [mail] * bool(mail and wants_mail) + [phone] * bool(phone and wants_sms)


def _options(
    notice: Notice, times: NoticeSettings, *, is_urgent: bool, is_mandatory: bool
) -> outbox.DeliveryOptions:
    return outbox.DeliveryOptions(
        source=notice.pk,
        quiet_hours=None if is_urgent else times.quiet_hours,
        is_limited=not is_urgent,
        unsubscribe_url=""
        if is_mandatory
        else unsubscribe_links.url_for(notice.user_id, [NoticeCategory(notice.category)]),
    )


def _with_footer(
    mail: outbox.MailText, options: outbox.DeliveryOptions, kind: kinds.NoticeKind
) -> outbox.MailText:
    """The mail with the links to stop mails like it; none under one that cannot be refused."""
    if not options.unsubscribe_url:
        return mail
    return outbox.MailText(
        mail.subject, mail.body + unsubscribe_links.footer(kind.category.label, options)
    )


def _overtake(notice: Notice, overtaken: Collection[str]) -> None:
    earlier = Notice.objects.filter(user=notice.user_id, kind__in=overtaken, about=notice.about)
    earlier = earlier.filter(at__lte=notice.at).exclude(pk=notice.pk)
    outbox.withdraw(list(earlier.values_list("pk", flat=True)))
    earlier.filter(digested_at=None).update(digest_at=None, updated_at=notice.at)
