"""Figures of Help, a row a day and language."""

from django.db import models

from chatbot.models.languages import HelpLanguage
from hitouch.core.db.base_models import BaseModel

#: The row of a day for all languages together.
ALL_LANGUAGES = "ALL"


class DailyFigures(BaseModel):
    """The figures of one day in Indian time, in one language or in all."""

    day = models.DateField()
    language = models.CharField(
        max_length=8, choices=[*HelpLanguage.choices, (ALL_LANGUAGES, "All languages")]
    )
    figures = models.JSONField(help_text="See chatbot/analytics.")
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "daily figures"
        constraints = [
            models.UniqueConstraint(name="figures_once_a_day", fields=["day", "language"])
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.get_language_display()}"
