"""Serializers of time at work."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from gigs.models import Break, TaskCount, TimeCorrection, WorkSession
from gigs.shifts import forms
from gigs.shifts.adherence import AdherenceRule
from gigs.shifts.calendar import ClientEntry
from gigs.shifts.queries import ShiftRecord
from gigs.slots.serializers import ClaimOut
from hitouch.core.api.form_serializers import form_serializer

WEEK = OpenApiParameter("week", date, description="Any day of the week; by default today.")


class WorkSessionOut(serializers.ModelSerializer[WorkSession]):
    """A work session, from clock-in to clock-out."""

    counted_seconds = serializers.SerializerMethodField()

    class Meta:
        model = WorkSession
        fields = [
            "id",
            "claim",
            "gig",
            "work",
            "started_at",
            "ended_at",
            "ended_by",
            "counted_seconds",
        ]

    def get_counted_seconds(self, session: WorkSession) -> int:
        """Seconds inside the slot's hours, once the session has ended."""
        return int(session.counted.total_seconds())


class BreakOut(serializers.ModelSerializer[Break]):
    """A break. It is not paid."""

    class Meta:
        model = Break
        fields = ["id", "started_at", "ended_at"]


class TaskCountOut(serializers.ModelSerializer[TaskCount]):
    """Tickets or tasks that were counted; a minus number corrects an earlier count."""

    class Meta:
        model = TaskCount
        fields = ["id", "kind", "count", "note", "at"]


class TimeCorrectionOut(serializers.ModelSerializer[TimeCorrection]):
    """Hours that one side proposed; the other side agrees or refuses."""

    class Meta:
        model = TimeCorrection
        fields = ["id", "claim", "replaces", "started_at", "ended_at", "reason", "side", "state"]


class ShiftSegmentOut(serializers.Serializer[Any]):
    """A stretch of the shift with the rule that decided it."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    rule = serializers.ChoiceField([rule.value for rule in AdherenceRule])
    evidence = serializers.CharField(
        source="source", help_text="The row that decided it, for example `session …`."
    )
    reason = serializers.CharField()


class ShiftRecordOut(serializers.Serializer[Any]):
    """A claimed shift with its time log and adherence until now."""

    claim = serializers.SerializerMethodField()
    agent = serializers.CharField(source="claim.agent")
    presence = serializers.CharField(help_text="Where the agent is now, in words.")
    adherence_basis_points = serializers.IntegerField(
        source="adherence.basis_points",
        allow_null=True,
        help_text="Hundredths of a percent; null while nothing was expected.",
    )
    segments = ShiftSegmentOut(source="adherence.segments", many=True)
    sessions = WorkSessionOut(source="claim.sessions.all", many=True)
    breaks = BreakOut(source="claim.breaks.all", many=True)
    task_counts = TaskCountOut(source="claim.task_counts.all", many=True)
    corrections = TimeCorrectionOut(source="claim.corrections.all", many=True)

    @extend_schema_field(ClaimOut)
    def get_claim(self, record: ShiftRecord) -> Any:
        """The claim with its slot."""
        return ClaimOut(record.claim).data


class AgentCalendarEntryOut(serializers.Serializer[Any]):
    """A shift in the calendar of an agent."""

    slot = serializers.UUIDField(source="slot.pk")
    claim = serializers.UUIDField(allow_null=True, help_text="Null if the shift is not yours.")
    gig = serializers.UUIDField(allow_null=True)
    title = serializers.CharField(source="slot.opportunity.title")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(source="slot.ends_at")
    seats_left = serializers.IntegerField(source="slot.seats_left")
    state = serializers.CharField(
        help_text="The state of your claim, or AT_WORK, WAITING, OPEN, OFFERED, FULL, "
        "OPENS_LATER or LEVEL_MISSING."
    )


class AgentCalendarDayOut(serializers.Serializer[Any]):
    """One day of an agent's calendar. A shift belongs to the day on which it begins in India."""

    day = serializers.DateField()
    shifts = AgentCalendarEntryOut(source="entries", many=True)


class AgentCalendarOut(serializers.Serializer[Any]):
    """A week of an agent's shifts."""

    first = serializers.DateField(source="week.first")
    last = serializers.DateField(source="week.last")
    days = AgentCalendarDayOut(many=True)
    is_cut = serializers.BooleanField(help_text="Whether there are more than are listed.")


class SeatedOut(serializers.Serializer[Any]):
    """Who has a seat."""

    claim = serializers.UUIDField(source="pk")
    agent_name = serializers.CharField(source="agent.name")
    state = serializers.CharField()


class ClientCalendarEntryOut(serializers.Serializer[Any]):
    """A shift in the schedule of a client."""

    slot = serializers.UUIDField(source="slot.pk")
    opportunity = serializers.UUIDField(source="slot.opportunity_id")
    title = serializers.CharField(source="slot.opportunity.title")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(source="slot.ends_at")
    capacity = serializers.IntegerField(source="slot.capacity")
    seats_left = serializers.IntegerField()
    seated = SeatedOut(source="claims", many=True)
    worked_seconds = serializers.SerializerMethodField()
    cost_paise = serializers.IntegerField(help_text="Of hourly pay, for what was worked so far.")

    def get_worked_seconds(self, entry: ClientEntry) -> int:
        """Seconds worked in sessions that have ended."""
        return int(entry.worked.total_seconds())


class ClientCalendarDayOut(serializers.Serializer[Any]):
    """One day of a schedule. A shift belongs to the day on which it begins in India."""

    day = serializers.DateField()
    shifts = ClientCalendarEntryOut(source="entries", many=True)


class ClientCalendarOut(serializers.Serializer[Any]):
    """A week of a client's shifts."""

    first = serializers.DateField(source="week.first")
    last = serializers.DateField(source="week.last")
    days = ClientCalendarDayOut(many=True)
    is_cut = serializers.BooleanField(help_text="Whether there are more than are listed.")


CorrectionBody = form_serializer(forms.CorrectionForm, "CorrectionBody")
CorrectionReasonBody = form_serializer(forms.CorrectionReasonForm, "CorrectionReasonBody")
TaskCountBody = form_serializer(forms.TaskCountForm, "TaskCountBody")
