"""Cases that were sent: compared, and approved at once when there is nothing left to look at."""

from datetime import datetime

from django.db.models import QuerySet

from onboarding.models import KycCase, KycCaseEvent, KycCheck, KycDocument
from onboarding.services.checks import run_checks
from onboarding.services.review import approve_by_checks

AT_ONCE = 50


def check_case(*, case: KycCase, at: datetime) -> KycCase | None:
    """Compare one case; the approved case, or None when a person decides."""
    run_checks(case=case, at=at)
    return approve_by_checks(case=case, at=at)


def check_waiting_cases(*, at: datetime) -> int:
    """Compare what waits and was not compared, and end what was left half way: fifty at most."""
    due = list(KycCase.objects.waiting().filter(checks__isnull=True)[:AT_ONCE])
    for case in due:
        check_case(case=case, at=at)
    for case in _left_half_way()[:AT_ONCE]:
        approve_by_checks(case=case, at=at)
    return len(due)


def _left_half_way() -> QuerySet[KycCase]:
    """Compared and without a doubt, but not approved, because a worker was lost in between."""
    signed = {"checks__kind": KycCheck.Kind.SOURCE}
    doubts = KycCheck.objects.exclude(verdict=KycCheck.Verdict.PASS)
    sent_back = KycCaseEvent.objects.filter(became__in=KycCase.SENT_BACK, by__isnull=False)
    return (
        KycCase.objects.waiting()
        .filter(reviewer=None)
        .filter(checks__document__kind=KycDocument.Kind.AADHAAR_FRONT, **signed)
        .filter(checks__document__kind=KycDocument.Kind.PAN, **signed)
        .exclude(pk__in=doubts.values("case"))
        .exclude(pk__in=sent_back.values("subject"))
    )
