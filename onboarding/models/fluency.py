"""How well an agent says to know a language: in speaking, and in writing."""

from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.rows import Row


class Fluency(Row):
    """One language of a profile. What is empty was not told; a language without a row, too."""

    class Grade(models.TextChoices):
        NONE = "NONE", "Not at all"
        BASIC = "BASIC", "A little"
        GOOD = "GOOD", "Well"
        FLUENT = "FLUENT", "Fluently"

    agent = models.ForeignKey(Agent, related_name="fluencies", on_delete=models.CASCADE)
    language = models.CharField(max_length=60)
    spoken = models.CharField(max_length=10, choices=Grade.choices, blank=True)
    written = models.CharField(max_length=10, choices=Grade.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_fluency_a_language", fields=["agent", "language"]),
            models.CheckConstraint(
                name="fluency_says_something", condition=~Q(spoken="") | ~Q(written="")
            ),
        ]

    def __str__(self) -> str:
        return self.language
