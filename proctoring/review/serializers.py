"""Serializers for reviewers: sittings, cases, rulings, appeals, bans."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring import queries
from proctoring.grading.queries import integrity_of
from proctoring.models import Appeal, ReviewCase, Ruling, Sitting
from proctoring.review import forms
from proctoring.review.queries import shown_reasons

VoidIn = form_serializer(forms.VoidForm, "VoidIn")
ReviewDecisionIn = form_serializer(forms.ReviewDecisionForm, "ReviewDecisionIn")
RulingIn = form_serializer(forms.RulingForm, "RulingIn")
AppealAnswerIn = form_serializer(forms.AppealAnswerForm, "AppealAnswerIn")
BanIn = form_serializer(forms.StaffBanForm, "BanIn")
RevokeBanIn = form_serializer(forms.RevokeBanForm, "RevokeBanIn")


class StaffSittingOut(serializers.Serializer[Any]):
    """A sitting in the list of proctors."""

    id = serializers.UUIDField()
    agent = serializers.CharField(source="agent.name")
    assessment = serializers.CharField(source="assessment.title")
    number = serializers.IntegerField()
    state = serializers.CharField()
    begun_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    level = serializers.CharField()
    warnings = serializers.IntegerField()
    points = serializers.IntegerField()


class GivenOut(serializers.Serializer[Any]):
    """A question with the given answer and whether it is correct."""

    position = serializers.IntegerField()
    level = serializers.CharField(source="version.item.level")
    text = serializers.CharField(source="version.text")
    given = serializers.CharField()
    right = serializers.BooleanField(source="correct", allow_null=True)


class IntegrityFindingOut(serializers.Serializer[Any]):
    """A fact from the journal of answers. It never changes a score."""

    kind = serializers.CharField()
    question = serializers.IntegerField(help_text="Position, or 0 for the whole sitting.")
    says = serializers.CharField()


class RulingOut(serializers.Serializer[Any]):
    """What the rules or a person made of an entry. The highest number counts."""

    number = serializers.IntegerField()
    severity = serializers.CharField(help_text=f"One of {', '.join(Ruling.Severity.values)}.")
    standing = serializers.CharField(help_text=f"One of {', '.join(Ruling.Standing.values)}.")
    points = serializers.IntegerField()
    verdict = serializers.CharField(help_text=f"One of {', '.join(Ruling.Verdict.values)}.")
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class AppealOut(serializers.Serializer[Any]):
    """An appeal with its answer, if there is one."""

    id = serializers.UUIDField()
    entry = serializers.IntegerField(
        source="observation.number", default=None, help_text="Null: the decision is contested."
    )
    text = serializers.CharField()
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(help_text=f"One of {', '.join(Appeal.Outcome.values)}.")
    answer = serializers.CharField()


class LedgerEntryOut(serializers.Serializer[Any]):
    """One entry of what was recorded, with all rulings on it."""

    id = serializers.UUIDField(source="observation.pk")
    number = serializers.IntegerField(source="observation.number")
    kind = serializers.CharField(source="observation.kind")
    says = serializers.CharField()
    count = serializers.IntegerField(source="observation.count")
    recorded_at = serializers.DateTimeField(source="at")
    client_at = serializers.DateTimeField(source="observation.client_at", allow_null=True)
    outcome = serializers.CharField()
    rulings = RulingOut(many=True, source="history")
    appeal = AppealOut(allow_null=True)
    can_be_contested = serializers.BooleanField()


class CoverageGapOut(serializers.Serializer[Any]):
    """When the sitting was not monitored. A gap is never a violation."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class RiskPartOut(serializers.Serializer[Any]):
    """One part of the risk."""

    name = serializers.CharField()
    points = serializers.IntegerField()
    says = serializers.CharField()


class StillOut(serializers.Serializer[Any]):
    """A camera picture, with what the page and the server found in it."""

    id = serializers.UUIDField()
    taken_at = serializers.DateTimeField()
    origin = serializers.CharField()
    faces_claimed = serializers.IntegerField(allow_null=True)
    faces_found = serializers.IntegerField(allow_null=True)
    distance = serializers.FloatField(allow_null=True)
    check_result = serializers.CharField()


class IdentityTryOut(serializers.Serializer[Any]):
    """One try of the identity photo."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    taken_at = serializers.DateTimeField()
    distance = serializers.FloatField(allow_null=True)
    outcome = serializers.CharField()
    same_person = serializers.BooleanField(allow_null=True)


class MomentOut(serializers.Serializer[Any]):
    """Something at one moment of the time axis, in seconds from the beginning."""

    kind = serializers.CharField(help_text="entry, gap, answer, sound or act.")
    at = serializers.DateTimeField()
    seconds = serializers.IntegerField()
    says = serializers.CharField()
    detail = serializers.CharField()


class ReviewOut(serializers.Serializer[Any]):
    """A case in the queue of reviewers."""

    id = serializers.UUIDField()
    sitting = serializers.UUIDField(source="sitting_id")
    agent = serializers.CharField(source="sitting.agent.name")
    assessment = serializers.CharField(source="sitting.assessment.title")
    reasons = serializers.SerializerMethodField()
    risk = serializers.IntegerField(help_text="From 0 to 100.")
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    claimed_by = serializers.CharField(source="claimed_by.email", default="")
    claimed_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    verdict = serializers.CharField(
        help_text=f"Empty, or one of {', '.join(ReviewCase.Verdict.values)}."
    )
    reason = serializers.CharField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_reasons(self, case: ReviewCase) -> list[str]:
        """Why it is reviewed, in words."""
        return shown_reasons(case.reasons)


class ReviewDetailOut(ReviewOut):
    """A case with all that a reviewer sees."""

    state = serializers.CharField(source="sitting.state")
    coverage = serializers.FloatField(source="sitting.coverage", allow_null=True)
    points = serializers.IntegerField(source="facts.points")
    points_limit = serializers.IntegerField(source="facts.points_limit")
    risk_parts = RiskPartOut(many=True, source="found_risk.parts")
    photos = IdentityTryOut(many=True)
    entries = LedgerEntryOut(many=True)
    moments = MomentOut(many=True)
    gaps = CoverageGapOut(many=True)
    stills = StillOut(many=True)
    appeals = AppealOut(many=True, source="sitting_appeals")


class BanOut(serializers.Serializer[Any]):
    """A ban from assessments."""

    id = serializers.UUIDField()
    agent = serializers.UUIDField(source="agent_id")
    agent_name = serializers.CharField(source="agent.name")
    sitting = serializers.UUIDField(source="sitting_id", allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text="Null: for good.")
    reason = serializers.CharField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()


class StaffCaseOut(StaffSittingOut):
    """A sitting with its recorded entries, answers and photos."""

    observations = LedgerEntryOut(many=True, source="ledger")
    answers = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    photo_url = serializers.CharField()
    profile_photo_url = serializers.CharField()
    review = serializers.UUIDField(allow_null=True, help_text="The open case about it.")

    @extend_schema_field(GivenOut(many=True))
    def get_answers(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(GivenOut(queries.questions_of(sitting), many=True).data)

    @extend_schema_field(IntegrityFindingOut(many=True))
    def get_findings(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(IntegrityFindingOut(integrity_of(sitting)[0], many=True).data)
