"""The daily summary: one mail with what happened in the categories that a person collects."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.models import Notice, NoticeCategory, NoticePreference, User
from accounts.notices import queries, unsubscribe_links
from hitouch.core import sweeps
from hitouch.core.outbox import services as outbox

TEMPLATE = "accounts/digest"
#: The most lines of a summary; the page has all.
MOST_LINES = 40


@dataclass(frozen=True)
class DigestSection:
    """The notices of one category: each title once, with how often it came."""

    label: str
    lines: list[str]


def due(now: datetime) -> models.QuerySet[User]:
    """People with a summary that is due."""
    waiting = Notice.objects.of_digest(now).filter(user=models.OuterRef("pk"))
    return User.objects.filter(models.Exists(waiting), status=User.Status.ACTIVE)


def send_digest(*, user: User, at: datetime) -> bool:
    """Queue one mail about what is collected and not read yet; no mail if there is nothing.

    The rows are locked and marked in the transaction that queues the mail, so that a second worker
    or a crash in between sends nothing twice.
    """
    rows = Notice.objects.of_digest(at).filter(user=user).order_by("pk")
    keys = [row.pk for row in rows.only("pk").select_for_update(no_key=True)]
    if not keys:
        return False
    notices = _wanted(user, keys)
    # The mark comes first: rows that cannot be marked must not be mailed.
    Notice.objects.filter(pk__in=keys).update(digested_at=at, updated_at=at)
    if notices and queries.mail_address(user):
        _queue(user, notices, at)
    return True


def _wanted(user: User, keys: list[UUID]) -> list[Notice]:
    """Unread notices of the categories that still have mails."""
    off = NoticePreference.objects.filter(user=user, mail=NoticePreference.Mail.OFF)
    wanted = Notice.objects.filter(pk__in=keys).unread()
    return list(wanted.exclude(category__in=off.values("category")).order_by("at", "pk"))


def _queue(user: User, notices: list[Notice], at: datetime) -> None:
    times = queries.settings_of(user)
    sections = _sections(notices)
    categories = [each for each in NoticeCategory if any(n.category == each for n in notices)]
    quiet = times.quiet_hours
    # A summary that is late waits for the morning, unless the person chose an hour at night.
    chose_night = quiet is not None and quiet.include(queries.next_digest(times.digest_hour, at=at))
    context: dict[str, object] = {
        "name": user.name,
        "count": len(notices),
        "sections": sections,
        "left_out": len(notices) > MOST_LINES,
        "page": f"{settings.BASE_URL}{reverse('accounts:notices')}",
    }
    options = outbox.DeliveryOptions(
        quiet_hours=None if chose_night else quiet,
        unsubscribe_url=unsubscribe_links.url_for(user.pk, categories),
    )
    mail = outbox.render_mail(TEMPLATE, context)
    what = ", ".join(each.label for each in categories)
    outbox.queue_rendered_mail(
        outbox.MailText(mail.subject, mail.body + unsubscribe_links.footer(what, options)),
        to=queries.mail_address(user),
        template=TEMPLATE,
        at=at,
        options=options,
    )


def _sections(notices: list[Notice]) -> list[DigestSection]:
    sections = []
    shown = notices[:MOST_LINES]
    for category in NoticeCategory:
        titles = Counter(row.title for row in shown if row.category == category)
        lines = [title if n == 1 else f"{title} ({n} times)" for title, n in titles.items()]
        if lines:
            sections.append(DigestSection(category.label, lines))
    return sections


DUE_DIGESTS = sweeps.Sweep(
    name="accounts.due_digests",
    due=due,
    act=lambda user, now: send_digest(user=user, at=now),
    order=("pk",),
)
