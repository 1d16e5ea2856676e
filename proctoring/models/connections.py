"""Connections of candidates' pages and programs, coverage gaps and challenges."""

from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from proctoring.models.sittings import Sitting


class MonitoringConnection(BaseModel):
    """A WebSocket of one page or program. The one that is HELD holds the sitting's lease."""

    class Client(models.TextChoices):
        """What connected."""

        PAGE = "PAGE", "The page"
        PROGRAM = "PROGRAM", "A program"

    class State(models.TextChoices):
        """Whether it holds the lease, and how it ended."""

        WAITING = "WAITING", "Not proven yet"
        HELD = "HELD", "Holds the lease"
        LOST = "LOST", "Not heard of"
        CLOSED = "CLOSED", "Closed"
        REPLACED = "REPLACED", "Replaced by another"

    sitting = models.ForeignKey(Sitting, related_name="connections", on_delete=models.CASCADE)
    device = models.UUIDField()
    client = models.CharField(max_length=7, choices=Client.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    opened_at = models.DateTimeField()
    last_beat_at = models.DateTimeField()
    camera_proven_at = models.DateTimeField(null=True)
    sound_proven_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    facts = models.JSONField(
        default=dict, help_text="Class of device, browser, network and light, for the trust board."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="connection_one_lease", fields=["sitting"], condition=Q(state="HELD")
            ),
            models.CheckConstraint(
                name="connection_ended",
                condition=Q(state__in=("WAITING", "HELD"), ended_at__isnull=True)
                | Q(state__in=("LOST", "CLOSED", "REPLACED"), ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="connection_silent",
                fields=["last_beat_at"],
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(name="connection_by_sitting", fields=["sitting", "opened_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_client_display()}: {self.get_state_display()}"


class ConnectionTicket(BaseModel):
    """A secret with which a client that sends no Origin may connect once."""

    sitting = models.ForeignKey(Sitting, related_name="tickets", on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Ticket for {self.sitting_id}"


class CoverageGap(BaseModel):
    """An interval of a sitting that was not monitored. It is never a violation."""

    class Reason(models.TextChoices):
        """Why it was not monitored."""

        CONNECTION = "CONNECTION", "Connection"
        CAMERA = "CAMERA", "Camera"
        MICROPHONE = "MICROPHONE", "Microphone"
        STILLS = "STILLS", "No pictures"
        DETECTOR = "DETECTOR", "Face detection"
        PAUSE = "PAUSE", "Pause"
        TAKEOVER = "TAKEOVER", "Change of window"

    sitting = models.ForeignKey(Sitting, related_name="gaps", on_delete=models.CASCADE)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="coverage_gap_one_open",
                fields=["sitting", "reason"],
                condition=Q(until__isnull=True),
            ),
            models.CheckConstraint(
                name="coverage_gap_in_order",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]
        indexes = [models.Index(name="coverage_gap_by_time", fields=["sitting", "since"])]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} from {self.since:%H:%M:%S}"


class StillChallenge(BaseModel):
    """A picture that the server asked for at a moment of its own choice."""

    class State(models.TextChoices):
        """Whether it came in time."""

        OPEN = "OPEN", "Open"
        ANSWERED = "ANSWERED", "Answered"
        MISSED = "MISSED", "Missed"

    sitting = models.ForeignKey(Sitting, related_name="challenges", on_delete=models.CASCADE)
    nonce = models.UUIDField(unique=True)
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="challenge_one_open", fields=["sitting"], condition=Q(state="OPEN")
            ),
            models.CheckConstraint(
                name="challenge_answered",
                condition=Q(state="ANSWERED", answered_at__isnull=False)
                | ~Q(state="ANSWERED") & Q(answered_at__isnull=True),
            ),
        ]
        indexes = [models.Index(name="challenge_due", fields=["due_at"], condition=Q(state="OPEN"))]

    def __str__(self) -> str:
        return f"StillChallenge at {self.issued_at:%H:%M:%S}"
