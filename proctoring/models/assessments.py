"""Assessments as blueprints of sections, and invitations to take them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from proctoring.models import triggers
from proctoring.models.item_bank import ItemKind

_assessment_machine = StateMachine(
    start="DRAFT", edges={"DRAFT": ["ACTIVE"], "ACTIVE": ["ARCHIVED"]}
)


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
    """A part of an assessment: what is drawn from the bank, for how long, how one moves in it.

    A routed section draws when it opens, around the ability that the earlier sections show.
    """

    class Routing(models.TextChoices):
        """When and around which level a section draws its items."""

        FIXED = "FIXED", "At the start, over all levels"
        ROUTED = "ROUTED", "When it opens, around the estimate so far"

    class Navigation(models.TextChoices):
        """In which order questions are answered."""

        FREE = "FREE", "In any order"
        LINEAR = "LINEAR", "One after the other"

    assessment = models.ForeignKey(Assessment, related_name="sections", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    instructions = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField()
    draw = models.PositiveSmallIntegerField(
        help_text="Number of questions, spread evenly over the levels."
    )
    draws = models.JSONField(
        default=list, blank=True, help_text="Counts by level and topic, when they are prescribed."
    )
    routing = models.CharField(max_length=8, choices=Routing.choices, default=Routing.FIXED)
    trial = models.PositiveSmallIntegerField(
        default=0, help_text="Number of unscored trial items added."
    )
    navigation = models.CharField(max_length=8, choices=Navigation.choices, default=Navigation.FREE)
    can_skip = models.BooleanField(default=True)
    can_mark = models.BooleanField(default=True)
    can_review = models.BooleanField(default=True)
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
