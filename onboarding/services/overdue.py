"""Telling operations, once a day, that documents wait for longer than we aim for."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min

from hitouch.core import outbox
from hitouch.core.india_time import day_of
from onboarding.models import KycCase, ReviewAlarm

log = logging.getLogger(__name__)
KEPT = timedelta(days=30)


@transaction.atomic
def tell_overdue(*, at: datetime) -> bool:
    """One mail on each Indian day with something overdue, by whichever worker is first."""
    to = settings.HITOUCH_OPERATIONS_MAIL
    found = KycCase.objects.overdue(at).aggregate(count=Count("id"), oldest=Min("queued_at"))
    if not to or not found["count"]:
        return False
    _, is_first = ReviewAlarm.objects.get_or_create(day=day_of(at))
    if not is_first:
        return False
    ReviewAlarm.objects.filter(day__lt=day_of(at - KEPT)).delete()
    hours = (at - found["oldest"]) // timedelta(hours=1)
    log.warning("documents.overdue", extra={"count": found["count"], "hours": hours})
    context = {"count": found["count"], "hours": hours, "aim": settings.HITOUCH_REVIEW_HOURS}
    outbox.mail(to=to, template="onboarding/documents_overdue", context=context, at=at)
    return True
