"""Agreement texts and versions, what agents read and signed, and the sealed PDFs."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.word_search import words_index
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.models import StoredFile


class AgreementKind(models.TextChoices):
    """The kinds of agreements."""

    NDA = "NDA", "Confidentiality agreement"
    CONTRACTOR = "CONTRACTOR", "Contractor agreement"


class TemplateQuerySet(models.QuerySet["AgreementTemplate"]):
    """Filters for drafts and published versions."""

    def in_force(self) -> "TemplateQuerySet":
        """The newest published version of each kind."""
        published = self.filter(in_force_at__isnull=False)
        return published.order_by("kind", "-in_force_at", "-version").distinct("kind")

    def drafts(self) -> "TemplateQuerySet":
        """Not in force and not archived."""
        return self.filter(in_force_at=None, archived_at=None)

    def starting(self, now: datetime) -> "TemplateQuerySet":
        """Scheduled drafts that are due."""
        return self.drafts().filter(starts_at__lte=now)


class AgreementTemplate(BaseModel):
    """One version of one text. Once in force it never changes; a change is a new version.

    A draft is published for a time (`starts_at`) and comes into force then (`in_force_at`).
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
        """Whether the text can still be changed."""
        return self.in_force_at is None and self.archived_at is None

    @property
    def standing(self) -> str:
        """The state as text."""
        if self.archived_at:
            return "Archived"
        if self.in_force_at:
            return "Published"
        return "Scheduled" if self.starts_at else "Draft"


class AgreementReading(BaseModel):
    """The exact text that an agent was shown, and whether they read it to the end.

    What is shown, hashed, bound to the one-time code and signed is always this text.
    """

    agent = models.ForeignKey(Agent, related_name="readings", on_delete=models.CASCADE)
    template = models.ForeignKey(
        AgreementTemplate, related_name="readings", on_delete=models.PROTECT
    )
    text = EncryptedTextField()
    text_sha256 = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    #: How many paragraphs were in view, as reported by the browser. Not evidence.
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


class Signature(BaseModel):
    """One agent's signature of one version of a text, with its evidence. Append-only."""

    agent = models.ForeignKey(Agent, related_name="signatures", on_delete=models.PROTECT)
    template = models.ForeignKey(
        AgreementTemplate, related_name="signatures", on_delete=models.PROTECT
    )
    kind = models.CharField(max_length=12, choices=AgreementKind.choices)
    version = models.CharField(max_length=12)
    #: The text with merge fields filled in; empty on rows from before merge fields existed.
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
        indexes = [
            models.Index(name="signature_newest", fields=["-signed_at", "-id"]),
            models.Index(name="signature_by_kind", fields=["kind", "-signed_at", "-id"]),
            models.Index(name="signature_by_version", fields=["version", "-signed_at", "-id"]),
            words_index("signature_typed_name", "typed_name"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}, {self.typed_name}"

    @property
    def exact_text(self) -> str:
        """The text of which `text_sha256` is the hash."""
        return self.text or self.template.text


class PaperQuerySet(LeasedQuerySet["SignedPaper"]):
    """Filters for PDFs that are not sealed yet."""

    def unsealed(self) -> "PaperQuerySet":
        """Not sealed yet."""
        return self.filter(sealed_at=None)

    def unfinished(self) -> "PaperQuerySet":
        """Rows that a worker may lease: not sealed yet, and not given up."""
        return self.unsealed().filter(tries__lt=SignedPaper.MAX_TRIES)

    def given_up(self) -> "PaperQuerySet":
        """PDFs that failed too often; staff start them again when the fault is mended."""
        return self.unsealed().filter(tries__gte=SignedPaper.MAX_TRIES)


class SignedPaper(BaseModel):
    """The sealed PDF of one signature, made by a worker after signing.

    It is made from the signature's row alone, so that it can be made again after a crash. Once
    sealed, the file never changes.
    """

    signature = models.OneToOneField(Signature, related_name="paper", on_delete=models.PROTECT)
    bundle = models.UUIDField(default=uuid4, db_index=True, help_text="Signed with one code.")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    certificate = models.TextField(blank=True, help_text="PEM; checks this paper for ever.")
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)

    #: Delays before the second, third … attempt. The last one repeats until `MAX_TRIES`.
    WAITS: ClassVar = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
    #: Attempts in about two days, longer than an outage of the storage.
    MAX_TRIES = 50

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="paper_due", fields=["next_try_at"], condition=Q(sealed_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                name="sealed_paper_is_whole",
                condition=Q(sealed_at=None, file=None, sha256="")
                | Q(sealed_at__isnull=False, file__isnull=False)
                & ~Q(sha256="")
                & ~Q(certificate=""),
            ),
            models.UniqueConstraint(
                name="paper_known_once", fields=["sha256"], condition=~Q(sha256="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sealed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.sealed_at IS NOT NULL AND "
                    "(OLD.signature_id, OLD.file_id, OLD.sha256, OLD.certificate, OLD.sealed_at) "
                    "IS DISTINCT FROM "
                    "(NEW.signature_id, NEW.file_id, NEW.sha256, NEW.certificate, NEW.sealed_at)"
                ),
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Paper of {self.signature_id}"

    @property
    def is_given_up(self) -> bool:
        """Whether no worker tries again until staff ask for it."""
        return self.sealed_at is None and self.tries >= self.MAX_TRIES


class TextNews(BaseModel):
    """Progress of notifying everybody who signed an older version about a new one."""

    template = models.OneToOneField(
        AgreementTemplate, related_name="news", on_delete=models.PROTECT
    )
    told_up_to = models.UUIDField(null=True, help_text="The last agent, in the order of their ids.")
    told = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"News of {self.template}"
