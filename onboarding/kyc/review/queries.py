"""Queries of document reviews: the queue, the access purpose and cases with the same numbers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from hitouch.core import masking
from hitouch.core.web.queues import WorkQueue
from onboarding.kyc.queries import with_resubmissions
from onboarding.models import KycCase, KycDocument, KycHeldPicture, KycLook, Purpose

MAX_SIMILAR = 20


def cases_to_review() -> QuerySet[KycCase]:
    """Cases to decide, in queue order."""
    return with_resubmissions(KycCase.objects.waiting().with_agent().oldest_first())


def _waiting_pictures() -> list[WorkQueue]:
    url = reverse("admin:onboarding_kycheldpicture_changelist")
    held = KycHeldPicture.objects.waiting().aggregate(count=Count("id"), oldest=Min("held_at"))
    found = WorkQueue("Photos to mask", held["count"], held["oldest"], url, "Onboarding")
    return [found] if found.count else []


@dataclass(frozen=True)
class SimilarCase:
    """Another case with the same PAN or the same person."""

    case: UUID
    name: str
    state: str
    what: str
    is_own: bool


def access_purpose_of(case: KycCase, by: User, at: datetime) -> str | None:
    """The purpose with which this person may view now: a claim, a stated purpose, or None."""
    if case.is_taken_by(by, at):
        return Purpose.REVIEW
    looks = KycLook.objects.filter(case=case, by=by, at__gt=at - KycLook.LASTS)
    return looks.values_list("purpose", flat=True).first()


def similar_cases(case: KycCase, viewer: User) -> list[SimilarCase]:
    """Other cases with the same PAN, or the same person on an Aadhaar; names are masked."""
    rows = list(case.documents.current().values_list("number_index", "person_index"))
    numbers, persons = ({row[i] for row in rows if row[i]} for i in (0, 1))
    same = Q(number_index__in=numbers) | Q(person_index__in=persons)
    found = KycDocument.objects.current().filter(same).exclude(case=case)
    return [
        SimilarCase(
            case=row.case_id,
            name=masking.mask_name(row.case.agent.name),
            state=row.case.get_state_display(),
            what="The same PAN" if row.number_index in numbers else "The same person",
            is_own=row.case.agent.user_id == viewer.pk,
        )
        for row in found.select_related("case__agent").order_by("created_at")[:MAX_SIMILAR]
    ]
