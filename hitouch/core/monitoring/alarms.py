"""Alarms for operations: in the log, in a mail, among the work queues, and in /readyz's notes.

The check that finds a fault calls `raise_alarm` each time, and `clear_alarm` once it is in order.
Details name rows by number or count; they hold no personal data.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse

from hitouch.core.models import OperationsAlarm
from hitouch.core.outbox import services as outbox
from hitouch.core.web.queues import WorkQueue

log = logging.getLogger(__name__)
#: An alarm that is not attended to is mailed again after a day.
MAIL_INTERVAL = timedelta(days=1)
MAX_DETAIL = OperationsAlarm._meta.get_field("detail").max_length


@transaction.atomic
def raise_alarm(name: str, detail: str, *, at: datetime) -> OperationsAlarm:
    """Record a fault, log it, and mail operations when it is new, another one, or a day old."""
    log.error("operations.alarm", extra={"alarm": name, "detail": detail})
    alarm, is_new = OperationsAlarm.objects.select_for_update().get_or_create(
        name=name, defaults={"detail": detail[:MAX_DETAIL], "raised_at": at, "seen_at": at}
    )
    is_other = alarm.detail != detail[:MAX_DETAIL]
    alarm.detail, alarm.seen_at = detail[:MAX_DETAIL], at
    is_due = alarm.mailed_at is None or at - alarm.mailed_at >= MAIL_INTERVAL
    if settings.HITOUCH_OPERATIONS_MAIL and (is_new or is_other or is_due):
        alarm.mailed_at = at
        outbox.queue_mail(
            to=settings.HITOUCH_OPERATIONS_MAIL,
            template="core/alarm",
            context={"alarm": alarm},
            at=at,
        )
    alarm.save()
    return alarm


def clear_alarm(name: str) -> None:
    """The fault is in order; does nothing when there was none."""
    if OperationsAlarm.objects.filter(name=name).delete()[0]:
        log.warning("operations.alarm_cleared", extra={"alarm": name})


def raised_names() -> set[str]:
    """The names of the alarms that are raised."""
    return set(OperationsAlarm.objects.values_list("name", flat=True))


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """One queue with all alarms."""
    raised = list(OperationsAlarm.objects.order_by("raised_at").values_list("raised_at", flat=True))
    url = reverse("admin:core_operationsalarm_changelist")
    oldest = raised[0] if raised else None
    return [WorkQueue("Alarms", len(raised), oldest, url, "System")]


def status_note() -> str:
    """The names of the open alarms, for /readyz."""
    try:
        names = list(OperationsAlarm.objects.order_by("name").values_list("name", flat=True))
    except DatabaseError:
        return ""  # the database has a check of its own
    return f"Open alarms: {', '.join(names)}" if names else ""
