"""One-time codes of six digits, stored as keyed hashes."""

import json
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.crypto import blind_index, keyed_hash
from hitouch.core.db.base_models import BaseModel
from hitouch.core.jobs.daily_budget import DailyBudget


def target_of(contact: str) -> str:
    """The blind index of a contact, by which its codes are found; the contact is not stored."""
    return blind_index("code-target", contact)


class CodeQuerySet(models.QuerySet["OneTimeCode"]):
    """Filters by state, target and time."""

    def live(self) -> "CodeQuerySet":
        """Neither used nor replaced by a newer one."""
        return self.filter(used_at=None, replaced_at=None)

    def sent_to(self, target: str, *, purpose: str) -> "CodeQuerySet":
        """Sent to one contact for one purpose."""
        return self.filter(target=target, purpose=purpose)

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

    class RequesterKind(models.TextChoices):
        OWNER = "OWNER", "Owner, logged in"
        MEMBER = "MEMBER", "Another user, logged in"
        BROWSER = "BROWSER", "Browser or app the owner has logged in with"
        NETWORK = "NETWORK", "Network the owner has logged in from"
        STRANGER = "STRANGER", "Anybody else"

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
    requester_kind = models.CharField(max_length=8, choices=RequesterKind.choices)
    requester = models.CharField(
        max_length=64, help_text="Keyed hash of the user, browser or network that asked."
    )
    #: Keyed hashes of the networks that the code is counted for (see `NetworkHashes`).
    address = models.CharField(max_length=64, blank=True)
    subnet = models.CharField(max_length=64, blank=True)
    block = models.CharField(max_length=64, blank=True)
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
                name="one_live_code_per_requester",
                fields=["purpose", "target", "requester"],
                condition=Q(used_at=None, replaced_at=None),
            ),
            models.CheckConstraint(name="code_tries_at_most_five", condition=Q(tries__lte=5)),
            models.CheckConstraint(
                name="code_spent_only_after_used",
                condition=Q(spent_at=None) | Q(used_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="code_sends_to_target", fields=["target", "purpose", "sent_at"]),
            models.Index(name="code_sends_from_address", fields=["address", "sent_at"]),
            models.Index(name="code_sends_from_subnet", fields=["subnet", "sent_at"]),
            models.Index(name="code_sends_from_block", fields=["block", "sent_at"]),
            models.Index(name="code_sends_of_requester", fields=["requester", "sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} code {self.pk}"

    def hash_of(self, code: str, *, bound_to: str) -> str:
        """The hash that this row has if `code` is right for `bound_to`."""
        facts = [str(self.pk), self.purpose, self.target, str(self.user_id), bound_to, code]
        return keyed_hash("one-time-code", json.dumps(facts))


class StrangerSmsDay(DailyBudget):
    """What strangers' text messages of one Indian day cost, so that a reserve is left for others.

    Added when a message is promised; the budget of all text messages is `SmsDay`.
    """

    def __str__(self) -> str:
        return f"Strangers' SMS of {self.day}"
