"""One visit to DigiLocker: what was begun, who came back, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.leases import LeasedQuerySet


class KycSessionState(models.TextChoices):
    """Where a visit stands, in words for the agent."""

    CREATED = "CREATED", "Waiting for your consent on DigiLocker"
    RETURNED = "RETURNED", "Getting your documents"
    FETCHED = "FETCHED", "Saving your documents"
    COMPLETED = "COMPLETED", "Received"
    DENIED = "DENIED", "Cancelled on DigiLocker"
    FAILED = "FAILED", "Failed"
    EXPIRED = "EXPIRED", "Timed out"


_machine = StateMachine(
    start=KycSessionState.CREATED,
    edges={
        KycSessionState.CREATED: [
            KycSessionState.RETURNED,
            KycSessionState.DENIED,
            KycSessionState.FAILED,
            KycSessionState.EXPIRED,
        ],
        KycSessionState.RETURNED: [
            KycSessionState.FETCHED,
            KycSessionState.FAILED,
            KycSessionState.EXPIRED,
        ],
        KycSessionState.FETCHED: [KycSessionState.COMPLETED, KycSessionState.FAILED],
    },
)
_LIVE = ["CREATED", "RETURNED", "FETCHED"]
_OVER = ["COMPLETED", "DENIED", "FAILED", "EXPIRED"]
_NO_SECRETS = Q(verifier="", code="", token="", fetched="")


class KycSessionQuerySet(LeasedQuerySet["KycSession"]):
    """Sessions as sentences."""

    def live(self) -> KycSessionQuerySet:
        """Not over."""
        return self.filter(state__in=KycSession.LIVE)

    def unfinished(self) -> KycSessionQuerySet:
        """Those that a worker has to take further."""
        return self.filter(state__in=KycSession.AT_WORK)

    def overdue(self, now: datetime) -> KycSessionQuerySet:
        """Nothing was fetched in the time there was."""
        waiting = [KycSessionState.CREATED, KycSessionState.RETURNED]
        return self.filter(state__in=waiting, expires_at__lte=now)

    def newest_first(self) -> KycSessionQuerySet:
        return self.order_by("-started_at", "-created_at")


class KycSession(BaseModel):
    """A way to DigiLocker and back for one agent in one log-in. Once over it never moves again."""

    State = KycSessionState
    LIVE: ClassVar = _LIVE
    AT_WORK: ClassVar = ["RETURNED", "FETCHED"]
    OVER: ClassVar = _OVER
    LASTS: ClassVar = timedelta(minutes=30)
    #: Waits before the second, third … try; after the last one the session has failed.
    WAITS: ClassVar = [timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 240)]
    MOST_TRIES: ClassVar = len(WAITS) + 1

    class Reason(models.TextChoices):
        """Why it did not work, in words for the agent."""

        REPLACED = "REPLACED", "You started again."
        STOPPED = "STOPPED", "You chose to upload photos instead."
        DOWN = "DOWN", "DigiLocker is not responding right now."
        REFUSED = "REFUSED", "DigiLocker did not give us the documents."
        NOT_GENUINE = (
            "NOT_GENUINE",
            "We couldn't verify a document's signature, so we didn't save any.",
        )
        NOTHING = "NOTHING", "We didn't find an Aadhaar or PAN in your DigiLocker."
        NO_CONSENT = "NO_CONSENT", "You withdrew your consent before we finished."
        NOT_KEPT = "NOT_KEPT", "A document could not be used."

    agent = models.ForeignKey(Agent, related_name="kyc_sessions", on_delete=models.CASCADE)
    state_hash = models.CharField(max_length=64, unique=True)
    log_in_hash = models.CharField(max_length=64)
    #: Where DigiLocker sends the browser back to; the exchange of the code has to name it again.
    back = models.CharField(max_length=300)
    consent_version = models.CharField(max_length=12)
    verifier = EncryptedTextField()
    code = EncryptedTextField()
    token = EncryptedTextField()
    fetched = EncryptedTextField(help_text="What the verified documents say, as JSON.")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="Message shown to the agent.")
    state = models.CharField(
        max_length=10, choices=KycSessionState.choices, default=KycSessionState.CREATED
    )
    machine = _machine

    objects = KycSessionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "DigiLocker session", "DigiLocker sessions"
        constraints = [
            models.UniqueConstraint(
                name="one_live_kyc_session", fields=["agent"], condition=Q(state__in=_LIVE)
            ),
            models.CheckConstraint(
                name="kyc_session_over_without_secrets",
                condition=Q(state__in=_LIVE, ended_at=None)
                | (Q(state__in=_OVER, ended_at__isnull=False) & _NO_SECRETS),
            ),
            models.CheckConstraint(
                name="kyc_session_failure_has_reason", condition=~Q(state="FAILED") | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(
                name="kyc_session_due", fields=["next_try_at"], condition=Q(state__in=_LIVE)
            ),
        ]
        triggers = [
            *_machine.triggers(),
            pgtrigger.ReadOnly(
                name="session_is_bound",
                fields=["agent", "state_hash", "log_in_hash", "back", "started_at", "expires_at"],
            ),
            pgtrigger.Protect(
                name="over_is_over",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=_OVER),
            ),
        ]

    def __str__(self) -> str:
        return f"DigiLocker: {self.get_state_display()}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in self.OVER

    @property
    def is_at_work(self) -> bool:
        """Whether a worker is busy with it."""
        return self.state in self.AT_WORK

    @property
    def waits_for_them(self) -> bool:
        """Whether DigiLocker was asked before and did not answer."""
        return self.is_at_work and self.tries > 1

    @property
    def why(self) -> str:
        """What went wrong, in a sentence; empty when nothing did."""
        return self.note or self.get_reason_display()


class KycSessionEvent(StateEvent):
    """One move of a session."""

    subject = models.ForeignKey(KycSession, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
