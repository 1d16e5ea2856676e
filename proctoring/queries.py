"""What may be asked of proctoring, by its own doors and by the apps above."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.queues import WorkQueue
from hitouch.core.web.steps import Step
from proctoring import conf
from proctoring.models import (
    Assessment,
    IdentityCheck,
    Invitation,
    MonitoringEvent,
    Sitting,
    SittingQuestion,
    SittingSection,
    Snapshot,
)


def language_assessment() -> Assessment | None:
    """The language test that is in use."""
    return Assessment.objects.filter(
        kind=Assessment.Kind.LANGUAGE, state=Assessment.State.ACTIVE
    ).first()


def open_invitation(agent: Agent, now: datetime) -> Invitation | None:
    """The oldest invitation the agent can still use."""
    return invitations(agent, now).first()


def invitations(agent: Agent, now: datetime) -> QuerySet[Invitation]:
    return agent.invitations.open(now).select_related("assessment").order_by("until", "id")


def open_sitting(agent: Agent) -> Sitting | None:
    """The one sitting the agent is in the middle of."""
    return agent.sittings.open().select_related("assessment").first()


def latest_sitting(agent: Agent) -> Sitting | None:
    """The newest sitting that did not lapse before it began."""
    sittings = agent.sittings.exclude(state=Sitting.State.EXPIRED).select_related("assessment")
    return sittings.order_by("-created_at").first()


def attempts_left(agent: Agent, assessment: Assessment, now: datetime) -> int:
    """How often the agent may still begin any version of this assessment."""
    begun = agent.sittings.filter(assessment__code=assessment.code).begun_since(
        now - conf.attempts_within()
    )
    return max(conf.attempts() - begun.count(), 0)


def best_level(agent: Agent) -> str:
    """The highest level of a language result that stands."""
    found = agent.sittings.standing().filter(assessment__kind=Assessment.Kind.LANGUAGE)
    return found.aggregate(best=Max("level"))["best"] or ""


def current_section(sitting: Sitting) -> SittingSection | None:
    """The section that takes answers now."""
    return (
        sitting.parts.filter(opened_at__isnull=False, closed_at__isnull=True)
        .select_related("section")
        .first()
    )


def is_last(part: SittingSection | None) -> bool:
    """Whether no section follows."""
    return part is None or not part.sitting.parts.filter(position__gt=part.position).exists()


def questions_in(part: SittingSection) -> QuerySet[SittingQuestion]:
    """The questions of one section in their order, with what was answered."""
    return part.drawn.select_related("question", "answer").order_by("position")


def with_tallies(sittings: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """With the number of warnings and the points of each sitting."""
    return sittings.select_related("assessment", "agent__user").annotate(
        warnings=Count("seen", filter=Q(seen__standing=MonitoringEvent.Standing.WARNED)),
        points=Sum("seen__points", default=0),
    )


@dataclass(frozen=True)
class LiveSitting:
    """One running sitting as the proctor's list shows it."""

    sitting: Sitting
    seen_ago: timedelta
    missing: bool

    @property
    def seconds(self) -> int:
        """Since somebody heard from it."""
        return max(round(self.seen_ago.total_seconds()), 0)


def live_sittings(now: datetime) -> list[LiveSitting]:
    """Running sittings, the ones in trouble first."""
    rows = [
        LiveSitting(sitting, gap := now - (sitting.last_seen_at or now), gap > conf.SEEN_WITHIN)
        for sitting in with_tallies(Sitting.objects.live()).order_by("begun_at", "id")
    ]
    return sorted(rows, key=lambda row: (not row.missing, -row.sitting.points))  # type: ignore[attr-defined]


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Results that a proctor has not looked at yet."""
    found = Sitting.objects.to_look_at().aggregate(count=Count("id"), oldest=Min("graded_at"))
    url = reverse("admin:proctoring_sitting_changelist") + "?state__exact=GRADED"
    return [WorkQueue("Assessments to review", found["count"], found["oldest"], url, "Assessments")]


def questions_of(sitting: Sitting) -> QuerySet[SittingQuestion]:
    """Every question of a sitting in its order, with what was answered."""
    return sitting.drawn.select_related("question", "answer", "part__section").order_by("position")


def case_of(sitting: Sitting) -> Sitting:
    """One sitting with its tallies, its photo and the profile's."""
    rows = with_tallies(Sitting.objects.filter(pk=sitting.pk))
    return rows.select_related("identity__photo", "agent__photo").get()


def events_of(sitting: Sitting) -> QuerySet[MonitoringEvent]:
    """Everything that was seen, in order, with the pictures taken at that moment."""
    return sitting.seen.prefetch_related("snapshots").order_by("number")


def identity_of(sitting: Sitting) -> IdentityCheck | None:
    """The photo taken before the test, when it came to that."""
    return IdentityCheck.objects.select_related("photo").filter(sitting=sitting).first()


def snapshots_of(agent: Agent) -> QuerySet[Snapshot]:
    """Pictures of one agent's own sittings."""
    return Snapshot.objects.filter(sitting__agent=agent).select_related("file")


def sittings_to_review() -> QuerySet[Sitting]:
    """Graded and not decided, oldest first."""
    return with_tallies(Sitting.objects.to_look_at()).order_by("graded_at", "id")


STEPS = (
    (Sitting.State.CREATED, "rules", "Rules and consent"),
    (Sitting.State.SYSTEM_CHECK, "computer", "System check"),
    (Sitting.State.DEVICE_TEST, "devices", "Camera and microphone"),
    (Sitting.State.IDENTITY, "photo", "Your photo"),
    (Sitting.State.READY, "test", "Assessment"),
)


def steps_of(sitting: Sitting) -> list[Step]:
    """The way to the test, and where on it the sitting is."""
    now = [state for state, _, _ in STEPS].index(Sitting.State(sitting.state))
    word = {True: "done", False: "later"}
    return [
        Step(key=key, title=title, state="open" if place == now else word[place < now], url="")  # type: ignore[arg-type]
        for place, (_, key, title) in enumerate(STEPS)
    ]


def instructions(agent: Agent, now: datetime) -> dict[str, Any]:
    """What the first page of the test shows."""
    invitation = open_invitation(agent, now)
    assessment = invitation.assessment if invitation else language_assessment()
    sections = list(assessment.sections.order_by("position")) if assessment else []
    return {
        "invitation": invitation,
        "assessment": assessment,
        "sections": sections,
        "minutes": sum(section.minutes for section in sections),
        "sitting": open_sitting(agent),
        "latest": latest_sitting(agent),
        "attempts_left": attempts_left(agent, assessment, now) if assessment else 0,
    }
