"""What was observed in a sitting, and what the policy and people made of it."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q

from hitouch.core.db.base_models import BaseModel
from proctoring.models.connections import MonitoringConnection
from proctoring.models.kinds import ObservationKind
from proctoring.models.policies import MonitoringPolicy
from proctoring.models.sittings import Sitting

MESSAGES: dict[str, str] = dict(ObservationKind.choices)


class ObservationQuerySet(models.QuerySet["Observation"]):
    """Observations with what was made of them."""

    def with_rulings(self) -> Self:
        """Read the rulings as well, so that `ruling` asks nothing."""
        rulings = apps.get_model("proctoring", "Ruling").objects.select_related("by")
        return self.prefetch_related(Prefetch("rulings", rulings.order_by("-number")))


class Observation(BaseModel):
    """A fact that was seen in a sitting. Immutable, in one hash chain a sitting."""

    class Origin(models.TextChoices):
        """Who saw it."""

        BROWSER = "BROWSER", "The page"
        PROGRAM = "PROGRAM", "A program"
        SERVER = "SERVER", "The server"
        STAFF = "STAFF", "A proctor"

    sitting = models.ForeignKey(Sitting, related_name="observations", on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    connection = models.ForeignKey(
        MonitoringConnection, null=True, related_name="+", on_delete=models.CASCADE
    )
    device = models.UUIDField(null=True)
    sequence = models.PositiveIntegerField(null=True, help_text="In the journal of the device.")
    kind = models.CharField(max_length=24)
    count = models.PositiveIntegerField(default=1, help_text="Repeats that were folded into it.")
    client_at = models.DateTimeField(null=True, help_text="As the device states it.")
    received_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    hash_version = models.PositiveSmallIntegerField(default=2)
    legacy = models.JSONField(default=dict, help_text="What a hash of version 1 covers besides.")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="observation_number", fields=["sitting", "number"]),
            models.UniqueConstraint(
                name="observation_sequence",
                fields=["sitting", "device", "sequence"],
                condition=Q(sequence__isnull=False),
            ),
            models.CheckConstraint(name="observation_counts", condition=Q(count__gte=1)),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.message}"

    @property
    def message(self) -> str:
        """A description for the agent and the proctor."""
        return MESSAGES.get(self.kind, self.kind)

    @property
    def ruling(self) -> "Ruling | None":
        """The ruling that counts."""
        return max(self.rulings.all(), key=lambda row: row.number, default=None)

    @property
    def seen_at(self) -> datetime:
        """When it was, as the device states it, or when it was recorded."""
        return self.client_at or self.received_at


class Ruling(BaseModel):
    """What the policy or a person made of an observation. The highest number counts."""

    class Severity(models.TextChoices):
        """How serious the observation is."""

        INFO = "INFO", "Information"
        LOW = "LOW", "Low"
        MEDIUM = "MEDIUM", "Medium"
        HIGH = "HIGH", "High"
        CRITICAL = "CRITICAL", "Critical"

    class Standing(models.TextChoices):
        """What the observation led to."""

        NOTED = "NOTED", "Noted"
        WARNED = "WARNED", "Warning"
        COUNTED = "COUNTED", "Points added"

    class Verdict(models.TextChoices):
        """Who ruled."""

        AUTOMATIC = "AUTOMATIC", "By the rules"
        CONFIRMED = "CONFIRMED", "Confirmed by a person"
        DISMISSED = "DISMISSED", "Dismissed by a person"

    sitting = models.ForeignKey(Sitting, related_name="rulings", on_delete=models.CASCADE)
    observation = models.ForeignKey(Observation, related_name="rulings", on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField(default=1)
    policy = models.ForeignKey(
        MonitoringPolicy, null=True, related_name="+", on_delete=models.PROTECT
    )
    severity = models.CharField(max_length=8, choices=Severity.choices)
    standing = models.CharField(max_length=8, choices=Standing.choices)
    points = models.PositiveSmallIntegerField(default=0)
    submits = models.BooleanField(default=False, help_text="Ended the sitting.")
    verdict = models.CharField(max_length=9, choices=Verdict.choices, default=Verdict.AUTOMATIC)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ruling_number", fields=["observation", "number"]),
            models.CheckConstraint(
                name="ruling_points_only_when_counted",
                condition=Q(standing="COUNTED", points__gt=0)
                | ~Q(standing="COUNTED") & Q(points=0),
            ),
            models.CheckConstraint(
                name="ruling_of_person_has_reason",
                condition=Q(verdict="AUTOMATIC") | Q(by__isnull=False) & ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(name="ruling_by_sitting", fields=["sitting", "at"])]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_standing_display()}: {self.observation_id}"


class MonitoringState(BaseModel):
    """What monitoring knows of a running sitting, so that its observations are never read whole.

    Whoever appends an observation locks it, after the sitting if that is locked too.
    """

    sitting = models.OneToOneField(Sitting, related_name="monitoring", on_delete=models.CASCADE)
    last_number = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    warnings = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)
    engine = models.JSONField(default=dict, help_text="State of the policy's engine.")
    intake = models.JSONField(
        default=dict, help_text="Ends of the devices' journals, and how often kinds came."
    )
    submit_due_at = models.DateTimeField(
        null=True, help_text="When the rules ended it; a sweep does it if the server was killed."
    )
    submit_reason = models.CharField(max_length=300, blank=True)
    stills = models.PositiveIntegerField(default=0)
    last_still_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="monitoring_to_submit",
                fields=["submit_due_at"],
                condition=Q(submit_due_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Monitoring of {self.sitting_id}"
