"""FAQ: categories, and entries with a question, its variants and the answer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hitouch.core.db.base_models import BaseModel


class FaqCategory(BaseModel):
    """A heading of the help page."""

    title = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "FAQ category"
        verbose_name_plural = "FAQ categories"

    def __str__(self) -> str:
        return self.title


class FaqEntryQuerySet(models.QuerySet["FaqEntry"]):
    """Filters by state."""

    def active(self) -> FaqEntryQuerySet:
        return self.filter(is_active=True)


class FaqEntry(BaseModel):
    """One answer with its question and other ways to ask it."""

    category = models.ForeignKey(FaqCategory, related_name="entries", on_delete=models.PROTECT)
    key = models.SlugField(
        max_length=60, unique=True, help_text="Identifier of the entry in the seed file."
    )
    question = models.CharField(max_length=200)
    variants = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Other ways to ask this, separated by commas. The more, the better the match.",
    )
    answer = models.TextField()
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    objects = FaqEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "FAQ answer"

    def __str__(self) -> str:
        return self.question
