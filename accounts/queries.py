"""Queries about accounts for other apps and the admin's work queues."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from accounts.access import queries as access
from accounts.models import AuditAnchor, AuditEvent, RetentionProof, User
from hitouch.core.models import OutboxMessage, OutboxQuerySet
from hitouch.core.outbox.services import index_of
from hitouch.core.web.queues import WorkQueue

#: Runs are nightly; two hours of delay are not a missed run.
MAX_RUN_INTERVAL = timedelta(hours=26)
STATUS_ACTIONS = ("account.suspended", "account.active", "account.closed")
#: Mails with a code, or sent for somebody else's attempt: not shown to the user.
HIDDEN_TEMPLATES = ("accounts/code", "accounts/account_exists")


def last_status_change(user: User) -> AuditEvent | None:
    """The last event that suspended, reactivated or closed the account, with who did it."""
    events = AuditEvent.objects.filter(
        on_kind=User._meta.label_lower, on_id=str(user.pk), action__in=STATUS_ACTIONS
    )
    return events.select_related("by__agent").order_by("-id").first()


def mails_to(user: User) -> OutboxQuerySet:
    """The mails sent to the user since the address was verified, newest first.

    The address may have belonged to somebody else before. Codes are left out. The body of a mail is
    deleted once it was sent; the subject stays.
    """
    mails = OutboxMessage.objects.real().filter(channel=OutboxMessage.Channel.MAIL)
    if not (user.email and user.email_verified_at):
        return mails.none()
    own = mails.to_contact(index_of(user.email)).filter(created_at__gte=user.email_verified_at)
    return own.exclude(template__in=HIDDEN_TEMPLATES).order_by("-created_at")


def staff_with_roles() -> QuerySet[User]:
    """All staff accounts with their roles prefetched, by contact."""
    staff = User.objects.filter(is_staff=True).exclude(status=User.Status.CLOSED)
    return staff.select_related("agent").prefetch_related("groups").order_by("email", "phone")


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Requests to approve, and nightly runs that are overdue: someone has to find out why."""
    run = RetentionProof.objects.filter(rule=RetentionProof.NIGHT).order_by("-number").first()
    anchor = AuditAnchor.objects.order_by("-pk").first()
    return [
        *access.work_queues(now=now),
        *_missed("Missed nightly data deletions", run, "retentionproof", now),
        *_missed("Missed checks of the audit log", anchor, "auditevent", now),
    ]


def _missed(
    label: str, newest: RetentionProof | AuditAnchor | None, page: str, now: datetime
) -> list[WorkQueue]:
    if newest is None or now - newest.at <= MAX_RUN_INTERVAL:
        return []
    url = reverse(f"admin:accounts_{page}_changelist")
    return [WorkQueue(label, (now - newest.at).days, newest.at, url, "System")]
