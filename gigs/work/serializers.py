"""Serializers of submitted work. Amounts are whole paise."""

from typing import Any

from rest_framework import serializers

from gigs.models import (
    Deliverable,
    Work,
    WorkReview,
)
from gigs.opportunities.serializers import MilestoneOut
from gigs.shifts import queries as shift_queries
from gigs.work import forms as work_forms
from gigs.work import queries as work_queries
from hitouch.core.api.form_serializers import form_serializer


class DeliverableOut(serializers.ModelSerializer[Deliverable]):
    """A submitted link or file."""

    file_name = serializers.SerializerMethodField()
    check = serializers.ChoiceField(
        Deliverable.Check.choices,
        source="check_state",
        help_text="A file can be opened once it was checked for Aadhaar numbers.",
    )

    class Meta:
        model = Deliverable
        fields = ["id", "round", "url", "file_name", "check"]

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
            "milestone",
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
        """Paid seconds according to the work sessions."""
        return int(shift_queries.time_of(work).total_seconds())

    def get_gross_paise(self, work: Work) -> int:
        """What the work earns before deductions."""
        return work_queries.gross_of(work)


CommentBody = form_serializer(work_forms.CommentForm, "CommentBody")


class WorkBody(serializers.Serializer[Any]):
    """Work to submit. Send multipart/form-data to include files."""

    summary = serializers.CharField(max_length=4000)
    links = serializers.ListField(child=serializers.URLField(), required=False)
    files = serializers.ListField(child=serializers.FileField(), required=False)


class SubmitWorkBody(WorkBody):
    """Work to submit, for a gig with milestones to one of them."""

    milestone = serializers.UUIDField(required=False)


class MilestoneOfGigOut(serializers.Serializer[Any]):
    """A milestone of a gig, with the last work handed in for it."""

    milestone = MilestoneOut()
    work = serializers.UUIDField(source="work.pk", allow_null=True, default=None)
    work_state = serializers.CharField(
        source="work.state", default="", help_text="Empty if nothing was handed in."
    )
