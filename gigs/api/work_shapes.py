"""What programs are told about work: time, what was handed in, what was said."""

from rest_framework import serializers

from gigs import queries
from gigs.models import Deliverable, Work, WorkReview, WorkSession


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
            "is_closed_by_clock",
            "counted_seconds",
        ]

    def get_counted_seconds(self, session: WorkSession) -> int:
        """The part inside the slot's hours, once it has ended."""
        return int(session.counted.total_seconds())


class DeliverableOut(serializers.ModelSerializer[Deliverable]):
    """A submitted link or file."""

    file_name = serializers.SerializerMethodField()

    class Meta:
        model = Deliverable
        fields = ["id", "round", "url", "file_name"]

    def get_file_name(self, deliverable: Deliverable) -> str:
        """Empty for a link."""
        return deliverable.file.name if deliverable.file else ""


class WorkReviewOut(serializers.ModelSerializer[WorkReview]):
    """The client's review of one submission."""

    class Meta:
        model = WorkReview
        fields = ["round", "verdict", "comment", "at"]


class WorkOut(serializers.ModelSerializer[Work]):
    """Submitted work."""

    deliverables = DeliverableOut(many=True)
    reviews = WorkReviewOut(many=True)
    counted_seconds = serializers.SerializerMethodField()
    gross_paise = serializers.SerializerMethodField()
    agent_name = serializers.CharField(source="gig.agent.name")
    title = serializers.CharField(source="gig.title")

    class Meta:
        model = Work
        fields = [
            "id",
            "gig",
            "title",
            "agent_name",
            "summary",
            "round",
            "state",
            "submitted_at",
            "decided_at",
            "counted_seconds",
            "gross_paise",
            "deliverables",
            "reviews",
        ]

    def get_counted_seconds(self, work: Work) -> int:
        """By the log."""
        return int(queries.time_of(work).total_seconds())

    def get_gross_paise(self, work: Work) -> int:
        """Before deductions."""
        return queries.gross_of(work)
