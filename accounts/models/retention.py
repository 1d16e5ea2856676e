"""Chained proofs that retention rules were applied."""

import pgtrigger
from django.db import models

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.triggers import NoTruncate


class RetentionProof(BaseModel):
    """One batch that a rule of `retention.yaml` deleted: how many rows, never whose.

    Chained by hashes and written in the transaction of the deletion. The rule `night` marks the end
    of a complete run; it is written every night, also when nothing had expired.
    """

    NIGHT = "night"

    number = models.PositiveBigIntegerField(unique=True)
    rule = models.CharField(max_length=60)
    period = models.CharField(max_length=40, help_text="As the file said it then.")
    at = models.DateTimeField()
    ended = models.PositiveIntegerField()
    oldest_at = models.DateTimeField(null=True)
    newest_at = models.DateTimeField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(name="proof_by_rule", fields=["rule", "-number"]),
            models.Index(name="proof_by_day", fields=["at"]),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NoTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.rule}, {self.ended}"
