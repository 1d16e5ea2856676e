"""Receipts of the consent to be recorded."""

import pgtrigger
from django.db import models

from hitouch.core.db.base_models import BaseModel
from proctoring.models.sittings import Sitting


class ConsentReceipt(BaseModel):
    """One kind of what is recorded, as the person was told before agreeing to it."""

    sitting = models.ForeignKey(Sitting, related_name="receipts", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    artefact = models.CharField(max_length=20)
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    seen_by = models.CharField(max_length=100)
    keep_days = models.PositiveSmallIntegerField(
        null=True, help_text="Empty: as long as the result is kept."
    )
    version = models.CharField(max_length=12)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="consent_receipt_once", fields=["sitting", "artefact"])
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.artefact}, version {self.version}"
