"""Education, work and profile drafts of an agent. Personal details are on `accounts.Agent`."""

import json

from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField


class Qualification(BaseModel):
    """One qualification of an agent."""

    class Level(models.TextChoices):
        SCHOOL = "SCHOOL", "School (class 10 or 12)"
        DIPLOMA = "DIPLOMA", "Diploma or ITI"
        BACHELOR = "BACHELOR", "Bachelor's degree"
        MASTER = "MASTER", "Master's degree"
        DOCTORATE = "DOCTORATE", "Doctorate"
        CERTIFICATE = "CERTIFICATE", "Certificate"

    agent = models.ForeignKey(Agent, related_name="qualifications", on_delete=models.CASCADE)
    level = models.CharField(max_length=12, choices=Level.choices)
    title = models.CharField(max_length=120)
    institution = models.CharField(max_length=160, blank=True)
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="qualification_year_sane", condition=Q(year__gte=1950, year__lte=2100)
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"


class Experience(BaseModel):
    """One job of an agent, present or past."""

    class Domain(models.TextChoices):
        SUPPORT = "SUPPORT", "Customer support"
        SALES = "SALES", "Sales and telecalling"
        TECHNICAL = "TECHNICAL", "Technical support"
        BACK_OFFICE = "BACK_OFFICE", "Back office and data"
        MODERATION = "MODERATION", "Content moderation"
        TEACHING = "TEACHING", "Teaching"
        OTHER = "OTHER", "Other"

    agent = models.ForeignKey(Agent, related_name="experiences", on_delete=models.CASCADE)
    company = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    domain = models.CharField(max_length=12, choices=Domain.choices)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="experience_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.company}"


class Employment(BaseModel):
    """The agent's current employment besides gigs."""

    class Status(models.TextChoices):
        NOT_EMPLOYED = "NOT_EMPLOYED", "Not employed"
        EMPLOYED = "EMPLOYED", "Employed"
        SELF_EMPLOYED = "SELF_EMPLOYED", "Self-employed"
        STUDENT = "STUDENT", "Student"

    agent = models.OneToOneField(Agent, related_name="employment", on_delete=models.CASCADE)
    status = models.CharField(max_length=16, choices=Status.choices)
    employer = models.CharField(max_length=120, blank=True)
    job_title = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="employed_names_employer",
                condition=~Q(status="EMPLOYED") | ~Q(employer=""),
            )
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class ProfileDraft(BaseModel):
    """Unsaved input of one profile section, encrypted; empty once the section is saved.

    The revision only grows, also on saving. A change names the revision it is based on, so that
    input from another device is never overwritten unseen (optimistic locking).
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
        """The input by field name."""
        return dict(json.loads(self.content or "{}"))
