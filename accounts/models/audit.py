"""Audit events, append-only and chained by hashes, and the signed anchors of the chain."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from hitouch.core.db.triggers import NoTruncate


class AuditEvent(models.Model):
    """One act: who, what, on which row, what changed (personal data masked by the caller).

    Rows are chained shortly after they are written (`accounts.security.audit.chain_events`), so
    that an act never waits for another transaction: `number`, `previous_hash` and `hash` are set
    once, and nothing else can be changed or deleted.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    on_kind = models.CharField(max_length=60)
    on_id = models.CharField(max_length=60)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True, help_text="Network, masked.")
    number = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["on_kind", "on_id"], name="audit_on"),
            models.Index(fields=["id"], condition=Q(number__isnull=True), name="audit_unsealed"),
            models.Index(name="audit_by_action", fields=["action", "-id"]),
            models.Index(name="audit_by_kind", fields=["on_kind", "-id"]),
            models.Index(name="audit_by_row", fields=["on_id", "-id"]),
            models.Index(name="audit_by_request", fields=["request_id"]),
            BrinIndex(name="audit_by_day", fields=["at"], autosummarize=True),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="audit_sealed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="audit_content",
                fields=[
                    "at",
                    "by",
                    "action",
                    "on_kind",
                    "on_id",
                    "old",
                    "new",
                    "request_id",
                    "address",
                ],
            ),
            NoTruncate(name="audit_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.action} on {self.on_kind} {self.on_id}"


class AuditAnchor(models.Model):
    """How far the chains of audit events and retention proofs reached, signed with our key.

    The first one is made with the table, later ones by the nightly check. Anchors are also kept
    outside the database (`accounts.security.anchors`).
    """

    at = models.DateTimeField()
    events = models.BigIntegerField(help_text="Number of the last chained event.")
    events_head = models.CharField(max_length=64, blank=True, help_text="Its hash.")
    proofs = models.BigIntegerField(help_text="Number of the last retention proof.")
    proofs_head = models.CharField(max_length=64, blank=True, help_text="Its hash.")
    mac = models.CharField(max_length=64, help_text="HMAC of the other columns.")

    class Meta:
        triggers = [
            pgtrigger.Protect(name="anchor_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            NoTruncate(name="anchor_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.events} events, {self.proofs} proofs"
