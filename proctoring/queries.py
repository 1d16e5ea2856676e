"""Queries about invitations, sittings, questions, events and results."""

from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, F, Max, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.queues import WorkQueue, queue_of
from hitouch.core.web.steps import Step
from proctoring import conf
from proctoring.models import (
    Assessment,
    GradingCase,
    IdentityCheck,
    Invitation,
    ItemFlag,
    ItemReview,
    Observation,
    Recording,
    ReviewCase,
    Sitting,
    SittingQuestion,
    SittingSection,
    Snapshot,
)


def language_assessment() -> Assessment | None:
    """The active language assessment."""
    return Assessment.objects.filter(
        kind=Assessment.Kind.LANGUAGE, state=Assessment.State.ACTIVE
    ).first()


def open_invitation(agent: Agent, now: datetime) -> Invitation | None:
    """The usable invitation that expires first."""
    return invitations(agent, now).first()


def invitations(agent: Agent, now: datetime) -> QuerySet[Invitation]:
    """The usable invitations of an agent, by expiry."""
    return agent.invitations.open(now).select_related("assessment").order_by("until", "id")


def open_sitting(agent: Agent) -> Sitting | None:
    """The agent's sitting that is being set up or in progress."""
    return agent.sittings.open().select_related("assessment").first()


def latest_sitting(agent: Agent) -> Sitting | None:
    """The newest sitting that did not expire before it began."""
    sittings = agent.sittings.exclude(state=Sitting.State.EXPIRED).select_related("assessment")
    return sittings.order_by("-created_at").first()


def attempts_left(agent: Agent, assessment: Assessment, now: datetime) -> int:
    """How many more attempts at any version of this assessment the agent has."""
    begun = agent.sittings.filter(assessment__code=assessment.code).begun_since(
        now - conf.attempt_period()
    )
    return max(conf.max_attempts() - begun.count(), 0)


def attempt_limit() -> tuple[int, timedelta]:
    """How many attempts an agent may begin, and in which period."""
    return conf.max_attempts(), conf.attempt_period()


def review_due(sitting: Sitting) -> datetime | None:
    """Until when a person reviews the result, while a review is open."""
    return (
        ReviewCase.objects.open().filter(sitting=sitting).values_list("due_at", flat=True).first()
    )


def best_level(agent: Agent) -> str:
    """The highest level among the agent's valid language results."""
    sittings = agent.sittings.with_valid_result().filter(assessment__kind=Assessment.Kind.LANGUAGE)
    return sittings.aggregate(best=Max("level"))["best"] or ""


def current_section(sitting: Sitting) -> SittingSection | None:
    """The open section."""
    return (
        sitting.parts.filter(opened_at__isnull=False, closed_at__isnull=True)
        .select_related("section")
        .first()
    )


def is_last(part: SittingSection | None) -> bool:
    """Whether this is the last section."""
    return part is None or not part.sitting.parts.filter(position__gt=part.position).exists()


def questions_in(part: SittingSection) -> QuerySet[SittingQuestion]:
    """The questions of one section in order, with the answers, plays and takes."""
    takes = Recording.objects.exclude(state=Recording.State.DISCARDED).order_by("-take")
    return (
        part.drawn.with_answers()
        .annotate(plays_used=Count("plays"))
        .select_related("version__item")
        .prefetch_related(Prefetch("recordings", queryset=takes, to_attr="takes"))
        .order_by("position")
    )


def with_tallies(sittings: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """Annotate sittings with the number of `warnings` and the `points`."""
    return sittings.select_related("assessment", "agent__user").annotate(
        warnings=Coalesce(F("monitoring__warnings"), 0),
        points=Coalesce(F("monitoring__points"), 0),
    )


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues: results to review by proctors, and answers to mark by graders."""
    reviews, cases = ReviewCase.objects.open(), GradingCase.objects.to_mark()
    late = reviews.filter(due_at__lte=now)
    url = reverse("proctoring:reviews")
    photos = Sitting.objects.filter(state=Sitting.State.IDENTITY_REVIEW)
    return [
        queue_of(
            photos,
            since="updated_at",
            label="Photos to compare",
            url=reverse("proctoring:photos"),
            group="Assessments",
        ),
        queue_of(
            reviews, since="opened_at", label="Assessments to review", url=url, group="Assessments"
        ),
        queue_of(
            late,
            since="due_at",
            label="Assessment reviews overdue",
            url=f"{url}?late=1",
            group="Assessments",
        ),
        queue_of(
            cases,
            since="opened_at",
            label="Answers to mark",
            url=reverse("proctoring:grading"),
            group="Assessments",
        ),
        *_queues_of_the_item_bank(),
    ]


def _queues_of_the_item_bank() -> list[WorkQueue]:
    """Work queues of item reviewers."""
    reviews = ItemReview.objects.filter(decided_at=None)
    flags = ItemFlag.objects.filter(resolved_at=None)
    return [
        queue_of(
            reviews,
            since="requested_at",
            label="Items to review",
            url=reverse("admin:proctoring_itemreview_changelist") + "?decided_at__isempty=1",
            group="Assessments",
        ),
        queue_of(
            flags,
            since="raised_at",
            label="Items in doubt",
            url=reverse("admin:proctoring_itemflag_changelist") + "?resolved_at__isempty=1",
            group="Assessments",
        ),
    ]


def questions_of(sitting: Sitting) -> QuerySet[SittingQuestion]:
    """All questions of a sitting in order, with the answers."""
    drawn = sitting.drawn.with_answers().select_related("version__item", "part__section")
    return drawn.order_by("position")


def case_of(sitting: Sitting) -> Sitting:
    """A sitting with its tallies, its photo and the profile photo."""
    rows = with_tallies(Sitting.objects.filter(pk=sitting.pk))
    return rows.select_related("agent__photo").get()


def events_of(sitting: Sitting) -> QuerySet[Observation]:
    """The observations of a sitting in order, with their rulings and snapshots."""
    pictures = Prefetch("snapshots", Snapshot.objects.order_by("taken_at"))
    rows: Any = sitting.observations.order_by("number")
    return rows.with_rulings().prefetch_related(pictures)


def identity_of(sitting: Sitting) -> IdentityCheck | None:
    """The newest photo taken before the assessment, if there is any."""
    photos = IdentityCheck.objects.select_related("photo").filter(sitting=sitting)
    return photos.order_by("-number").first()


def snapshots_of(agent: Agent) -> QuerySet[Snapshot]:
    """Snapshots of an agent's sittings."""
    return Snapshot.objects.filter(sitting__agent=agent).select_related("file")


STEPS = (
    (Sitting.State.CREATED, "rules", "Rules and consent"),
    (Sitting.State.SYSTEM_CHECK, "computer", "System check"),
    (Sitting.State.DEVICE_TEST, "devices", "Camera and microphone"),
    (Sitting.State.IDENTITY, "photo", "Photo and sentence"),
    (Sitting.State.READY, "test", "Assessment"),
)


def steps_of(sitting: Sitting) -> list[Step]:
    """The setup steps, with the state of each."""
    shown = sitting.state
    if shown == Sitting.State.IDENTITY_REVIEW:
        shown = Sitting.State.IDENTITY
    current = [state for state, _, _ in STEPS].index(Sitting.State(shown))
    return [
        Step(key=key, title=title, state=_step_state(index, current), url="")
        for index, (_, key, title) in enumerate(STEPS)
    ]


def _step_state(index: int, current: int) -> Literal["open", "done", "later"]:
    if index == current:
        return "open"
    return "done" if index < current else "later"


def instructions(agent: Agent, now: datetime) -> dict[str, Any]:
    """Template context of the assessment's first page."""
    invitation = open_invitation(agent, now)
    assessment = invitation.assessment if invitation else language_assessment()
    sections = list(assessment.sections.order_by("position")) if assessment else []
    latest = latest_sitting(agent)
    return {
        "invitation": invitation,
        "assessment": assessment,
        "sections": sections,
        "minutes": sum(section.minutes for section in sections),
        "sitting": open_sitting(agent),
        "latest": latest,
        "reviewed_until": review_due(latest) if latest and latest.is_under_review else None,
        "needs_computer": conf.min_screen()[0] > 0,
        "attempts_left": attempts_left(agent, assessment, now) if assessment else 0,
    }
