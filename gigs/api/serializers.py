"""Serializers of gigs. Amounts are whole paise, times are UTC."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from gigs import forms
from gigs.models import (
    Application,
    Category,
    Claim,
    Deliverable,
    Gig,
    Opportunity,
    PayKind,
    Project,
    Slot,
    Work,
    WorkReview,
    WorkSession,
)
from gigs.queries import work as work_queries
from hitouch.core.api.form_serializers import form_serializer
from hitouch.core.cefr import CEFR


class PartOut(serializers.Serializer[Any]):
    """One part of a match score."""

    name = serializers.CharField()
    points = serializers.IntegerField()
    out_of = serializers.IntegerField()
    why = serializers.CharField()


class ObstacleOut(serializers.Serializer[Any]):
    """Why the agent cannot apply, and what would change that."""

    code = serializers.CharField()
    why = serializers.CharField()
    remedy = serializers.CharField()


class MatchOut(serializers.Serializer[Any]):
    """The agent's match for the opportunity."""

    score = serializers.IntegerField()
    is_eligible = serializers.BooleanField()
    is_recommended = serializers.BooleanField()
    parts = PartOut(many=True)
    obstacles = ObstacleOut(many=True)


class ProjectOut(serializers.ModelSerializer[Project]):
    """A project and its budget."""

    free_paise = serializers.IntegerField()

    class Meta:
        model = Project
        fields = [
            "id",
            "title",
            "description",
            "department",
            "due_on",
            "state",
            "budget_paise",
            "promised_paise",
            "free_paise",
            "created_at",
        ]


OPPORTUNITY_FIELDS = [
    "id",
    "client",
    "title",
    "description",
    "category",
    "skills",
    "languages",
    "minimum_level",
    "qualifications",
    "experience_years",
    "pay_kind",
    "rate_paise",
    "hours_each",
    "headcount",
    "seats_left",
    "apply_by",
    "state",
    "published_at",
]


class OpportunityOut(serializers.ModelSerializer[Opportunity]):
    """An opportunity."""

    client = serializers.CharField(source="project.client.name")
    seats_left = serializers.IntegerField()

    class Meta:
        model = Opportunity
        fields = OPPORTUNITY_FIELDS


class OfferOut(OpportunityOut):
    """An opportunity with the agent's match."""

    match = serializers.SerializerMethodField()

    class Meta(OpportunityOut.Meta):
        fields = [*OPPORTUNITY_FIELDS, "match"]

    @extend_schema_field(MatchOut)
    def get_match(self, opportunity: Opportunity) -> Any:
        """The match, by the matcher of the context."""
        return MatchOut(self.context["match"](opportunity)).data


class ClientOpportunityOut(OpportunityOut):
    """An opportunity as its client sees it."""

    cost_paise = serializers.IntegerField()

    class Meta(OpportunityOut.Meta):
        fields = [*OPPORTUNITY_FIELDS, "project", "cost_paise"]


class ApplicationOut(serializers.ModelSerializer[Application]):
    """An application, with the match at the time of applying."""

    opportunity_title = serializers.CharField(source="opportunity.title")
    client = serializers.CharField(source="opportunity.project.client.name")
    parts = PartOut(many=True)
    gig = serializers.SerializerMethodField()

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
            "reason",
            "created_at",
            "decided_at",
            "gig",
        ]

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


class GigOut(serializers.ModelSerializer[Gig]):
    """A gig and its fixed terms."""

    client = serializers.CharField(source="client.name")
    agent_name = serializers.CharField(source="agent.name")

    class Meta:
        model = Gig
        fields = [
            "id",
            "opportunity",
            "application",
            "client",
            "agent_name",
            "title",
            "pay_kind",
            "rate_paise",
            "hours_each",
            "state",
            "created_at",
            "completed_at",
        ]


class SlotOut(serializers.ModelSerializer[Slot]):
    """A slot (shift)."""

    seats_left = serializers.IntegerField()

    class Meta:
        model = Slot
        fields = ["id", "opportunity", "starts_at", "ends_at", "capacity", "seats_left"]


class AgentSlotOut(SlotOut):
    """A slot (shift), as an agent of the gig sees it."""

    my_claim = serializers.UUIDField(allow_null=True)
    is_clashing = serializers.BooleanField()

    class Meta(SlotOut.Meta):
        fields = [*SlotOut.Meta.fields, "my_claim", "is_clashing"]


class ClaimOut(serializers.ModelSerializer[Claim]):
    """A shift claimed by an agent."""

    starts_at = serializers.DateTimeField(source="slot.starts_at")
    ends_at = serializers.DateTimeField(source="slot.ends_at")

    class Meta:
        model = Claim
        fields = [
            "id",
            "slot",
            "gig",
            "starts_at",
            "ends_at",
            "state",
            "created_at",
            "released_at",
            "is_late_release",
        ]


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
        """Seconds inside the slot's hours, once the session has ended."""
        return int(session.counted.total_seconds())


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
        return int(work_queries.time_of(work).total_seconds())

    def get_gross_paise(self, work: Work) -> int:
        """What the work earns before deductions."""
        return work_queries.gross_of(work)


# Request bodies.
ApplicationBody = form_serializer(forms.ApplicationForm, "ApplicationBody")
ReasonBody = form_serializer(forms.RejectApplicationForm, "ReasonBody")
CommentBody = form_serializer(forms.CommentForm, "CommentBody")
SlotBody = form_serializer(forms.SlotForm, "SlotBody")


class WorkBody(serializers.Serializer[Any]):
    """Work to submit. Send multipart/form-data to include files."""

    summary = serializers.CharField(max_length=4000)
    links = serializers.ListField(child=serializers.URLField(), required=False)
    files = serializers.ListField(child=serializers.FileField(), required=False)


class ProjectBody(serializers.Serializer[Any]):
    """A project."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False)
    department = serializers.CharField(required=False, max_length=80)
    due_on = serializers.DateField(required=False)
    budget_paise = serializers.IntegerField(min_value=1)


class OpportunityBody(serializers.Serializer[Any]):
    """An opportunity, saved as a draft until it is published."""

    project = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5000)
    category = serializers.ChoiceField(Category.choices)
    minimum_level = serializers.ChoiceField(CEFR.choices)
    skills = serializers.ListField(child=serializers.CharField(), required=False)
    languages = serializers.ListField(child=serializers.CharField(), required=False)
    qualifications = serializers.CharField(required=False, max_length=200)
    experience_years = serializers.IntegerField(min_value=0, max_value=40)
    headcount = serializers.IntegerField(min_value=1, max_value=500)
    pay_kind = serializers.ChoiceField(PayKind.choices)
    rate_paise = serializers.IntegerField(min_value=1)
    hours_each = serializers.IntegerField(required=False, help_text="Required for hourly pay.")
    apply_by = serializers.DateTimeField()


def _query_parameter(name: str, what: str, choices: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=what, enum=choices)


SEARCH = [
    _query_parameter("q", "Search title, description, client and skills."),
    _query_parameter("category", "Filter by category.", list(Category.values)),
    _query_parameter("pay", "Filter by type of pay.", list(PayKind.values)),
    _query_parameter("level", "Only opportunities open at this English level.", list(CEFR.values)),
]
STATE = [_query_parameter("state", "Filter by state.")]
