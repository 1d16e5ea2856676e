"""The journal of answers: every entry of every device stays, chained by hashes."""

import pgtrigger
from django.conf import settings
from django.db import models

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from proctoring.models.sittings import Sitting, SittingQuestion

#: Longest answer, in characters.
MAX_ANSWER_CHARS = 20_000


class AnswerEntry(BaseModel):
    """One entry of the journal. The counted entry written last is the answer.

    `written_at` is the page's time, corrected by its offset from the server's clock.
    """

    class Kind(models.TextChoices):
        """What the entry records."""

        ANSWER = "ANSWER", "Answer"
        CHOOSE = "CHOOSE", "Choice between two devices"
        MARK = "MARK", "Marked for review"
        UNMARK = "UNMARK", "Mark removed"

    class Origin(models.TextChoices):
        """How the entry came in."""

        JOURNAL = "JOURNAL", "Journal of a page"
        PAGE = "PAGE", "Form without scripts"
        PROGRAM = "PROGRAM", "Program"
        RESCUE = "RESCUE", "Rescue file"

    sitting = models.ForeignKey(Sitting, related_name="entries", on_delete=models.CASCADE)
    question = models.ForeignKey(SittingQuestion, related_name="entries", on_delete=models.CASCADE)
    device = models.UUIDField()
    sequence = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ANSWER)
    value = models.TextField(blank=True, max_length=MAX_ANSWER_CHARS)
    seen = models.UUIDField(null=True)
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    late = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)
    conflict = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="answer_entry_sequence", fields=["sitting", "device", "sequence"]
            ),
        ]
        indexes = [
            models.Index(
                name="answer_entry_newest", fields=["question", "-written_at", "-received_at"]
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sequence} of {self.device}"


class RescueFile(BaseModel):
    """Entries that an agent could not send in time, as a sealed file; staff decide on it."""

    class State(models.TextChoices):
        """States of a rescue file."""

        WAITING = "WAITING", "Waiting"
        ADMITTED = "ADMITTED", "Admitted"
        REFUSED = "REFUSED", "Refused"

    sitting = models.ForeignKey(Sitting, related_name="rescue_files", on_delete=models.CASCADE)
    file = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    digest = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    counts = models.JSONField(default=dict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rescue_file_once", fields=["sitting", "digest"])
        ]
        indexes = [models.Index(name="rescue_file_newest", fields=["-uploaded_at", "-id"])]

    def __str__(self) -> str:
        return f"Rescue file of {self.sitting}"
