"""Queries of document reviews: the queue, the access purpose and cases with the same numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Agent, User
from hitouch.core import masking
from hitouch.core.web.queues import WorkQueue, queue_of
from onboarding.kyc.access import SENIOR_ROLE, is_senior
from onboarding.kyc.queries import with_resubmissions
from onboarding.models import (
    KycCase,
    KycCheck,
    KycDocument,
    KycHeldPicture,
    KycLook,
    KycReferral,
    KycSample,
    KycUpload,
    Purpose,
)
from onboarding.models.uploads import UploadQuerySet

M = TypeVar("M", bound=Model)
MAX_SIMILAR = 20
#: Roles that work with document reviews.
REVIEWERS = ("reviewer", SENIOR_ROLE)


def visible_to(cases: QuerySet[KycCase], by: User) -> QuerySet[KycCase]:
    """Without the person's own, and for others than seniors without what was passed to them."""
    return _of_visible_cases(cases, "pk", "agent", by)


def _of_visible_cases(rows: QuerySet[M], case: str, agent: str, by: User) -> QuerySet[M]:
    """Rows whose case, which these lookups lead to, this person may see."""
    others = rows.exclude(**{f"{agent}__in": Agent.objects.filter(user=by).values("pk")})
    if is_senior(by):
        return others
    passed_on = KycReferral.objects.to_seniors().filter(case=OuterRef(case))
    return others.filter(~Exists(passed_on))


def pictures_visible_to(rows: QuerySet[KycHeldPicture], by: User) -> QuerySet[KycHeldPicture]:
    """Photos to mask of the cases that this person may see."""
    return _of_visible_cases(rows, "document__case", "document__case__agent", by)


def uploads_visible_to(by: User) -> UploadQuerySet:
    """Uploaded files of the cases that this person may see."""
    uploads = _of_visible_cases(KycUpload.objects.with_agent(), "case", "case__agent", by)
    return cast(UploadQuerySet, uploads)


def claimable_by(cases: QuerySet[KycCase], by: User) -> QuerySet[KycCase]:
    """Of those, without cases that this person has passed on to somebody else."""
    own = KycReferral.objects.open().filter(case=OuterRef("pk"), by=by)
    return visible_to(cases, by).filter(~Exists(own))


def cases_to_review() -> QuerySet[KycCase]:
    """Cases to decide, in queue order."""
    return with_resubmissions(KycCase.objects.waiting().with_agent().oldest_first())


def open_referral(case: KycCase) -> KycReferral | None:
    """The open referral of a case, if there is one."""
    return case.referrals.open().select_related("by__agent").first()


def read_facts(row: KycDocument) -> dict[str, str]:
    """What was read on a document, or signed by its issuer, to compare with the profile."""
    facts = row.facts
    return {name: str(facts.get(name) or "") for name in ("name", "birth_on", "pin", "last_four")}


def face_pairs(case: KycCase) -> list[KycCheck]:
    """The comparisons of faces, each on one document."""
    faces = KycCheck.Kind.FACE
    return [check for check in case.checks.all() if check.kind == faces and check.document]


def samples_to_review(by: User) -> QuerySet[KycSample]:
    """Automatic approvals drawn for a look, the oldest first, without one's own."""
    rows = KycSample.objects.waiting().exclude(case__agent__user=by)
    return rows.select_related("case__agent__user").order_by("approved_at", "id")


def wrong_approvals() -> QuerySet[KycSample]:
    """Automatic approvals judged wrong that still stand: nobody has requested new documents."""
    standing = {"case__state": KycCase.State.APPROVED, "case__decided_at": F("approved_at")}
    return KycSample.objects.filter(outcome=KycSample.Outcome.WRONG, **standing)


def desk_queues() -> list[WorkQueue]:
    """Cases passed on to seniors, and automatic approvals to look at or judged wrong."""
    cases = reverse("admin:onboarding_kyccase_changelist")
    samples = reverse("admin:onboarding_kycsample_changelist")
    waiting: list[tuple[str, QuerySet[Any], str, str]] = [
        ("Reviews for seniors", KycReferral.objects.to_seniors(), "at", cases),
        ("Automatic approvals to look at", KycSample.objects.waiting(), "approved_at", samples),
        ("Approvals judged wrong", wrong_approvals(), "looked_at", samples),
    ]
    found = [
        queue_of(rows, since=since, label=label, url=url, group="Onboarding")
        for label, rows, since, url in waiting
    ]
    return [queue for queue in found if queue.count]


def _waiting_pictures() -> list[WorkQueue]:
    url = reverse("admin:onboarding_kycheldpicture_changelist")
    rows, label = KycHeldPicture.objects.waiting(), "Photos to mask"
    found = queue_of(rows, since="held_at", label=label, url=url, group="Onboarding")
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
