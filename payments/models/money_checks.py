"""Results of checking what must always be true of the money."""

from django.db import models

from hitouch.core.db.base_models import BaseModel


class MoneyCheck(BaseModel):
    """One run over all invariants."""

    at = models.DateTimeField()
    broken = models.JSONField(default=list, help_text="Name, count and examples of each.")
    is_clean = models.BooleanField()

    class Meta:
        indexes = [models.Index(name="money_check_newest", fields=["-at"])]

    def __str__(self) -> str:
        return "All in order" if self.is_clean else f"{len(self.broken)} broken"
