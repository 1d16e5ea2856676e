"""DigiLocker sessions: state machine, retries, secrets and outcome."""

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
    """States of a session, with labels for the agent."""

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
    """Filters by state and time limits."""

    def live(self) -> KycSessionQuerySet:
        """Not ended."""
        return self.filter(state__in=KycSession.LIVE)

    def unfinished(self) -> KycSessionQuerySet:
        """Rows that a worker may lease."""
        return self.filter(state__in=KycSession.AT_WORK)

    def overdue(self, now: datetime) -> KycSessionQuerySet:
        """Nothing was fetched before the session expired."""
        waiting = [KycSessionState.CREATED, KycSessionState.RETURNED]
        return self.filter(state__in=waiting, expires_at__lte=now)

    def newest_first(self) -> KycSessionQuerySet:
        return self.order_by("-started_at", "-created_at")


class KycSession(BaseModel):
    """One DigiLocker session of an agent, bound to one login. Final states never change."""

    State = KycSessionState
    LIVE: ClassVar = _LIVE
    AT_WORK: ClassVar = ["RETURNED", "FETCHED"]
    OVER: ClassVar = _OVER
    LASTS: ClassVar = timedelta(minutes=30)
    #: Delays before the second, third … attempt; after the last one the session fails.
    WAITS: ClassVar = [timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 240)]
    MOST_TRIES: ClassVar = len(WAITS) + 1

    class Reason(models.TextChoices):
        """Why a session failed, with labels for the agent."""

        REPLACED = "REPLACED", "You started again."
        STOPPED = "STOPPED", "You chose to upload photos instead."
        DOWN = "DOWN", "DigiLocker is not responding right now."
        REFUSED = "REFUSED", "DigiLocker did not give us the documents."
        NOT_GENUINE = (
            "NOT_GENUINE",
            "A document doesn't match its issuer's signature, so we didn't save any.",
        )
        OTHER_FORM = (
            "OTHER_FORM",
            "A document isn't signed in a way we can check, so we couldn't use it.",
        )
        NEW_SIGNER = (
            "NEW_SIGNER",
            "A document is signed with a certificate we don't know yet, so we couldn't use it.",
        )
        OLD_SIGNER = (
            "OLD_SIGNER",
            "The certificate on a document was not in use on the document's date, so we couldn't "
            "use it.",
        )
        OTHER_KIND = (
            "OTHER_KIND",
            "DigiLocker sent another document than your Aadhaar or PAN, so we couldn't use it.",
        )
        NOT_MASKED = (
            "NOT_MASKED",
            "A document from DigiLocker shows a full Aadhaar number. We must not keep that, so we "
            "didn't save it.",
        )
        NOTHING = "NOTHING", "We didn't find an Aadhaar or PAN in your DigiLocker."
        NO_CONSENT = "NO_CONSENT", "You withdrew your consent before we finished."
        NOT_KEPT = "NOT_KEPT", "A document could not be used."

    agent = models.ForeignKey(Agent, related_name="kyc_sessions", on_delete=models.CASCADE)
    state_hash = models.CharField(max_length=64, unique=True)
    log_in_hash = models.CharField(max_length=64)
    #: The redirect URI, which must be repeated when the code is exchanged.
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
        """Whether the session has ended."""
        return self.state in self.OVER

    @property
    def is_at_work(self) -> bool:
        """Whether a worker still has to fetch or save documents."""
        return self.state in self.AT_WORK

    @property
    def is_retrying(self) -> bool:
        """Whether an attempt to reach DigiLocker has failed and is being repeated."""
        return self.is_at_work and self.tries > 1

    @property
    def why(self) -> str:
        """Why the session failed, as text for the agent; empty otherwise."""
        return self.note or self.get_reason_display()


class KycSessionEvent(StateEvent):
    """One state change of a session."""

    subject = models.ForeignKey(KycSession, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
