"""Serializers of time at work."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gigs.models import Break, TaskCount, TimeCorrection, WorkSession
from gigs.shifts import forms
from gigs.shifts.adherence import AdherenceRule
from gigs.shifts.queries import ShiftRecord
from gigs.slots.serializers import ClaimOut
from hitouch.core.api.form_serializers import form_serializer


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


CorrectionBody = form_serializer(forms.CorrectionForm, "CorrectionBody")
CorrectionReasonBody = form_serializer(forms.CorrectionReasonForm, "CorrectionReasonBody")
TaskCountBody = form_serializer(forms.TaskCountForm, "TaskCountBody")
