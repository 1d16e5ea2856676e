"""The proof that what had its time was removed."""

import pgtrigger
from django.db import models

from hitouch.core.db.base_models import BaseModel


class RetentionProof(BaseModel):
    """One batch that a rule of `retention.yaml` ended: how many, never whose. Chained by hashes.

    Written in the transaction that ends the batch. The rule `night` closes a whole run: it is
    there on each night, also when nothing was over.
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
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.rule}, {self.ended}"
