"""The texts an agent agrees to, and the evidence that they did."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.fields import EncryptedTextField
from hitouch.core.rows import Row


class AgreementKind(models.TextChoices):
    """What an agreement is about."""

    NDA = "NDA", "Confidentiality agreement"
    CONTRACTOR = "CONTRACTOR", "Contractor agreement"


class TemplateQuerySet(models.QuerySet["AgreementTemplate"]):
    """Templates as sentences."""

    def in_force(self) -> "TemplateQuerySet":
        """The newest published version of each kind."""
        published = self.filter(in_force_at__isnull=False)
        return published.order_by("kind", "-in_force_at", "-version").distinct("kind")

    def drafts(self) -> "TemplateQuerySet":
        """Not in force yet, and not put away."""
        return self.filter(in_force_at=None, archived_at=None)

    def starting(self, now: datetime) -> "TemplateQuerySet":
        """Drafts whose moment has come."""
        return self.drafts().filter(starts_at__lte=now)


class AgreementTemplate(Row):
    """One version of one text. Once it is in force it never changes; a change is a new version.

    A draft is published for a moment (`starts_at`) and comes into force then (`in_force_at`).
    """

    Kind = AgreementKind

    kind = models.CharField(max_length=12, choices=Kind.choices)
    version = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    starts_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="agreement_version_once", fields=["kind", "version"]),
            models.UniqueConstraint(name="agreement_one_start", fields=["kind", "in_force_at"]),
            models.CheckConstraint(
                name="agreement_archived_never_in_force",
                condition=Q(archived_at=None) | Q(in_force_at=None, starts_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="in_force_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__in_force_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def is_draft(self) -> bool:
        """Whether its words can still be changed."""
        return self.in_force_at is None and self.archived_at is None

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        if self.archived_at:
            return "Archived"
        if self.in_force_at:
            return "Published"
        return "Scheduled" if self.starts_at else "Draft"


class AgreementReading(Row):
    """The exact text that one agent was shown, and that they read it to its end.

    It is decided here once: what is shown, hashed, bound to the code and signed is this text.
    """

    agent = models.ForeignKey(Agent, related_name="readings", on_delete=models.CASCADE)
    template = models.ForeignKey(
        AgreementTemplate, related_name="readings", on_delete=models.PROTECT
    )
    text = EncryptedTextField()
    text_sha256 = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    #: What the browser says of the way there: how many paragraphs were in view. No proof.
    seen = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reading_once", fields=["agent", "template"]),
            models.CheckConstraint(
                name="reading_ends_after_it_began",
                condition=Q(finished_at=None) | Q(finished_at__gte=models.F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}, read by {self.agent_id}"


class Signature(Row):
    """One agent's signature under one version of one text, with its evidence. Never changed."""

    agent = models.ForeignKey(Agent, related_name="signatures", on_delete=models.PROTECT)
    template = models.ForeignKey(
        AgreementTemplate, related_name="signatures", on_delete=models.PROTECT
    )
    kind = models.CharField(max_length=12, choices=AgreementKind.choices)
    version = models.CharField(max_length=12)
    #: The text as it was for this agent; empty on rows from before texts named anybody.
    text = EncryptedTextField()
    text_sha256 = models.CharField(max_length=64)
    typed_name = models.CharField(max_length=160)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400, blank=True)
    signed_at = models.DateTimeField()
    evidence = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="signed_once", fields=["agent", "kind", "version"]),
            models.CheckConstraint(name="signature_has_name", condition=~Q(typed_name="")),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}, {self.typed_name}"

    @property
    def exact_text(self) -> str:
        """The bytes that the hash is of, as text."""
        return self.text or self.template.text
