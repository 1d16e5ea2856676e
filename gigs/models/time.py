"""Time at work: sessions, breaks, refused attempts to clock in, counts of tasks, corrections.

A session is an unbroken stretch of work. A break ends a session, and the next one begins after it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from accounts.models import Agent
from gigs.models.opportunities import Gig
from gigs.models.slots import Claim
from gigs.models.triggers import agreement, immutable_columns, never_deleted
from gigs.models.work import Work
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine

_append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class CorrectionState(models.TextChoices):
    """States of a proposed correction."""

    PROPOSED = "PROPOSED", "Waiting for the other side"
    AGREED = "AGREED", "Agreed"
    REFUSED = "REFUSED", "Refused"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


_correction = StateMachine(
    start=CorrectionState.PROPOSED,
    edges={
        CorrectionState.PROPOSED: [
            CorrectionState.AGREED,
            CorrectionState.REFUSED,
            CorrectionState.WITHDRAWN,
        ]
    },
)


class TimeCorrection(BaseModel):
    """Hours of a shift that one side proposes and the other agrees to.

    Agreeing adds a session with these hours. If it replaces one, that session no longer counts.
    """

    class Side(models.TextChoices):
        """Who proposed it; the other side decides."""

        AGENT = "AGENT", "Agent"
        CLIENT = "CLIENT", "Client"

    State = CorrectionState

    claim = models.ForeignKey(Claim, related_name="corrections", on_delete=models.PROTECT)
    replaces = models.ForeignKey(
        "gigs.WorkSession",
        null=True,
        blank=True,
        related_name="corrections",
        on_delete=models.PROTECT,
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    side = models.CharField(max_length=10, choices=Side.choices)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    state = models.CharField(
        max_length=20, choices=CorrectionState.choices, default=CorrectionState.PROPOSED
    )
    machine = _correction

    class Meta:
        triggers = [
            *_correction.triggers(),
            immutable_columns("claim", "replaces", "started_at", "ended_at", "side", "proposed_by"),
        ]
        constraints = [
            models.CheckConstraint(
                name="correction_ends_after_start", condition=Q(ended_at__gt=F("started_at"))
            ),
            models.CheckConstraint(
                name="correction_is_decided_by_another_person",
                condition=Q(decided_by=None)
                | ~Q(decided_by=F("proposed_by"))
                | Q(state="WITHDRAWN"),
            ),
            models.UniqueConstraint(
                name="one_proposed_correction_per_claim",
                fields=["claim"],
                condition=Q(state="PROPOSED"),
            ),
        ]
        indexes = [models.Index(name="time_correction_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.claim}: {self.started_at:%H:%M} to {self.ended_at:%H:%M} UTC"

    @property
    def is_proposed(self) -> bool:
        return self.state == self.State.PROPOSED


class TimeCorrectionEvent(StateEvent):
    """One change of a correction's state."""

    subject = models.ForeignKey(TimeCorrection, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class WorkSessionQuerySet(models.QuerySet["WorkSession"]):
    """Filters by state."""

    def running(self) -> WorkSessionQuerySet:
        return self.filter(ended_at=None)

    def current(self) -> WorkSessionQuerySet:
        """Sessions that no correction has replaced."""
        return self.filter(is_replaced=False)

    def unpaid(self) -> WorkSessionQuerySet:
        """Ended sessions that are not part of submitted work."""
        return self.current().filter(ended_at__isnull=False, work=None)


def _counted_time() -> list[pgtrigger.Trigger]:
    """A session is of its claim; as part of submitted work it stays as it is.

    Ended time becomes part of work only as this is submitted, and leaves it only when the work
    was rejected.
    """
    changed = "NEW.work_id IS DISTINCT FROM OLD.work_id"
    frozen = ("ended_at", "ended_by")
    return [
        agreement(
            "of_its_claim",
            query=(
                "SELECT FROM gigs_claim WHERE id = NEW.claim_id AND gig_id = NEW.gig_id"
                " AND agent_id = NEW.agent_id AND NEW.work_id IS NULL"
            ),
        ),
        agreement(
            "joins_new_work",
            operation=pgtrigger.UpdateOf("work_id"),
            when=f"NEW.work_id IS NOT NULL AND {changed}",
            query=(
                "SELECT FROM gigs_work WHERE id = NEW.work_id AND gig_id = NEW.gig_id"
                " AND state = 'PENDING' AND OLD.work_id IS NULL AND NEW.ended_at IS NOT NULL"
            ),
        ),
        agreement(
            "leaves_rejected_work",
            operation=pgtrigger.UpdateOf("work_id"),
            when=f"NEW.work_id IS NULL AND {changed}",
            query="SELECT FROM gigs_work WHERE id = OLD.work_id AND state = 'REJECTED'",
        ),
        pgtrigger.Protect(
            name="counted_time_stays",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                "OLD.work_id IS NOT NULL AND ROW("
                + ", ".join(f"OLD.{name}" for name in frozen)
                + ") IS DISTINCT FROM ROW("
                + ", ".join(f"NEW.{name}" for name in frozen)
                + ")"
            ),
        ),
    ]


class WorkSession(BaseModel):
    """An unbroken stretch of work on one claim."""

    class EndedBy(models.TextChoices):
        """What ended the session."""

        AGENT = "AGENT", "Agent"
        BREAK = "BREAK", "Break"
        SLOT_END = "SLOT_END", "End of the shift"
        PLATFORM = "PLATFORM", "HitouchCX"
        CORRECTION = "CORRECTION", "Agreed correction"

    claim = models.ForeignKey(Claim, related_name="sessions", on_delete=models.PROTECT)
    gig = models.ForeignKey(Gig, related_name="sessions", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="work_sessions", on_delete=models.PROTECT)
    work = models.ForeignKey(
        Work, null=True, blank=True, related_name="sessions", on_delete=models.PROTECT
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=12, choices=EndedBy.choices, blank=True)
    #: The agreed correction that added this session.
    correction = models.OneToOneField(
        TimeCorrection, null=True, blank=True, related_name="session", on_delete=models.PROTECT
    )
    is_replaced = models.BooleanField(default=False, help_text="An agreed correction counts.")
    objects = WorkSessionQuerySet.as_manager()

    class Meta:
        triggers = [
            immutable_columns("claim", "gig", "agent", "started_at", "correction"),
            *_counted_time(),
            never_deleted(),
        ]
        indexes = [
            models.Index(name="session_newest", fields=["-started_at", "-id"]),
            models.Index(name="session_by_end", fields=["ended_by", "-started_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_running_session", fields=["agent"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="session_end_names_what_ended_it",
                condition=Q(ended_at=None, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
            models.CheckConstraint(
                name="replaced_session_is_not_paid",
                condition=Q(is_replaced=False) | Q(work=None, ended_at__isnull=False),
            ),
            ExclusionConstraint(
                name="sessions_never_overlap",
                expressions=[
                    ("agent", RangeOperators.EQUAL),
                    (
                        Func("started_at", "ended_at", Value("[)"), function="TSTZRANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_replaced=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} clocked in {self.started_at:%d %b %H:%M} UTC"

    @property
    def counted(self) -> timedelta:
        """The paid time, which is the part inside the slot's hours."""
        if self.ended_at is None:
            return timedelta(0)
        return max(self.counted_until - self.counted_from, timedelta(0))

    @property
    def counted_from(self) -> datetime:
        return max(self.started_at, self.claim.slot.starts_at)

    @property
    def counted_until(self) -> datetime:
        """The end of the paid time of a session that has ended."""
        slot = self.claim.slot
        return min(self.ended_at or slot.ends_at, slot.ends_at)


class Break(BaseModel):
    """A break in a shift; the running session ended when it began. Breaks are not paid."""

    claim = models.ForeignKey(Claim, related_name="breaks", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="breaks", on_delete=models.PROTECT)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [immutable_columns("claim", "agent", "started_at")]
        constraints = [
            models.UniqueConstraint(
                name="one_running_break", fields=["agent"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="break_ends_after_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: break from {self.started_at:%d %b %H:%M} UTC"


class ClockInRefusal(models.Model):
    """An attempt to clock in that HitouchCX refused although the shift was the agent's.

    It is the evidence that the agent was there, so a shift missed for this reason is excused.
    """

    claim = models.ForeignKey(Claim, related_name="clock_in_refusals", on_delete=models.PROTECT)
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)

    class Meta:
        triggers = [_append_only]

    def __str__(self) -> str:
        return f"{self.claim}: {self.code}"


class TaskCount(models.Model):
    """Tickets or tasks done in a session, with a note. Never edited; an error is a further row."""

    class Kind(models.TextChoices):
        """What was counted."""

        TICKET = "TICKET", "Tickets"
        CALL = "CALL", "Calls"
        CHAT = "CHAT", "Chats"
        TASK = "TASK", "Other tasks"

    claim = models.ForeignKey(Claim, related_name="task_counts", on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    count = models.SmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_count_in_range",
                condition=~Q(count=0) & Q(count__gte=-1000, count__lte=1000),
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.get_kind_display()}"


class Waiver(BaseModel):
    """A time that counts against nobody's adherence, such as an outage; recorded by staff.

    Shifts missed in it are excused.
    """

    agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        related_name="waivers",
        on_delete=models.PROTECT,
        help_text="Empty: for everybody, such as an outage of HitouchCX.",
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300, help_text="Agents and clients see this.")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        triggers = [_append_only]
        constraints = [
            models.CheckConstraint(
                name="waiver_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]
        indexes = [models.Index(name="waiver_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.starts_at:%d %b %H:%M} to {self.ends_at:%d %b %H:%M} UTC"
