"""Serializers of applications."""

from typing import Any

from rest_framework import serializers

from gigs.applications import forms as application_forms
from gigs.applications.applicants import History
from gigs.models import (
    Application,
)
from gigs.opportunities.serializers import PartOut
from hitouch.core.api.form_serializers import form_serializer


class ApplicationOut(serializers.ModelSerializer[Application]):
    """An application, with the match at the time of applying."""

    opportunity_title = serializers.CharField(source="opportunity.title")
    client = serializers.CharField(source="opportunity.project.client.name")
    parts = PartOut(many=True)
    reason_text = serializers.CharField(help_text="Why it ended, as the agent reads it.")
    gig = serializers.SerializerMethodField()
    terms_version = serializers.SerializerMethodField()
    has_old_terms = serializers.BooleanField(
        help_text="Whether the terms have changed since, so that the agent has to agree anew."
    )

    class Meta:
        model = Application
        fields = [
            "id",
            "opportunity",
            "opportunity_title",
            "client",
            "note",
            "score",
            "parts",
            "state",
            "reason_code",
            "reason",
            "reason_text",
            "created_at",
            "decided_at",
            "gig",
            "terms_version",
            "acknowledged_at",
            "has_old_terms",
        ]

    def get_terms_version(self, application: Application) -> int | None:
        """The version of the terms that the agent agreed to."""
        return application.terms.version if application.terms else None

    def get_gig(self, application: Application) -> str | None:
        """The gig created on acceptance."""
        gig = getattr(application, "gig", None)
        return str(gig.pk) if gig else None


class ApplicantOut(ApplicationOut):
    """An application as the client sees it, without the agent's contact details."""

    agent_name = serializers.CharField(source="agent.name")
    agent_level = serializers.CharField(source="agent.level")

    class Meta(ApplicationOut.Meta):
        fields = [*ApplicationOut.Meta.fields, "agent", "agent_name", "agent_level"]


# Request bodies.
ApplicationBody = form_serializer(application_forms.ApplicationForm, "ApplicationBody")


AcknowledgeBody = form_serializer(application_forms.AcknowledgeForm, "AcknowledgeBody")


ReasonBody = form_serializer(application_forms.RejectApplicationForm, "ReasonBody")


class RejectSeveralBody(ReasonBody):  # type: ignore[misc,valid-type]
    """Several applications, and the reason for rejecting them."""

    applications = serializers.ListField(child=serializers.UUIDField(), max_length=100)


class UndecidedOut(serializers.Serializer[Any]):
    """An application that could not be decided on, and why."""

    application = serializers.UUIDField(source="application.pk")
    code = serializers.CharField(source="refusal.code")
    detail = serializers.CharField(source="refusal")


class RejectedOut(serializers.Serializer[Any]):
    """How many applications were rejected, and which were not."""

    rejected = serializers.IntegerField()
    left_out = UndecidedOut(many=True)


class AcceptSeveralBody(serializers.Serializer[Any]):
    """Several applications."""

    applications = serializers.ListField(child=serializers.UUIDField(), max_length=100)


class AcceptedOut(serializers.Serializer[Any]):
    """How many applications were accepted, and which were not."""

    accepted = serializers.IntegerField()
    left_out = UndecidedOut(many=True)


class HistoryOut(serializers.Serializer[Any]):
    """What an agent did on HitouchCX, with all clients together."""

    gigs_completed = serializers.IntegerField(source="completed")
    gigs_running = serializers.IntegerField(source="running")
    shifts_worked = serializers.IntegerField(source="worked")
    shifts_missed = serializers.IntegerField(source="missed")
    late_releases = serializers.IntegerField()
    worked_seconds = serializers.SerializerMethodField()

    def get_worked_seconds(self, history: History) -> int:
        """Paid time."""
        return int(history.time.total_seconds())


class StandingOut(serializers.Serializer[Any]):
    """The average of clients' ratings, weighted by age."""

    stars = serializers.CharField()
    ratings = serializers.IntegerField(source="count")


class PersonOut(serializers.Serializer[Any]):
    """The person behind an application, without contacts."""

    application = ApplicantOut()
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    bio = serializers.CharField(source="agent.bio", help_text="In the agent's own words.")
    experience_months = serializers.IntegerField(source="months")
    member_since = serializers.DateTimeField(source="agent.created_at")
    standing = StandingOut(allow_null=True, help_text="Null while there are too few ratings.")
    history = HistoryOut()
