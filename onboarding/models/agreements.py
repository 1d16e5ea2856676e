"""The texts an agent agrees to, and the evidence that they did."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Agent
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


class AgreementTemplate(Row):
    """One version of one text. Once it is in force it never changes; a change is a new version."""

    Kind = AgreementKind

    kind = models.CharField(max_length=12, choices=Kind.choices)
    version = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    in_force_at = models.DateTimeField(null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="agreement_version_once", fields=["kind", "version"]),
            models.UniqueConstraint(name="agreement_one_start", fields=["kind", "in_force_at"]),
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


class Signature(Row):
    """One agent's signature under one version of one text, with its evidence. Never changed."""

    agent = models.ForeignKey(Agent, related_name="signatures", on_delete=models.PROTECT)
    template = models.ForeignKey(
        AgreementTemplate, related_name="signatures", on_delete=models.PROTECT
    )
    kind = models.CharField(max_length=12, choices=AgreementKind.choices)
    version = models.CharField(max_length=12)
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
