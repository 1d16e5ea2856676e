"""What of reconciliation waits for finance."""

from datetime import datetime

from django.urls import reverse

from hitouch.core.web.queues import WorkQueue, queue_of
from payments.models import Difference


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Differences to explain, and explanations to confirm."""
    url = reverse("admin:payments_difference_changelist") + "?state=OPEN"
    return [
        queue_of(
            Difference.objects.open().filter(explained_by=None),
            since="opened_at",
            label="Differences with bank or provider",
            url=url,
            group="Payments",
        ),
        queue_of(
            Difference.objects.open().exclude(explained_by=None),
            since="opened_at",
            label="Explanations of differences to confirm",
            url=url,
            group="Payments",
        ),
    ]
