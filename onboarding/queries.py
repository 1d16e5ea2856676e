"""Work queues of onboarding for the start page of staff."""

from datetime import datetime

from django.urls import reverse

from hitouch.core.web.queues import WorkQueue, queue_of
from onboarding.agreements.queries import unsealed_signatures
from onboarding.kyc.review.queries import _waiting_pictures, desk_queues
from onboarding.models import KycCase, KycUpload
from onboarding.payees import queries as payees_queries
from onboarding.vocabulary import queries as vocabulary_queries


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues of all features, for the admin's start page."""
    url = reverse("admin:onboarding_kyccase_changelist") + "?state__exact=IN_REVIEW"
    cases = KycCase.objects.waiting()
    return [
        queue_of(cases, since="queued_at", label="Document reviews", url=url, group="Onboarding"),
        *_unread_uploads(now),
        *_waiting_pictures(),
        *desk_queues(),
        *payees_queries.work_queues(),
        *vocabulary_queries.work_queues(),
        *unsealed_signatures(now),
    ]


def _unread_uploads(now: datetime) -> list[WorkQueue]:
    """Files that no worker has read."""
    late = KycUpload.objects.late(now)
    url = reverse("admin:onboarding_kycupload_changelist")
    label = "Uploaded documents not read yet"
    found = queue_of(late, since="created_at", label=label, url=url, group="Onboarding")
    return [found] if found.count else []
