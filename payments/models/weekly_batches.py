"""The weekly batches that the site makes by itself."""

from django.db import models

from hitouch.core.db.base_models import BaseModel


class WeeklyBatch(BaseModel):
    """The work of one week's day: made once, or not made yet with the reason."""

    due_at = models.DateTimeField(unique=True)
    made_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was not made, or made nothing."
    )

    class Meta:
        verbose_name_plural = "weekly batches"

    def __str__(self) -> str:
        return f"Weekly batch {self.due_at:%d %b %Y}"
