"""Languages in which people ask and are answered."""

from django.db import models


class HelpLanguage(models.TextChoices):
    """A language of a text. HINGLISH is Hindi in Latin letters, as people type it on phones."""

    EN = "EN", "English"
    HI = "HI", "हिन्दी"
    HINGLISH = "HINGLISH", "Hinglish"
