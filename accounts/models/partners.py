"""Credentials of partner apps: API keys and OAuth2 clients.

Both act for one user, their owner, within their scopes. Neither secret can be read again.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel


class CredentialQuerySet(models.QuerySet[Any]):
    """Filters by validity."""

    def alive(self, at: datetime) -> "CredentialQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class Credential(BaseModel):
    """Identifies a partner app: for whom it acts, within which scopes, until when."""

    LONGEST: ClassVar = timedelta(days=365)

    name = models.CharField(max_length=30, help_text="The name its owner knows the app by.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    scopes = ArrayField(models.CharField(max_length=40))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who approved that it may spend a client's money.",
    )
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                name="one_live_%(class)s_per_name",
                fields=["owner", "name"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="%(class)s_revoked_with_reason",
                condition=Q(revoked_at=None, revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_why="")),
            ),
            models.CheckConstraint(
                name="%(class)s_approved_by_another",
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("created_by")) & ~Q(approved_by=F("owner"))),
            ),
            models.CheckConstraint(name="%(class)s_has_scopes", condition=Q(scopes__len__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def is_good(self, at: datetime) -> bool:
        """Valid, and its owner is an active user who is not staff."""
        alive = self.revoked_at is None and self.expires_at > at
        return alive and self.owner.is_active and not self.owner.is_staff


class ApiKey(Credential):
    """A static key, for partner apps that cannot use OAuth2."""

    prefix = models.CharField(
        max_length=12, help_text="First characters of the key, to identify it."
    )
    key_hash = models.CharField(max_length=64, unique=True)

    class Meta(Credential.Meta):
        verbose_name = "API key"


class OAuthClient(Credential):
    """A client that exchanges its secret for one-hour tokens (RFC 6749, section 4.4).

    The hashed secret and the tokens are rows of allauth; this row has the owner and the scopes.
    """

    client = models.OneToOneField(
        "allauth_idp_oidc.Client", on_delete=models.CASCADE, related_name="partner"
    )

    class Meta(Credential.Meta):
        verbose_name = "OAuth2 client"
