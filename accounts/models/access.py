"""Changes of access that take two people: one requests, another approves."""

from datetime import datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.access_guard import access_guard
from accounts.models.users import User
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine


class AccessChangeState(models.TextChoices):
    """States of a request. An approved one that hands out a secret waits for its requester."""

    REQUESTED = "REQUESTED", "Waiting for approval"
    APPROVED = "APPROVED", "Approved, not carried out yet"
    APPLIED = "APPLIED", "Carried out"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    EXPIRED = "EXPIRED", "Expired"


_OPEN = (AccessChangeState.REQUESTED, AccessChangeState.APPROVED)
_machine = StateMachine(
    start=AccessChangeState.REQUESTED,
    edges={
        AccessChangeState.REQUESTED: [
            AccessChangeState.APPROVED, AccessChangeState.DECLINED,
            AccessChangeState.WITHDRAWN, AccessChangeState.EXPIRED,
        ],
        AccessChangeState.APPROVED: [
            AccessChangeState.APPLIED, AccessChangeState.WITHDRAWN, AccessChangeState.EXPIRED,
        ],
    },
)  # fmt: skip


class AccessChangeQuerySet(models.QuerySet["AccessChange"]):
    """Filters by state."""

    def open(self) -> "AccessChangeQuerySet":
        """Neither carried out nor ended."""
        return self.filter(state__in=_OPEN)

    def due(self, now: datetime) -> "AccessChangeQuerySet":
        """Open ones whose time is over."""
        return self.open().filter(expires_at__lte=now)


class AccessChange(BaseModel):
    """One request to change what a person, or a program acting for them, may do."""

    class Kind(models.TextChoices):
        SUSPEND = "SUSPEND", "Suspend an account with admin rights"
        REACTIVATE = "REACTIVATE", "Reactivate an account with admin rights"
        ROLES = "ROLES", "Change the roles of a staff member"
        API_KEY = "API_KEY", "Create an API key that may spend a client's money"
        OAUTH_CLIENT = "OAUTH_CLIENT", "Create an OAuth2 client that may spend a client's money"
        OAUTH_SECRET = "OAUTH_SECRET", "Replace the secret of such an OAuth2 client"
        FACTORS = "FACTORS", "Remove a person's second factors"
        REQUIRED_FACTORS = "REQUIRED_FACTORS", "Replace second factors with a break-glass token"

    State = AccessChangeState
    LIFETIME: ClassVar = timedelta(days=7)

    kind = models.CharField(max_length=20, choices=Kind.choices)
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="access_changes",
        help_text="The person concerned.",
    )
    payload = models.JSONField(default=dict, help_text="What is to be changed, without secrets.")
    before = models.JSONField(default=dict, help_text="What the request was made on.")
    why = models.CharField(max_length=300)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=300, blank=True)
    applied_at = models.DateTimeField(null=True)
    applied_in = models.BigIntegerField(
        null=True, editable=False, help_text="PostgreSQL's transaction, set by a trigger."
    )
    state = models.CharField(
        max_length=10, choices=AccessChangeState.choices, default=AccessChangeState.REQUESTED
    )

    machine = _machine
    objects = AccessChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "access change"
        constraints = [
            models.CheckConstraint(
                name="access_approver_is_another_person",
                condition=~Q(state__in=["APPROVED", "APPLIED"])
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                    & ~Q(decided_by=F("target"))
                ),
            ),
            models.CheckConstraint(
                name="access_applied_with_moment",
                condition=Q(state="APPLIED", applied_at__isnull=False)
                | ~Q(state="APPLIED") & Q(applied_at=None),
            ),
            models.CheckConstraint(name="access_has_a_reason", condition=~Q(why="")),
            models.UniqueConstraint(
                name="one_open_access_change",
                fields=["target", "kind"],
                condition=Q(
                    state__in=["REQUESTED", "APPROVED"],
                    kind__in=[
                        "SUSPEND",
                        "REACTIVATE",
                        "ROLES",
                        "FACTORS",
                        "REQUIRED_FACTORS",
                    ],
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="access_change_open",
                fields=["expires_at"],
                condition=Q(state__in=["REQUESTED", "APPROVED"]),
            ),
        ]
        triggers = [
            *_machine.triggers(),
            pgtrigger.ReadOnly(
                name="request_is_fixed",
                fields=[
                    "kind", "target", "payload", "before", "why", "requested_by", "requested_at",
                    "expires_at",
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="stamp_transaction",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "NEW.applied_in := CASE"
                    " WHEN TG_OP = 'INSERT' THEN NULL"
                    " WHEN NEW.state = 'APPLIED' AND OLD.state <> 'APPLIED'"
                    " THEN pg_current_xact_id()::text::bigint"
                    " ELSE OLD.applied_in END; RETURN NEW;"
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.target}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.state in _OPEN


class AccessChangeEvent(StateEvent):
    """One state transition of a request."""

    subject = models.ForeignKey(AccessChange, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


#: The roles of a person: the site's database role writes them by an approved request only.
#: The table is made by Django, so that migration 0008 installs the trigger by SQL.
pgtrigger.register(
    access_guard(
        name="role_by_request",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        person="user_id",
    )
)(User.groups.through)
