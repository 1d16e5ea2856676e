"""Serializers of submitted work. Amounts are whole paise."""

from typing import Any

from rest_framework import serializers

from gigs.models import (
    Deliverable,
    RefusedPart,
    Work,
    WorkReview,
    WorkVersion,
)
from gigs.opportunities.serializers import MilestoneOut
from gigs.shifts import queries as shift_queries
from gigs.shifts.serializers import ShiftSegmentOut
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


class WorkVersionOut(serializers.ModelSerializer[WorkVersion]):
    """A submission as it was; its deliverables and review have the same round."""

    class Meta:
        model = WorkVersion
        fields = ["round", "summary", "submitted_at"]


class RefusedPartOut(serializers.ModelSerializer[RefusedPart]):
    """A part of approved work that the client did not approve, and what became of it."""

    final_at = serializers.DateTimeField(
        help_text="When it stays unpaid, if nobody disputes it before."
    )

    class Meta:
        model = RefusedPart
        fields = [
            "id",
            "session",
            "starts_at",
            "ends_at",
            "deliverable",
            "amount_paise",
            "granted_paise",
            "reason",
            "note",
            "answer",
            "state",
            "refused_at",
            "final_at",
        ]


class RefusedRowOut(serializers.Serializer[Any]):
    """A refused part with the rules of the time log for its minutes."""

    part = RefusedPartOut()
    segments = ShiftSegmentOut(many=True)


class WorkOut(serializers.ModelSerializer[Work]):
    """Submitted work."""

    deliverables = DeliverableOut(many=True)
    reviews = WorkReviewOut(many=True)
    versions = WorkVersionOut(many=True)
    refused_parts = RefusedPartOut(many=True)
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
            "versions",
            "refused_parts",
        ]

    def get_counted_seconds(self, work: Work) -> int:
        """Paid seconds according to the work sessions."""
        return int(shift_queries.time_of(work).total_seconds())

    def get_gross_paise(self, work: Work) -> int:
        """What the work earns before deductions, without refused parts."""
        return work_queries.gross_of(work)


CommentBody = form_serializer(work_forms.CommentForm, "CommentBody")
PartAnswerBody = form_serializer(work_forms.PartAnswerForm, "PartAnswerBody")


class RefusedPartBody(serializers.Serializer[Any]):
    """A part that is not approved: minutes of a session, or an amount of a fixed price."""

    session = serializers.UUIDField(required=False)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    deliverable = serializers.UUIDField(required=False)
    amount_paise = serializers.IntegerField(required=False, min_value=1)
    reason = serializers.ChoiceField(RefusedPart.Reason.choices)
    note = serializers.CharField(max_length=500)


class ApprovePartBody(serializers.Serializer[Any]):
    """What is not approved of a work; the rest is paid."""

    refused = RefusedPartBody(many=True)
    comment = serializers.CharField(required=False, max_length=2000)


class ApproveSeveralBody(serializers.Serializer[Any]):
    """Works to approve, and what they come to before GST, as confirmed."""

    works = serializers.ListField(child=serializers.UUIDField())
    total_paise = serializers.IntegerField(min_value=1)


class ApprovalOutcomeOut(serializers.Serializer[Any]):
    """What became of one work."""

    work = serializers.UUIDField(source="work.pk")
    gross_paise = serializers.IntegerField()
    code = serializers.CharField(help_text="Why it was refused; empty if it was approved.")
    detail = serializers.CharField(source="why")


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
