"""Consents of users, one row per purpose and version."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Filters by validity."""

    def live(self) -> "ConsentQuerySet":
        """Neither withdrawn nor replaced by a newer version."""
        return self.filter(withdrawn_at=None, replaced_at=None)


class Consent(BaseModel):
    """A user's consent to one version of a purpose in `consents.yaml`. Kept after it ends."""

    class Where(models.TextChoices):
        PAGE = "PAGE", "On a page"
        API = "API", "Through an app"
        TEST = "TEST", "Before a test"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=12)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    where = models.CharField(max_length=4, choices=Where.choices)
    network = models.CharField(max_length=64, blank=True, help_text="Network address, masked.")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_consent_per_purpose",
                fields=["user", "purpose"],
                condition=Q(withdrawn_at=None, replaced_at=None),
            ),
            models.CheckConstraint(
                name="consent_ends_after_it_began",
                condition=(Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")))
                & (Q(replaced_at=None) | Q(replaced_at__gte=F("given_at"))),
            ),
        ]
        indexes = [
            models.Index(name="consent_newest", fields=["-given_at", "-id"]),
            models.Index(name="consent_by_version", fields=["version", "-given_at", "-id"]),
            models.Index(name="consent_by_purpose", fields=["purpose", "-given_at", "-id"]),
        ]
        triggers = [
            pgtrigger.Protect(name="consent_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="consent_is_kept", fields=["user", "purpose", "version", "given_at", "where"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"
