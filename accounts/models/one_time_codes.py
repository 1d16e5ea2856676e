"""One-time codes of six digits, stored as keyed hashes."""

import json
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.crypto import blind_index, keyed_hash
from hitouch.core.db.base_models import BaseModel


def target_of(contact: str) -> str:
    """The blind index of a contact, by which its codes are found; the contact is not stored."""
    return blind_index("code-target", contact)


class CodeQuerySet(models.QuerySet["OneTimeCode"]):
    """Filters by state, target and time."""

    def live(self) -> "CodeQuerySet":
        """Neither used nor replaced by a newer one."""
        return self.filter(used_at=None, replaced_at=None)

    def sent_to(self, target: str) -> "CodeQuerySet":
        """Sent to one contact, for any purpose."""
        return self.filter(target=target)

    def sent_from(self, address: str) -> "CodeQuerySet":
        """Requested from one network."""
        return self.filter(address=address)

    def since(self, moment: datetime) -> "CodeQuerySet":
        """Sent after the moment."""
        return self.filter(sent_at__gt=moment)


class OneTimeCode(BaseModel):
    """One code: purpose, target, expiry, number of tries, when it was used."""

    class Purpose(models.TextChoices):
        SIGN_UP = "SIGN_UP", "Sign up"
        LOG_IN = "LOG_IN", "Log in"
        RESET = "RESET", "New password"
        CONTACT = "CONTACT", "Verify a contact"
        SIGN = "SIGN", "Sign an agreement"
        STEP_UP = "STEP_UP", "Confirm it's you"

    DIGITS: ClassVar = 6
    TRIES: ClassVar = 5
    LIFETIME: ClassVar = timedelta(minutes=10)
    #: How long a row is kept, since the send limits count a day.
    KEPT: ClassVar = timedelta(days=1)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="codes"
    )
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    target = models.CharField(max_length=64)
    address = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    #: When the grant of the code (sign-up or password reset) was used; it can be used once.
    spent_at = models.DateTimeField(null=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_code_per_purpose_and_target",
                fields=["purpose", "target"],
                condition=Q(used_at=None, replaced_at=None),
            ),
            models.CheckConstraint(name="code_tries_at_most_five", condition=Q(tries__lte=5)),
            models.CheckConstraint(
                name="code_spent_only_after_used",
                condition=Q(spent_at=None) | Q(used_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="code_sends_to_target", fields=["target", "sent_at"]),
            models.Index(name="code_sends_from_address", fields=["address", "sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} code {self.pk}"

    def hash_of(self, code: str, *, bound_to: str) -> str:
        """The hash that this row has if `code` is right for `bound_to`."""
        facts = [str(self.pk), self.purpose, self.target, str(self.user_id), bound_to, code]
        return keyed_hash("one-time-code", json.dumps(facts))
