"""Evidence of a sitting: system checks, identity photo, snapshots."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField
from hitouch.core.models import StoredFile
from proctoring.models.connections import MonitoringConnection, StillChallenge
from proctoring.models.observations import Observation
from proctoring.models.sittings import Sitting


class SystemCheck(BaseModel):
    """One try of a check before the assessment: network, system, devices, spoken sentence."""

    class Kind(models.TextChoices):
        """What was checked."""

        SYSTEM = "SYSTEM", "System check"
        NETWORK = "NETWORK", "Network check"
        DEVICES = "DEVICES", "Camera and microphone check"
        SENTENCE = "SENTENCE", "Spoken sentence"

    sitting = models.ForeignKey(Sitting, related_name="checks", on_delete=models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    facts = models.JSONField()
    results = models.JSONField()
    passed = models.BooleanField()
    picture = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    sound = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    keep_until = models.DateTimeField(null=True, help_text="When picture and sound are deleted.")
    valid_until = models.DateTimeField(null=True, help_text="Until when it need not be repeated.")
    pending = models.BooleanField(default=False, help_text="The sound is still to be listened to.")
    checked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="system_check_files",
                fields=["keep_until"],
                condition=Q(picture__isnull=False) | Q(sound__isnull=False),
            ),
            models.Index(
                name="system_check_pending", fields=["checked_at"], condition=Q(pending=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {'passed' if self.passed else 'not passed'}"


class IdentityCheck(BaseModel):
    """One photo taken before the assessment, compared with the profile photo."""

    class Reference(models.TextChoices):
        """The photo that it is compared with."""

        PROFILE = "PROFILE", "Profile photo"
        KYC = "KYC", "Photo of the documents"

    class Outcome(models.TextChoices):
        """What the comparison led to."""

        PASSED = "PASSED", "Same person"
        RETRY = "RETRY", "Another try"
        PERSON = "PERSON", "For a person to decide"

    sitting = models.ForeignKey(Sitting, related_name="identity_checks", on_delete=models.CASCADE)
    photo = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    taken_at = models.DateTimeField()
    keep_until = models.DateTimeField()
    number = models.PositiveSmallIntegerField(default=1)
    reference = models.CharField(max_length=7, choices=Reference.choices, blank=True)
    distance = models.FloatField(null=True, help_text="Distance of the faces: 0 is the same.")
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    descriptor = EncryptedTextField(blank=True, help_text="Deleted with the photo.")
    same_person = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="identity_check_number", fields=["sitting", "number"]),
            models.CheckConstraint(
                name="identity_decided_by_someone",
                condition=Q(same_person__isnull=True, decided_at__isnull=True)
                | Q(
                    same_person__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Photo {self.number} for {self.sitting}"


class Snapshot(BaseModel):
    """A private picture from the camera during the sitting."""

    class Origin(models.TextChoices):
        """Why it was taken."""

        PERIODIC = "PERIODIC", "Periodic"
        EVENT = "EVENT", "With an event"
        CHALLENGE = "CHALLENGE", "Requested by the server"
        PROOF = "PROOF", "When connecting"

    class Check(models.TextChoices):
        """What the server's own look at it found."""

        NOT_NEEDED = "NOT_NEEDED", "Not checked"
        PENDING = "PENDING", "To be checked"
        CONFIRMED = "CONFIRMED", "Agrees with the page"
        CONTRADICTED = "CONTRADICTED", "Disagrees with the page"
        UNAVAILABLE = "UNAVAILABLE", "Could not be checked"

    sitting = models.ForeignKey(Sitting, related_name="snapshots", on_delete=models.CASCADE)
    observation = models.ForeignKey(
        Observation, null=True, related_name="snapshots", on_delete=models.CASCADE
    )
    connection = models.ForeignKey(
        MonitoringConnection, null=True, related_name="+", on_delete=models.CASCADE
    )
    challenge = models.OneToOneField(
        StillChallenge, null=True, related_name="snapshot", on_delete=models.CASCADE
    )
    file = models.ForeignKey(StoredFile, related_name="+", on_delete=models.PROTECT)
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.PERIODIC)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was sent.")
    fingerprint = models.CharField(
        max_length=16, blank=True, help_text="Difference hash, to find repeated pictures."
    )
    luminance = models.FloatField(null=True, help_text="Mean brightness from 0 to 255.")
    faces_claimed = models.PositiveSmallIntegerField(null=True, help_text="As the page says.")
    faces_found = models.PositiveSmallIntegerField(null=True, help_text="By the server.")
    distance = models.FloatField(null=True, help_text="To the photo taken before.")
    check_result = models.CharField(max_length=12, choices=Check.choices, default=Check.NOT_NEEDED)
    checked_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()
    keep_until = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="snapshot_by_time", fields=["sitting", "taken_at"]),
            models.Index(
                name="snapshot_to_check",
                fields=["taken_at"],
                condition=Q(check_result="PENDING"),
            ),
        ]

    def __str__(self) -> str:
        return f"Picture at {self.taken_at:%H:%M:%S}"
