"""Scales that map an ability to a score and a level, and the panels that set them."""

import pgtrigger
from django.conf import settings
from django.db import models

from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from proctoring.models.item_bank import ItemVersion


class Scale(BaseModel):
    """A published table of cuts in logits. It never changes; a newer one replaces it."""

    number = models.PositiveIntegerField(unique=True)
    cuts = models.JSONField(help_text="The lowest ability of each level from A2 to C2, in logits.")
    origin = models.CharField(max_length=200)
    panel = models.OneToOneField(
        "proctoring.AngoffPanel",
        null=True,
        blank=True,
        related_name="scale",
        on_delete=models.PROTECT,
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Scale {self.number}"


class AngoffPanel(BaseModel):
    """A standard-setting panel by the modified Angoff method.

    Each panelist judges, for each item and level, how probably a person just at that level
    answers correctly.
    """

    title = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    round = models.PositiveSmallIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    cuts = models.JSONField(default=dict, blank=True, help_text="What the panel recommends.")
    errors = models.JSONField(default=dict, blank=True, help_text="Standard error of each cut.")
    panelists = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="panels", blank=True)
    items = models.ManyToManyField(ItemVersion, related_name="+", blank=True)

    def __str__(self) -> str:
        return self.title


class PanelJudgement(BaseModel):
    """One panelist's probability that a person just at a level answers an item correctly."""

    panel = models.ForeignKey(AngoffPanel, related_name="judgements", on_delete=models.CASCADE)
    panelist = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    version = models.ForeignKey(ItemVersion, related_name="+", on_delete=models.PROTECT)
    level = models.CharField(max_length=2, choices=CEFR.choices)
    round = models.PositiveSmallIntegerField()
    probability = models.FloatField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="panel_judgement_once",
                fields=["panel", "panelist", "version", "level", "round"],
            ),
            models.CheckConstraint(
                name="panel_judgement_is_a_probability",
                condition=models.Q(probability__gte=0, probability__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} at {self.level}: {self.probability:.2f}"
