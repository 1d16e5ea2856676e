"""Serializers of time at work."""

from rest_framework import serializers

from gigs.models import (
    WorkSession,
)


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
