"""Words of skills and languages that staff took into the vocabulary besides its file."""

from django.db import models

from hitouch.core.rows import Row


class AdoptedWord(Row):
    """One way of writing a skill or a language, by its key, and the word it stands for."""

    class Kind(models.TextChoices):
        SKILL = "skills", "Skill"
        LANGUAGE = "languages", "Language"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_word_per_key", fields=["kind", "key"])]

    def __str__(self) -> str:
        return self.name
