"""Sound: recordings of spoken answers in chunks, and plays of listening clips."""

from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from proctoring.models.sittings import SittingQuestion


class AudioPlay(BaseModel):
    """One play of a listening clip. The server counts them, not the page."""

    question = models.ForeignKey(SittingQuestion, related_name="plays", on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    until = models.DateTimeField(help_text="Until when the token fetches the clip.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="audio_play_number", fields=["question", "number"])
        ]

    def __str__(self) -> str:
        return f"Play {self.number} of {self.question_id}"


class Recording(BaseModel):
    """One take of a spoken answer. Chunks arrive while the person speaks."""

    class State(models.TextChoices):
        """States of a recording."""

        OPEN = "OPEN", "Recording"
        CLOSED = "CLOSED", "Complete"
        DISCARDED = "DISCARDED", "Replaced by a retake"

    class Judgement(models.TextChoices):
        """What the server found in the sound."""

        OK = "OK", "Good"
        TOO_QUIET = "TOO_QUIET", "Too quiet"
        SILENT = "SILENT", "Silent"
        CLIPPED = "CLIPPED", "Too loud"
        TOO_SHORT = "TOO_SHORT", "Too short"
        UNREADABLE = "UNREADABLE", "Cannot be read"

    question = models.ForeignKey(
        SittingQuestion, related_name="recordings", on_delete=models.CASCADE
    )
    device = models.UUIDField()
    take = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    mime = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    file = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    duration_ms = models.PositiveIntegerField(null=True)
    level = models.JSONField(default=dict)
    judgement = models.CharField(max_length=10, choices=Judgement.choices, blank=True)
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="recording_take", fields=["question", "take"]),
            models.UniqueConstraint(
                name="recording_one_open", fields=["question"], condition=Q(state="OPEN")
            ),
        ]

    def __str__(self) -> str:
        return f"Take {self.take} of {self.question_id}"


class RecordingChunk(BaseModel):
    """Some seconds of a take, as the browser encoded them. Emptied when the take is complete."""

    recording = models.ForeignKey(Recording, related_name="chunks", on_delete=models.CASCADE)
    sequence = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="recording_chunk_sequence", fields=["recording", "sequence"]
            )
        ]

    def __str__(self) -> str:
        return f"Chunk {self.sequence} of {self.recording_id}"
