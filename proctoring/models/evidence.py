"""Evidence of a sitting: system checks, identity photo, monitoring events, snapshots."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from proctoring import violations
from proctoring.models.sittings import Sitting


class SystemCheck(BaseModel):
    """One run of the system check, or of the camera and microphone check."""

    class Kind(models.TextChoices):
        """What was checked."""

        SYSTEM = "SYSTEM", "System check"
        DEVICES = "DEVICES", "Camera and microphone check"

    sitting = models.ForeignKey(Sitting, related_name="checks", on_delete=models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    facts = models.JSONField()
    results = models.JSONField()
    passed = models.BooleanField()
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {'passed' if self.passed else 'not passed'}"


class IdentityCheck(BaseModel):
    """The photo taken before the assessment, compared with the profile photo by a proctor."""

    sitting = models.OneToOneField(Sitting, related_name="identity", on_delete=models.CASCADE)
    photo = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    taken_at = models.DateTimeField()
    keep_until = models.DateTimeField()
    same_person = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="identity_decided_by_someone",
                condition=Q(same_person__isnull=True, decided_at__isnull=True)
                | Q(
                    same_person__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            )
        ]

    def __str__(self) -> str:
        return f"Photo for {self.sitting}"


class MonitoringEvent(BaseModel):
    """One recorded event, in a hash chain so that none can be removed unnoticed."""

    class Severity(models.TextChoices):
        """How serious the event is."""

        INFO = "INFO", "Information"
        LOW = "LOW", "Low"
        MEDIUM = "MEDIUM", "Medium"
        HIGH = "HIGH", "High"
        CRITICAL = "CRITICAL", "Critical"

    class Standing(models.TextChoices):
        """What the event led to."""

        NOTED = "NOTED", "Noted"
        WARNED = "WARNED", "Warning"
        COUNTED = "COUNTED", "Points added"

    sitting = models.ForeignKey(Sitting, related_name="seen", on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    browser_id = models.UUIDField()
    kind = models.CharField(
        max_length=20, choices=[(kind, kind) for kind in sorted(violations.RULES)]
    )
    severity = models.CharField(max_length=8, choices=Severity.choices)
    standing = models.CharField(max_length=8, choices=Standing.choices)
    points = models.PositiveSmallIntegerField()
    browser_at = models.DateTimeField()
    received_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="seen_number", fields=["sitting", "number"]),
            models.UniqueConstraint(name="seen_once", fields=["sitting", "browser_id"]),
            models.CheckConstraint(
                name="seen_points_only_when_counted",
                condition=Q(standing="COUNTED", points__gt=0)
                | ~Q(standing="COUNTED") & Q(points=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.message}"

    @property
    def message(self) -> str:
        """A description for the agent and the proctor."""
        return violations.RULES[self.kind].message


class Snapshot(BaseModel):
    """A private picture from the camera during the sitting."""

    sitting = models.ForeignKey(Sitting, related_name="snapshots", on_delete=models.CASCADE)
    event = models.ForeignKey(
        MonitoringEvent, null=True, related_name="snapshots", on_delete=models.CASCADE
    )
    file = models.ForeignKey(StoredFile, related_name="+", on_delete=models.PROTECT)
    taken_at = models.DateTimeField()
    keep_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="snapshot_by_time", fields=["sitting", "taken_at"])]

    def __str__(self) -> str:
        return f"Picture at {self.taken_at:%H:%M:%S}"
