"""What programs are told. Money is whole paise, moments are UTC."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gigs.models import Application, Claim, Gig, Opportunity, Project, Slot


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


OFFERED = [
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
        fields = OFFERED


class OfferOut(OpportunityOut):
    """An opportunity with the agent's match."""

    match = serializers.SerializerMethodField()

    class Meta(OpportunityOut.Meta):
        fields = [*OFFERED, "match"]

    @extend_schema_field(MatchOut)
    def get_match(self, opportunity: Opportunity) -> Any:
        """Scored here; the agent's facts are looked up once for a list."""
        return MatchOut(self.context["match"](opportunity)).data


class ClientOpportunityOut(OpportunityOut):
    """An opportunity as its client sees it."""

    cost_paise = serializers.IntegerField()

    class Meta(OpportunityOut.Meta):
        fields = [*OFFERED, "project", "cost_paise"]


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
