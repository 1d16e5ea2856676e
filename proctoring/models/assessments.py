"""Assessments with their sections and question bank, and invitations to take them."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from proctoring.models import triggers

_assessment_machine = StateMachine(
    start="DRAFT", edges={"DRAFT": ["ACTIVE"], "ACTIVE": ["ARCHIVED"]}
)


class QuestionKind(models.TextChoices):
    """How a question is asked and graded."""

    READING_MCQ = "READING_MCQ", "Reading, multiple choice"
    FILL_BLANK = "FILL_BLANK", "Fill in the blanks"


class Assessment(BaseModel):
    """One version of an assessment. Once it was taken it is not edited but replaced."""

    class Kind(models.TextChoices):
        """What is assessed."""

        LANGUAGE = "LANGUAGE", "Language"
        SKILL = "SKILL", "Skill"

    class State(models.TextChoices):
        """States of an assessment."""

        DRAFT = "DRAFT", "Draft"
        ACTIVE = "ACTIVE", "Active"
        ARCHIVED = "ARCHIVED", "Retired"

    machine = _assessment_machine

    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    language = models.CharField(max_length=8, default="en")
    title = models.CharField(max_length=120)
    pass_level = models.CharField(max_length=2, choices=CEFR.choices, default=CEFR.A2)
    retention_days = models.PositiveSmallIntegerField(default=90)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="assessment_version", fields=["code", "version"]),
            models.UniqueConstraint(
                name="assessment_one_active", fields=["code"], condition=Q(state="ACTIVE")
            ),
        ]
        triggers = [*_assessment_machine.triggers(), triggers.freeze_taken_assessment()]

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class AssessmentEvent(StateEvent):
    """One change of an assessment's state."""

    subject = models.ForeignKey(Assessment, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class Section(BaseModel):
    """A part of an assessment with its own time limit."""

    assessment = models.ForeignKey(Assessment, related_name="sections", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=QuestionKind.choices)
    instructions = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField()
    draw = models.PositiveSmallIntegerField(
        help_text="Number of questions, spread evenly over the levels."
    )
    weight = models.PositiveSmallIntegerField(default=1)
    randomise = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="section_position", fields=["assessment", "position"]),
            models.CheckConstraint(
                name="section_asks_something",
                condition=Q(minutes__gte=1, draw__gte=1, weight__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Question(BaseModel):
    """A question of the bank with its answer key. The key never leaves the server."""

    section = models.ForeignKey(Section, related_name="questions", on_delete=models.CASCADE)
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=12, choices=QuestionKind.choices)
    level = models.CharField(max_length=2, choices=CEFR.choices)
    passage = models.TextField(blank=True)
    text = models.TextField()
    options = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=120)
    accepted = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="question_code", fields=["section", "code"]),
            models.CheckConstraint(name="question_has_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="question_key_is_an_option",
                condition=~Q(kind="READING_MCQ") | Q(options__has_key=models.F("key")),
            ),
        ]
        triggers = [triggers.freeze_drawn_question()]

    def __str__(self) -> str:
        return f"{self.code} ({self.level})"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Filters by usability."""

    def open(self, now: datetime) -> "InvitationQuerySet":
        """Not expired and not used. A sitting that expired before it began does not count."""
        return self.filter(until__gt=now).exclude(
            pk__in=Invitation.objects.filter(sittings__isnull=False)
            .exclude(sittings__state="EXPIRED")
            .values("pk")
        )


class Invitation(BaseModel):
    """Permission to take one assessment once."""

    class Why(models.TextChoices):
        """Why the agent was invited."""

        ONBOARDING = "ONBOARDING", "Onboarding"
        GIG = "GIG", "Required by an opportunity"
        RETAKE = "RETAKE", "Retake"
        GRANTED = "GRANTED", "Granted by staff"

    agent = models.ForeignKey(
        "accounts.Agent", related_name="invitations", on_delete=models.CASCADE
    )
    assessment = models.ForeignKey(Assessment, related_name="invitations", on_delete=models.PROTECT)
    why = models.CharField(max_length=12, choices=Why.choices)
    until = models.DateTimeField()
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="invitation_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.agent}: {self.assessment}"
