"""Sittings (attempts at an assessment): their sections and drawn questions."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from proctoring.models.assessments import Assessment, Invitation, Section
from proctoring.models.demands import MonitoringDemand
from proctoring.models.item_bank import ItemVersion
from proctoring.models.policies import MonitoringPolicy

_machine = StateMachine(
    start="CREATED",
    edges={
        "CREATED": ["SYSTEM_CHECK", "EXPIRED"],
        "SYSTEM_CHECK": ["DEVICE_TEST", "EXPIRED"],
        "DEVICE_TEST": ["IDENTITY", "EXPIRED"],
        "IDENTITY": ["READY", "IDENTITY_REVIEW", "EXPIRED"],
        "IDENTITY_REVIEW": ["READY", "IDENTITY", "EXPIRED"],
        "READY": ["IN_PROGRESS", "IDENTITY_REVIEW", "EXPIRED"],
        "IN_PROGRESS": ["PAUSED", "SUBMITTED", "AUTO_SUBMITTED", "TERMINATED"],
        "PAUSED": ["IN_PROGRESS", "AUTO_SUBMITTED", "TERMINATED"],
        "SUBMITTED": ["GRADING", "GRADED"],
        "AUTO_SUBMITTED": ["GRADING", "GRADED"],
        "TERMINATED": ["GRADING", "GRADED"],
        "GRADING": ["GRADED"],
        "GRADED": ["CLEARED", "FLAGGED", "VOIDED"],
        "FLAGGED": ["CLEARED", "UPHELD", "VOIDED"],
        "CLEARED": ["FLAGGED", "VOIDED"],
        "UPHELD": ["CLEARED", "VOIDED"],
        "VOIDED": ["CLEARED"],
    },
)
_PREPARING = ("CREATED", "SYSTEM_CHECK", "DEVICE_TEST", "IDENTITY", "IDENTITY_REVIEW", "READY")
_OPEN = (*_PREPARING, "IN_PROGRESS", "PAUSED")
_ENDED = ("SUBMITTED", "AUTO_SUBMITTED", "TERMINATED", "GRADING")
_PENDING = (*_ENDED, "FLAGGED")
_SCORED = ("GRADED", "CLEARED", "FLAGGED", "UPHELD", "VOIDED")


class SittingQuerySet(models.QuerySet["Sitting"]):
    """Filters by state."""

    def open(self) -> Self:
        return self.filter(state__in=_OPEN)

    def live(self) -> Self:
        return self.filter(state="IN_PROGRESS")

    def begun_since(self, moment: datetime) -> Self:
        return self.filter(begun_at__gte=moment)

    def with_valid_result(self) -> Self:
        """Graded, and the result is neither held nor cancelled."""
        return self.filter(state__in=("GRADED", "CLEARED"))

    def to_review(self) -> Self:
        """Held until a proctor has decided."""
        return self.filter(state="FLAGGED")


class Sitting(BaseModel):
    """One attempt. Times are the server's; after its end only the proctor's decision changes."""

    class State(models.TextChoices):
        """States of a sitting: setup steps, in progress, grading, decision."""

        CREATED = "CREATED", "Not started"
        SYSTEM_CHECK = "SYSTEM_CHECK", "System check"
        DEVICE_TEST = "DEVICE_TEST", "Camera and microphone check"
        IDENTITY = "IDENTITY", "Photo"
        IDENTITY_REVIEW = "IDENTITY_REVIEW", "Photo being checked"
        READY = "READY", "Ready to start"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        PAUSED = "PAUSED", "Paused"
        SUBMITTED = "SUBMITTED", "Submitted"
        AUTO_SUBMITTED = "AUTO_SUBMITTED", "Auto-submitted"
        TERMINATED = "TERMINATED", "Ended by a proctor"
        GRADING = "GRADING", "Being graded"
        GRADED = "GRADED", "Graded"
        CLEARED = "CLEARED", "Confirmed"
        FLAGGED = "FLAGGED", "Being reviewed"
        UPHELD = "UPHELD", "Violation upheld"
        VOIDED = "VOIDED", "Cancelled"
        EXPIRED = "EXPIRED", "Expired"

    class EndReason(models.TextChoices):
        """Why a sitting ended."""

        AGENT = "AGENT", "Submitted"
        CLOCK = "CLOCK", "Time ran out"
        RULES = "RULES", "Too many rule violations"
        IDLE = "IDLE", "No activity for too long"
        PROCTOR = "PROCTOR", "Ended by a proctor"

    PREPARING = _PREPARING
    OPEN = _OPEN
    ENDED = _ENDED
    PENDING = _PENDING
    SCORED = _SCORED
    machine = _machine

    agent = models.ForeignKey("accounts.Agent", related_name="sittings", on_delete=models.PROTECT)
    assessment = models.ForeignKey(Assessment, related_name="sittings", on_delete=models.PROTECT)
    invitation = models.ForeignKey(Invitation, related_name="sittings", on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.CREATED)
    consented_at = models.DateTimeField(null=True)
    consent_version = models.CharField(max_length=12, blank=True)
    begun_at = models.DateTimeField(null=True)
    seed = models.CharField(max_length=32, blank=True, help_text="Seed of the draw.")
    ends_at = models.DateTimeField(null=True, help_text="When the last section ends.")
    due_at = models.DateTimeField(null=True, help_text="When it was due to end.")
    last_seen_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True)
    page = models.CharField(
        max_length=36, blank=True, help_text="The browser page being monitored."
    )
    policy = models.ForeignKey(
        MonitoringPolicy, null=True, related_name="+", on_delete=models.PROTECT
    )
    waives = ArrayField(
        models.CharField(max_length=13, choices=MonitoringDemand.choices),
        default=list,
        blank=True,
        help_text="Demands that accommodations lift, frozen when the sitting is opened.",
    )
    paused_at = models.DateTimeField(null=True)
    coverage = models.FloatField(
        null=True, help_text="Share of the sitting that was monitored, from 0 to 1."
    )
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=8, choices=EndReason.choices, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    level = models.CharField(max_length=2, choices=CEFR.choices, blank=True)
    graded_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = "assessment attempt"
        constraints = [
            models.UniqueConstraint(
                name="sitting_one_open", fields=["agent"], condition=Q(state__in=_OPEN)
            ),
            models.UniqueConstraint(
                name="sitting_invitation_once",
                fields=["invitation"],
                condition=~Q(state="EXPIRED"),
            ),
            models.UniqueConstraint(
                name="sitting_number", fields=["agent", "assessment", "number"]
            ),
            models.CheckConstraint(
                name="sitting_begun_has_clock",
                condition=Q(state__in=(*_PREPARING, "EXPIRED"))
                | Q(
                    begun_at__isnull=False,
                    ends_at__gt=models.F("begun_at"),
                    consented_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="sitting_over_has_end",
                condition=~Q(state__in=(*_ENDED, *_SCORED))
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
            ),
            models.CheckConstraint(
                name="sitting_paused_since",
                condition=Q(state="PAUSED", paused_at__isnull=False)
                | ~Q(state="PAUSED") & Q(paused_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sitting_coverage_is_share",
                condition=Q(coverage__isnull=True) | Q(coverage__range=(0, 1)),
            ),
            models.CheckConstraint(
                name="sitting_scored_has_level",
                condition=~Q(state__in=_SCORED) | Q(score__range=(0, 100)) & ~Q(level=""),
            ),
        ]
        indexes = [
            models.Index(name="sitting_by_state", fields=["state", "created_at"]),
            models.Index(name="sitting_newest", fields=["-created_at", "-id"]),
        ]
        triggers = _machine.triggers()

    def __str__(self) -> str:
        return f"{self.assessment.title}, attempt {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    @property
    def is_live(self) -> bool:
        return self.state == self.State.IN_PROGRESS

    @property
    def is_scored(self) -> bool:
        return self.state in _SCORED

    @property
    def counts(self) -> bool:
        """Whether the result is valid: neither held nor cancelled."""
        return self.state in ("GRADED", "CLEARED")

    @property
    def is_pending(self) -> bool:
        """Ended, and the person does not know the result yet."""
        return self.state in _PENDING

    @property
    def is_under_review(self) -> bool:
        """Graded, and held until a proctor has decided."""
        return self.state == self.State.FLAGGED

    @property
    def shown_score(self) -> Any:
        """The score, once it counts. A held or withdrawn result is told to nobody."""
        return self.score if self.counts else None

    @property
    def shown_level(self) -> str:
        """The level, once it counts."""
        return self.level if self.counts else ""

    @property
    def passed(self) -> bool:
        return self.counts and self.level >= self.assessment.pass_level


class SittingEvent(StateEvent):
    """One change of a sitting's state."""

    subject = models.ForeignKey(Sitting, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class SittingSection(BaseModel):
    """A section of one sitting with its times. Once closed, it stays closed."""

    sitting = models.ForeignKey(Sitting, related_name="parts", on_delete=models.CASCADE)
    section = models.ForeignKey(Section, related_name="+", on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="When it was due to close.")
    closed_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="part_position", fields=["sitting", "position"]),
            models.UniqueConstraint(
                name="part_one_open",
                fields=["sitting"],
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="part_clock",
                condition=Q(opened_at__isnull=True, ends_at__isnull=True, closed_at__isnull=True)
                | Q(ends_at__gt=models.F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section.name} of {self.sitting}"


class SittingQuestionQuerySet(models.QuerySet["SittingQuestion"]):
    """Questions with what was answered."""

    def with_answers(self) -> Self:
        """Annotate each question with `answer_value`, the answer that counts."""
        entries: Any = apps.get_model("proctoring", "AnswerEntry").objects
        newest = entries.answers().filter(question=OuterRef("pk")).newest_first()
        return self.annotate(
            answer_value=Coalesce(
                Subquery(newest.values("value")[:1]), Value("", models.TextField())
            )
        )


class SittingQuestion(BaseModel):
    """A question drawn for one sitting, with its position and, once graded, its result."""

    sitting = models.ForeignKey(Sitting, related_name="drawn", on_delete=models.CASCADE)
    part = models.ForeignKey(SittingSection, related_name="drawn", on_delete=models.CASCADE)
    version = models.ForeignKey(ItemVersion, related_name="drawn", on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()
    option_order = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    scored = models.BooleanField(default=True, help_text="Trial items do not count.")
    quote = models.TextField(
        blank=True, help_text="Of a follow-up: the sentence of the person's own text."
    )
    correct = models.BooleanField(null=True)
    points = models.FloatField(null=True, help_text="From 0 to 1.")

    objects = SittingQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="drawn_once", fields=["sitting", "version"]),
            models.UniqueConstraint(name="drawn_position", fields=["sitting", "position"]),
        ]

    def __str__(self) -> str:
        return f"Question {self.position}"

    @property
    def is_follow_up(self) -> bool:
        """Whether it is about a text of the person. It is never scored."""
        return bool(self.quote)

    @property
    def passage(self) -> str:
        """What is shown above the question: the item's passage, or the person's own sentence."""
        return self.quote or self.version.passage

    @property
    def options(self) -> list[tuple[str, str]]:
        """Option ids and texts, in the order shown in this sitting."""
        return [(key, self.version.options[key]) for key in self.option_order]

    @property
    def given(self) -> str:
        """The answer that counts, or an empty string. See `with_answers`."""
        if "answer_value" not in self.__dict__:
            found: Any = SittingQuestion.objects.with_answers().get(pk=self.pk)
            self.__dict__["answer_value"] = found.answer_value
        return str(self.__dict__["answer_value"])

    @property
    def given_text(self) -> str:
        """The given answer as text: the chosen option instead of its letter."""
        return str(self.version.options.get(self.given, self.given))
