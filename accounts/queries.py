"""Reads about people that other apps may ask for."""

from datetime import datetime, timedelta

from django.urls import reverse

from accounts.models import AuditEvent, RetentionProof, User
from hitouch.core.models import OutboxMessage, OutboxQuerySet
from hitouch.core.outbox.services import index_of
from hitouch.core.web.queues import WorkQueue

#: A night that is an hour or two late is none that was left out.
LONGEST_BETWEEN_NIGHTS = timedelta(hours=26)
TURNS = ("account.suspended", "account.active", "account.closed")
#: Mails that carry a code, or that tell a stranger nothing: of no use once they are read.
PASSED_ON = ("accounts/code", "accounts/account_exists")


def last_status_change(user: User) -> AuditEvent | None:
    """How the account was last turned: suspended, let in again or closed, by whom and why."""
    turns = AuditEvent.objects.filter(
        on_kind=User._meta.label_lower, on_id=str(user.pk), action__in=TURNS
    )
    return turns.select_related("by__agent").order_by("-id").first()


def mails_to(user: User) -> OutboxQuerySet:
    """What was mailed to the person, newest first, while this address was known to be theirs.

    Somebody else may have had the address before. Codes are not among them; a body is no longer
    there once its mail went out, the subject says what it was about.
    """
    mails = OutboxMessage.objects.real().filter(channel=OutboxMessage.Channel.MAIL)
    if not (user.email and user.email_verified_at):
        return mails.none()
    mine = mails.to_contact(index_of(user.email)).filter(created_at__gte=user.email_verified_at)
    return mine.exclude(template__in=PASSED_ON).order_by("-created_at")


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Nights in which nothing that had its time was ended: somebody has to look why."""
    newest = RetentionProof.objects.filter(rule=RetentionProof.NIGHT).order_by("-number").first()
    if newest is None or now - newest.at <= LONGEST_BETWEEN_NIGHTS:
        return []
    nights, url = (now - newest.at).days, reverse("admin:accounts_retentionproof_changelist")
    return [WorkQueue("Missed nightly data deletions", nights, newest.at, url, "System")]
