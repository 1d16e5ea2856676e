"""Parts of approved work that the client refused to pay: minutes, deliverables, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from gigs.models.time import WorkSession
from gigs.models.triggers import agreement, immutable_columns, never_deleted
from gigs.models.work import Deliverable, Work
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine

#: A refused part that nobody disputes within this time stays unpaid.
FINAL_AFTER = timedelta(days=7)


class RefusedPartState(models.TextChoices):
    """States of a refused part."""

    REFUSED = "REFUSED", "Not approved"
    DISPUTED = "DISPUTED", "Disputed"
    GRANTED = "GRANTED", "Paid after all"
    FINAL = "FINAL", "Not paid"


_machine = StateMachine(
    start=RefusedPartState.REFUSED,
    edges={
        RefusedPartState.REFUSED: [
            RefusedPartState.DISPUTED,
            RefusedPartState.GRANTED,
            RefusedPartState.FINAL,
        ],
        RefusedPartState.DISPUTED: [RefusedPartState.GRANTED, RefusedPartState.FINAL],
    },
)
OPEN = (RefusedPartState.REFUSED, RefusedPartState.DISPUTED)


class RefusedPartQuerySet(models.QuerySet["RefusedPart"]):
    """Filters by state."""

    def open(self) -> RefusedPartQuerySet:
        """Parts that can still be paid; their money stays reserved."""
        return self.filter(state__in=OPEN)

    def due_to_become_final(self, now: datetime) -> RefusedPartQuerySet:
        return self.filter(state=RefusedPartState.REFUSED, refused_at__lte=now - FINAL_AFTER)


class RefusedPart(BaseModel):
    """Minutes of a session, or a deliverable, that are not paid with the rest of their work."""

    State = RefusedPartState

    class Reason(models.TextChoices):
        """Why it is not paid."""

        NOT_AT_WORK = "NOT_AT_WORK", "Not at work"
        NO_ACTIVITY = "NO_ACTIVITY", "No calls, chats or tasks in this time"
        QUALITY = "QUALITY", "Below the agreed quality"
        INCOMPLETE = "INCOMPLETE", "Incomplete"
        NOT_AGREED = "NOT_AGREED", "Not what was agreed"
        OTHER = "OTHER", "Another reason"

    work = models.ForeignKey(Work, related_name="refused_parts", on_delete=models.PROTECT)
    session = models.ForeignKey(
        WorkSession, null=True, blank=True, related_name="refused_parts", on_delete=models.PROTECT
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    deliverable = models.ForeignKey(
        Deliverable, null=True, blank=True, related_name="refused_parts", on_delete=models.PROTECT
    )
    amount_paise = models.BigIntegerField(help_text="What it would have earned.")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=500)
    refused_at = models.DateTimeField()
    #: What the agent says to it.
    answer = models.CharField(max_length=500, blank=True)
    #: What was paid of it after all.
    granted_paise = models.BigIntegerField(default=0, editable=False)
    state = models.CharField(
        max_length=20, choices=RefusedPartState.choices, default=RefusedPartState.REFUSED
    )
    machine = _machine
    objects = RefusedPartQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "created_at"]
        triggers = [
            *_machine.triggers(),
            immutable_columns(
                "work", "session", "starts_at", "ends_at", "deliverable", "amount_paise", "reason",
                "refused_at",
            ),
            agreement(
                "of_its_work",
                query=(
                    "SELECT FROM gigs_work AS work WHERE work.id = NEW.work_id"
                    " AND work.state = 'UNDER_REVIEW'"
                    " AND (NEW.session_id IS NULL OR EXISTS (SELECT FROM gigs_worksession AS one"
                    " WHERE one.id = NEW.session_id AND one.work_id = work.id"
                    " AND NEW.starts_at >= one.started_at AND NEW.ends_at <= one.ended_at))"
                    " AND (NEW.deliverable_id IS NULL OR EXISTS (SELECT FROM gigs_deliverable AS"
                    " one WHERE one.id = NEW.deliverable_id AND one.work_id = work.id))"
                ),
            ),
            never_deleted(),
        ]  # fmt: skip
        indexes = [
            models.Index(
                name="refused_part_open", fields=["refused_at"], condition=Q(state="REFUSED")
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="refused_part_is_time_or_not",
                condition=Q(
                    session__isnull=False,
                    starts_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                    deliverable=None,
                )
                | Q(session=None, starts_at=None, ends_at=None),
            ),
            models.CheckConstraint(
                name="refused_part_amounts",
                condition=Q(
                    amount_paise__gte=0,
                    granted_paise__gte=0,
                    granted_paise__lte=F("amount_paise"),
                ),
            ),
            models.CheckConstraint(
                name="only_a_granted_part_is_paid",
                condition=Q(granted_paise=0) | Q(state="GRANTED"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.note[:40]}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def final_at(self) -> datetime:
        """When it stays unpaid, if nobody disputes it."""
        return self.refused_at + FINAL_AFTER


class RefusedPartEvent(StateEvent):
    """One change of a refused part's state."""

    subject = models.ForeignKey(RefusedPart, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
