"""Webhook events of the payout provider about transfers."""

from django.db import models

from hitouch.core.db.base_models import BaseModel


class ProviderEvent(BaseModel):
    """A signed webhook event, stored once. It makes us ask the provider; it decides nothing.

    Of the body only ids and words are kept: the rest has names and account numbers.
    """

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=60, blank=True)
    body_hash = models.CharField(max_length=64, help_text="SHA-256 of the signed body.")
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="event_once", fields=["provider", "event_id"])]
        indexes = [
            models.Index(
                name="event_unapplied",
                fields=["received_at"],
                condition=models.Q(applied_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
