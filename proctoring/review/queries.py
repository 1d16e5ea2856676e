"""Reads of the review: what a sitting showed, the queue, and who may decide."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from accounts.models import User
from proctoring import conf
from proctoring.models import (
    Appeal,
    CoverageGap,
    IdentityCheck,
    Intervention,
    ReviewCase,
    Ruling,
    Sitting,
    Snapshot,
)
from proctoring.results.ledger import rulings_in_force
from proctoring.review import risk

#: A reviewer who claimed a case keeps it for so long.
CLAIM_LASTS = timedelta(minutes=30)
DECIDED = (Sitting.State.CLEARED, Sitting.State.UPHELD, Sitting.State.VOIDED)
JOURNAL_FAULTS = ("JOURNAL_GAP", "JOURNAL_BROKEN")
#: If the policy does not say at how many points a sitting ends.
USUAL_POINTS_LIMIT = 10


def facts_of(sitting: Sitting) -> risk.ReviewFacts:
    """What a sitting showed, as far as it matters for a review."""
    rulings = list(
        rulings_in_force(sitting).values_list("verdict", "points", "standing", "severity")
    )
    gaps = list(sitting.gaps.filter(reason=CoverageGap.Reason.CONNECTION))
    ended_at = sitting.ended_at
    outages = [((gap.until or ended_at or gap.since) - gap.since).total_seconds() for gap in gaps]
    stills = sitting.snapshots.filter(check_result=Snapshot.Check.CONTRADICTED)
    return risk.ReviewFacts(
        points=risk.points_in_force([(verdict, points) for verdict, points, _, _ in rulings]),
        points_limit=points_limit(sitting),
        end_reason=sitting.end_reason,
        counted=tuple(
            severity
            for verdict, _, standing, severity in rulings
            if standing == Ruling.Standing.COUNTED and verdict != Ruling.Verdict.DISMISSED
        ),
        coverage=sitting.coverage,
        identity=identity_of(sitting),
        outages=len(outages),
        outage_seconds=sum(outages),
        contradicted_stills=stills.count(),
        journal_faults=sitting.observations.filter(kind__in=JOURNAL_FAULTS).count(),
        is_drawn=risk.is_drawn(
            sitting.seed or str(sitting.pk), percent=conf.review_sample_percent()
        ),
    )


def points_limit(sitting: Sitting) -> int:
    """At how many points the rules of this sitting end it."""
    rules = sitting.policy.rules if sitting.policy is not None else {}
    found = rules.get("points_limit", USUAL_POINTS_LIMIT)
    return found if isinstance(found, int) and found > 0 else USUAL_POINTS_LIMIT


def identity_of(sitting: Sitting) -> risk.Identity:
    """Whether somebody, or the comparison, found that the newest photo shows the agent."""
    check = IdentityCheck.objects.filter(sitting=sitting).order_by("-number", "-taken_at").first()
    if check is not None and check.same_person is False:
        return "OTHER"
    is_same = check is not None and (
        check.same_person or check.outcome == IdentityCheck.Outcome.PASSED
    )
    return "SAME" if is_same else "UNDECIDED"


def reasons_to_review(sitting: Sitting) -> list[risk.Reason]:
    """Why a person has to look before the result counts."""
    return risk.reasons_of(facts_of(sitting))


def with_people(cases: QuerySet[ReviewCase]) -> QuerySet[ReviewCase]:
    """Cases with what a list shows of them."""
    return cases.select_related(
        "sitting__agent__user", "sitting__assessment", "claimed_by", "decided_by"
    )


def queue(now: datetime) -> QuerySet[ReviewCase]:
    """Open cases: those that are overdue first, then by risk, then by age."""
    is_late = Case(When(due_at__lte=now, then=0), default=1)
    return ReviewCase.objects.open().order_by(is_late, "-risk", "opened_at", "id")


def claimable_by(reviewer: User, now: datetime) -> QuerySet[ReviewCase]:
    """Open cases that this reviewer may claim, in the order of the queue, own claims first."""
    free = Q(claimed_by=None) | Q(claimed_by=reviewer) | Q(claimed_at__lte=now - CLAIM_LASTS)
    is_own = Case(When(claimed_by=reviewer, then=0), default=1)
    rows = queue(now).filter(free).exclude(sitting__agent__user=reviewer)
    order: Any = rows.query.order_by
    return rows.exclude(_involved(reviewer)).order_by(is_own, *order)


def _involved(reviewer: User) -> Q:
    """Cases of sittings that this person decided about or ended."""
    decided = Sitting.objects.filter(
        pk=OuterRef("sitting"), events__by=reviewer, events__became__in=DECIDED
    )
    ended = Intervention.objects.filter(
        sitting=OuterRef("sitting"), by=reviewer, kind=Intervention.Kind.END
    )
    ruled = Appeal.objects.filter(
        case=OuterRef("pk"), decided_at=None, observation__rulings__by=reviewer
    )
    return Q(Exists(decided)) | Q(Exists(ended)) | Q(Exists(ruled))


def is_involved(sitting: Sitting, person: User) -> bool:
    """Whether this person decided about the sitting, ended it, or sat it."""
    return (
        sitting.agent.user_id == person.pk
        or sitting.events.filter(by=person, became__in=DECIDED).exists()
        or sitting.interventions.filter(by=person, kind=Intervention.Kind.END).exists()
    )


def open_case_of(sitting: Sitting) -> ReviewCase | None:
    """The open case of a sitting."""
    return with_people(ReviewCase.objects.open()).filter(sitting=sitting).first()


def waiting_appeals(sitting: Sitting) -> QuerySet[Appeal]:
    """Appeals of a sitting that nobody answered yet."""
    return Appeal.objects.filter(sitting=sitting, decided_at=None)


def shown_reasons(reasons: Iterable[str]) -> list[str]:
    """The reasons in words. That a case was seeded is never shown."""
    labels = [
        str(ReviewCase.Reason(reason).label)
        for reason in reasons
        if reason != ReviewCase.Reason.KNOWN
    ]
    return labels or [str(ReviewCase.Reason.RANDOM.label)]


def is_claimed(case: ReviewCase, now: datetime) -> bool:
    """Whether somebody works on the case."""
    return case.claimed_at is not None and case.claimed_at > now - CLAIM_LASTS


def filtered(reviewer: User, now: datetime, wanted: Mapping[str, Any]) -> QuerySet[ReviewCase]:
    """Cases by state, reason, claim and due date: open ones as in the queue, decided ones newest
    first.
    """
    if wanted.get("state") == "decided":
        decided = ReviewCase.objects.filter(decided_at__isnull=False)
        rows: QuerySet[ReviewCase] = decided.order_by("-created_at", "-id")
    else:
        rows = queue(now)
    if reason := wanted.get("reason"):
        rows = rows.filter(reasons__contains=[reason])
    if wanted.get("late"):
        rows = rows.filter(due_at__lte=now)
    held = Q(claimed_at__gt=now - CLAIM_LASTS)
    by_claim = {
        "me": held & Q(claimed_by=reviewer),
        "others": held & ~Q(claimed_by=reviewer),
        "nobody": ~held | Q(claimed_at=None),
    }
    claimed = by_claim.get(wanted.get("claimed", ""))
    return rows if claimed is None else rows.filter(claimed)


def appeals_for(sitting: Sitting, reviewer: User) -> list[Appeal]:
    """The appeals of a sitting, each with whether this reviewer may answer it."""
    rows = Appeal.objects.filter(sitting=sitting).select_related(
        "observation", "decided_by", "sitting__agent"
    )
    found: list[Any] = list(rows.order_by("filed_at", "id"))
    involved = is_involved(sitting, reviewer)
    ruled = set(sitting.rulings.filter(by=reviewer).values_list("observation_id", flat=True))
    for row in found:
        row.can_answer = not (row.decided_at or involved or row.observation_id in ruled)
    return found
