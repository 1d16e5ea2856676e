"""The journal of answers: every entry of every device stays, chained by hashes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from proctoring.models import triggers
from proctoring.models.sittings import Sitting, SittingQuestion

#: Longest answer, in characters.
MAX_ANSWER_CHARS = 20_000


class AnswerEntryQuerySet(models.QuerySet["AnswerEntry"]):
    """Filters by what counts, and the order in which answers replace each other."""

    def answers(self) -> "AnswerEntryQuerySet":
        """Entries that count and hold an answer."""
        return self.filter(counted=True, kind__in=("ANSWER", "CHOOSE"))

    def newest_first(self, *before: str) -> "AnswerEntryQuerySet":
        """The entry that counts most comes first."""
        return self.order_by(*before, "-written_at", "-received_at", "-sequence")


class AnswerEntry(BaseModel):
    """One entry of the journal. The counted entry written last is the answer.

    `stated_at` is the device's time, corrected by its offset from the server's clock, and part of
    the hash. `written_at` is that time, kept between the opening of the section and the receipt,
    and not before the device's previous entry. An entry that is refused keeps its place in the
    chain, with the code of the refusal.
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
    question = models.ForeignKey(
        SittingQuestion, null=True, related_name="entries", on_delete=models.CASCADE
    )
    device = models.UUIDField()
    sequence = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ANSWER)
    value = models.TextField(blank=True, max_length=MAX_ANSWER_CHARS)
    seen = models.UUIDField(null=True)
    stated_at = models.DateTimeField()
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    late = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)
    conflict = models.BooleanField(default=False)
    refusal = models.CharField(max_length=24, blank=True)

    objects = AnswerEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="answer_entry_counts_or_is_refused",
                condition=Q(counted=True, refusal="", question__isnull=False)
                | Q(counted=False) & ~Q(refusal=""),
            ),
            models.CheckConstraint(
                name="answer_entry_written_before_receipt",
                condition=Q(written_at__lte=models.F("received_at")),
            ),
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
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            triggers.require_open_section(),
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
