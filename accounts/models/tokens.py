"""Tokens of first-party apps: one family per log-in, stored as hashes."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel


class FamilyQuerySet(models.QuerySet["TokenFamily"]):
    """Filters by validity."""

    def alive(self, at: datetime) -> "FamilyQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class TokenFamily(BaseModel):
    """One log-in of one app, and all tokens issued for it."""

    class Why(models.TextChoices):
        LOGGED_OUT = "LOGGED_OUT", "Logged out"
        REPLAYED = "REPLAYED", "An old refresh token was used again"
        SECURED = "SECURED", "Password or contact changed"
        SUSPENDED = "SUSPENDED", "Account suspended"
        ENDED = "ENDED", "Ended by staff"
        CLOSED = "CLOSED", "Account closed"

    LIFETIME: ClassVar = timedelta(days=30)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_families"
    )
    program = models.CharField(max_length=200, blank=True)
    second_factor_at = models.DateTimeField(null=True)
    #: When the user last authenticated: at log-in, or again before a sensitive act.
    proved_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    #: The hashed key of the session in which an app logged in, if it has one: it ends with it.
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=10, choices=Why.choices, blank=True)

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = "app session"
        verbose_name_plural = "app sessions"
        indexes = [
            models.Index(name="family_newest", fields=["-created_at", "-id"]),
            models.Index(name="family_by_end", fields=["revoked_why", "-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="family_revoked_with_reason",
                condition=Q(revoked_at=None, revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_why="")),
            )
        ]

    def __str__(self) -> str:
        return self.program or "An app"

    def is_alive(self, at: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > at


class RefreshToken(BaseModel):
    """Valid for one exchange; a second use revokes its family.

    Within `REPEAT_PERIOD` the same client gets the same pair again, as its answer may be lost.
    """

    REPEAT_PERIOD: ClassVar = timedelta(seconds=10)

    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="refresh_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)
    successor = models.OneToOneField(
        "self", null=True, on_delete=models.SET_NULL, related_name="predecessor"
    )
    client = models.CharField(max_length=64, blank=True, help_text="Keyed hash of its user agent.")
    place = models.CharField(max_length=64, blank=True, help_text="Keyed hash of its network.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_fresh_refresh_token_per_family",
                fields=["family"],
                condition=Q(used_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Refresh token {self.pk}"


class AccessToken(BaseModel):
    """Authenticates API requests for 15 minutes, while its family is valid."""

    LIFETIME: ClassVar = timedelta(minutes=15)

    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="access_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_token_ends_after_start", condition=Q(expires_at__gt=F("issued_at"))
            )
        ]

    def __str__(self) -> str:
        return f"Access token {self.pk}"
