"""Acts of proctors on a live sitting; reviews, appeals and bans afterwards."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from proctoring.models.observations import Observation
from proctoring.models.sittings import Sitting


class Intervention(BaseModel):
    """What a proctor did in a live sitting, and why."""

    class Kind(models.TextChoices):
        """What was done."""

        MESSAGE = "MESSAGE", "Message"
        WARNING = "WARNING", "Warning"
        PAUSE = "PAUSE", "Pause"
        RESUME = "RESUME", "Resume"
        ADD_TIME = "ADD_TIME", "Time added"
        END = "END", "End"

    class Reason(models.TextChoices):
        """What caused it."""

        ENVIRONMENT = "ENVIRONMENT", "The room"
        CANDIDATE = "CANDIDATE", "The candidate"
        TECHNICAL = "TECHNICAL", "A technical problem"
        PROCTOR = "PROCTOR", "The proctor"
        OTHER = "OTHER", "Something else"

    sitting = models.ForeignKey(Sitting, related_name="interventions", on_delete=models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=11, choices=Reason.choices)
    text = models.CharField(max_length=500, blank=True, help_text="The candidate sees this.")
    minutes = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        related_name="+",
        on_delete=models.PROTECT,
        help_text="Empty for a pause that ended by itself.",
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="intervention_by_someone", condition=Q(by__isnull=False) | Q(kind="RESUME")
            ),
            models.CheckConstraint(
                name="intervention_has_text",
                condition=Q(kind__in=("RESUME", "ADD_TIME")) | ~Q(text=""),
            ),
        ]
        indexes = [models.Index(name="intervention_by_time", fields=["sitting", "at"])]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%H:%M:%S}"


class Supervision(BaseModel):
    """A proctor watches a live sitting."""

    sitting = models.ForeignKey(Sitting, related_name="supervisions", on_delete=models.CASCADE)
    proctor = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="supervisions", on_delete=models.PROTECT
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="supervision_one_open",
                fields=["sitting", "proctor"],
                condition=Q(until__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proctor} watches {self.sitting_id}"


class ReviewCaseQuerySet(models.QuerySet["ReviewCase"]):
    """Filters by state."""

    def open(self) -> "ReviewCaseQuerySet":
        return self.filter(decided_at__isnull=True)


class ReviewCase(BaseModel):
    """A result that a person has to decide about before it counts, or after an appeal."""

    class Reason(models.TextChoices):
        """Why it is reviewed."""

        FLAGGED = "FLAGGED", "Violations were counted"
        COVERAGE = "COVERAGE", "Not monitored enough"
        IDENTITY = "IDENTITY", "Identity in doubt"
        RANDOM = "RANDOM", "Drawn at random"
        APPEAL = "APPEAL", "Appeal"
        KNOWN = "KNOWN", "Seeded"

    class Verdict(models.TextChoices):
        """The decision."""

        CLEAR = "CLEAR", "Clear"
        UPHOLD = "UPHOLD", "Uphold the violation"
        VOID = "VOID", "Void, with a new attempt"

    sitting = models.ForeignKey(Sitting, related_name="reviews", on_delete=models.CASCADE)
    reasons = ArrayField(models.CharField(max_length=8, choices=Reason.choices))
    risk = models.PositiveSmallIntegerField(default=0, help_text="From 0 to 100.")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    claimed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=6, choices=Verdict.choices, blank=True)
    reason = models.TextField(blank=True, help_text="The agent sees this.")
    known_verdict = models.CharField(
        max_length=6, choices=Verdict.choices, blank=True, help_text="Of a seeded case only."
    )

    objects = ReviewCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="review_case_one_open", fields=["sitting"], condition=Q(decided_at=None)
            ),
            models.CheckConstraint(
                name="review_case_decided",
                condition=Q(decided_at__isnull=True, verdict="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(verdict=""),
            ),
            models.CheckConstraint(name="review_case_risk", condition=Q(risk__lte=100)),
        ]
        indexes = [
            models.Index(
                name="review_case_queue",
                fields=["-risk", "opened_at"],
                condition=Q(decided_at__isnull=True),
            ),
            models.Index(name="review_case_newest", fields=["-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Review of {self.sitting_id}"


class Appeal(BaseModel):
    """The agent contests one recorded entry, or the decision, once each."""

    class Outcome(models.TextChoices):
        """The answer."""

        UPHELD = "UPHELD", "The decision stands"
        OVERTURNED = "OVERTURNED", "The agent was right"

    sitting = models.ForeignKey(Sitting, related_name="appeals", on_delete=models.CASCADE)
    observation = models.ForeignKey(
        Observation,
        null=True,
        related_name="appeals",
        on_delete=models.CASCADE,
        help_text="Empty when the decision itself is contested.",
    )
    case = models.ForeignKey(
        ReviewCase, null=True, related_name="appeals", on_delete=models.CASCADE
    )
    text = models.CharField(max_length=1000)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="appeal_once",
                fields=["sitting", "observation"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="appeal_decided",
                condition=Q(decided_at__isnull=True, outcome="")
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(answer=""),
            ),
        ]
        indexes = [models.Index(name="appeal_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"Appeal about {self.sitting_id}"


class ProctoringBanQuerySet(models.QuerySet["ProctoringBan"]):
    """Filters by validity."""

    def valid_at(self, moment: object) -> "ProctoringBanQuerySet":
        ends = Q(ends_at__isnull=True) | Q(ends_at__gt=moment)
        return self.filter(ends, revoked_at__isnull=True, starts_at__lte=moment)


class ProctoringBan(BaseModel):
    """An agent may not take assessments, for a time or for good. It can be revoked."""

    agent = models.ForeignKey(
        "accounts.Agent", related_name="proctoring_bans", on_delete=models.CASCADE
    )
    sitting = models.ForeignKey(
        Sitting, null=True, blank=True, related_name="bans", on_delete=models.SET_NULL
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, help_text="The agent sees this.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    revoked_reason = models.CharField(max_length=1000, blank=True)

    objects = ProctoringBanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="ban_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="ban_in_order",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
            ),
            models.CheckConstraint(
                name="ban_revoked",
                condition=Q(revoked_at__isnull=True)
                | Q(revoked_by__isnull=False) & ~Q(revoked_reason=""),
            ),
        ]
        indexes = [models.Index(name="ban_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"Ban of {self.agent_id}"
