"""What an agent typed into a section of the profile and has not saved yet."""

import json

from django.db import models

from accounts.models import Agent
from hitouch.core.fields import EncryptedTextField
from hitouch.core.rows import Row


class ProfileDraft(Row):
    """One section as it was typed last, half words and all, sealed; empty once it is saved.

    The revision only grows, also when the section is saved: whoever changes the draft says which
    one they saw, and another device's words are never written over unseen.
    """

    class Section(models.TextChoices):
        PERSON = "person", "Personal details"
        ADDRESS = "address", "Address"
        WORK = "work", "Work preferences"
        STUDIES = "studies", "Education"
        JOBS = "jobs", "Work experience"

    agent = models.ForeignKey(Agent, related_name="profile_drafts", on_delete=models.CASCADE)
    section = models.CharField(max_length=8, choices=Section.choices)
    revision = models.PositiveIntegerField(default=0)
    content = EncryptedTextField()
    typed_at = models.DateTimeField(null=True, help_text="Null while there are no unsaved changes.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_draft_per_section", fields=["agent", "section"])
        ]

    def __str__(self) -> str:
        return f"{self.get_section_display()}, revision {self.revision}"

    @property
    def fields(self) -> dict[str, str]:
        """What was typed, by the names of the page's fields."""
        return dict(json.loads(self.content or "{}"))
