"""The levels of the Common European Framework of Reference for Languages."""

from django.db import models


class CEFR(models.TextChoices):
    """How well someone uses a language, from A1 (beginner) to C2 (mastery).

    The values sort the way the levels do, in Python and in SQL alike, so `level >= CEFR.B2`
    and `filter(level__gte=CEFR.B2)` both mean what they say.
    """

    A1 = "A1", "A1, beginner"
    A2 = "A2", "A2, elementary"
    B1 = "B1", "B1, intermediate"
    B2 = "B2", "B2, upper intermediate"
    C1 = "C1", "C1, advanced"
    C2 = "C2", "C2, mastery"
