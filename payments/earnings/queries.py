"""What of earnings waits for a second person in finance."""

from datetime import datetime

from django.urls import reverse

from hitouch.core.web.queues import WorkQueue, queue_of
from payments.models import Adjustment, LowerDeductionCertificate


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Corrections and certificates to approve."""
    corrections = Adjustment.objects.filter(state=Adjustment.State.PROPOSED)
    certificates = LowerDeductionCertificate.objects.filter(approved_by=None, rejected_at=None)
    return [
        queue_of(
            corrections,
            since="proposed_at",
            label="Corrections of payments to approve",
            url=reverse("admin:payments_adjustment_changelist") + "?state=PROPOSED",
            group="Payments",
        ),
        queue_of(
            certificates,
            since="created_at",
            label="Tax certificates to approve",
            url=reverse("admin:payments_lowerdeductioncertificate_changelist"),
            group="Payments",
        ),
    ]
