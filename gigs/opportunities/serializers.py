"""Serializers of opportunities. Amounts are whole paise, times are UTC."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gigs.clients.api_views import query_parameter
from gigs.models import (
    Category,
    Milestone,
    Opportunity,
    PayKind,
    SavedSearch,
    Terms,
    Visibility,
)
from gigs.models.terms import PAY, TEXT
from gigs.opportunities import copy_forms
from gigs.opportunities.board import Hours, Order
from gigs.opportunities.queries import TermsVersion
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


class MilestoneOut(serializers.ModelSerializer[Milestone]):
    """A part of a fixed price with its own pay."""

    class Meta:
        model = Milestone
        fields = ["id", "position", "title", "amount_paise", "due_on"]


class MilestoneBody(serializers.Serializer[Any]):
    """A milestone to list."""

    title = serializers.CharField(max_length=120)
    amount_paise = serializers.IntegerField(min_value=1)
    due_on = serializers.DateField()


class MilestonesBody(serializers.Serializer[Any]):
    """All milestones of a draft, in order."""

    milestones = MilestoneBody(many=True)


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
    "terms_version",
]


class OpportunityOut(serializers.ModelSerializer[Opportunity]):
    """An opportunity."""

    client = serializers.CharField(source="project.client.name")
    seats_left = serializers.IntegerField()

    class Meta:
        model = Opportunity
        fields = OPPORTUNITY_FIELDS


class ChangeOut(serializers.Serializer[Any]):
    """What one part of the terms was and is, as people read it."""

    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    was = serializers.CharField()
    now = serializers.CharField()


class TermsOut(serializers.ModelSerializer[Terms]):
    """One version of the terms. The hash covers its content and the hash of the one before."""

    class Meta:
        model = Terms
        fields = ["version", "published_at", *TEXT, *PAY, "previous_hash", "hash"]


class TermsVersionOut(TermsOut):
    """One version of the terms, with what it changed."""

    changes = serializers.SerializerMethodField()

    class Meta(TermsOut.Meta):
        fields = [*TermsOut.Meta.fields, "changes"]

    @extend_schema_field(ChangeOut(many=True))
    def get_changes(self, terms: Terms) -> Any:
        """What it changed, by the mapping of the context."""
        return ChangeOut(self.context["changes"][terms.version], many=True).data

    @classmethod
    def data_of(cls, versions: Sequence[TermsVersion]) -> Any:
        """Several versions as data."""
        changes = {each.terms.version: each.changes for each in versions}
        rows = [each.terms for each in versions]
        return cls(rows, many=True, context={"changes": changes}).data


class OfferOut(OpportunityOut):
    """An opportunity with the agent's match."""

    match = serializers.SerializerMethodField()

    class Meta(OpportunityOut.Meta):
        fields = [*OPPORTUNITY_FIELDS, "match"]

    @extend_schema_field(MatchOut)
    def get_match(self, opportunity: Opportunity) -> Any:
        """The match, by the matcher of the context."""
        return MatchOut(self.context["match"](opportunity)).data


class ProspectOut(serializers.Serializer[Any]):
    """What the agent lacks for an opportunity, and how many open opportunities ask for it."""

    kind = serializers.CharField(help_text="level, skill or language")
    name = serializers.CharField()
    opportunities = serializers.IntegerField(help_text="For a level: how many more it opens.")
    is_capped = serializers.BooleanField(help_text="Whether there are more than were counted.")


class OfferDetailOut(OfferOut):
    """An opportunity with the agent's match, and what would help."""

    would_help = serializers.SerializerMethodField()
    milestones = MilestoneOut(many=True)

    class Meta(OfferOut.Meta):
        fields = [*OPPORTUNITY_FIELDS, "match", "would_help", "milestones"]

    @extend_schema_field(ProspectOut(many=True))
    def get_would_help(self, opportunity: Opportunity) -> Any:
        """What the agent lacks, by the function of the context."""
        return ProspectOut(self.context["would_help"](opportunity), many=True).data


class AgentStandingOut(serializers.Serializer[Any]):
    """How clients rated an agent."""

    stars = serializers.CharField()
    count = serializers.IntegerField()


class RankedAgentOut(serializers.Serializer[Any]):
    """One agent in the ranking for an opportunity: no name and no contacts."""

    agent = serializers.UUIDField(source="agent_id", help_text="The reference to invite by.")
    level = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    months = serializers.IntegerField(help_text="Months of experience.")
    score = serializers.IntegerField(source="match.score")
    parts = PartOut(many=True)
    standing = AgentStandingOut(allow_null=True)
    status = serializers.CharField(help_text="Invitation or application that stands, if any.")


class SavedSearchOut(serializers.ModelSerializer[SavedSearch]):
    """A saved search."""

    asked = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "asked", "is_mailed", "created_at"]


class SavedSearchBody(serializers.Serializer[Any]):
    """What to be told of: the filters of the list."""

    q = serializers.CharField(required=False, max_length=100)
    category = serializers.CharField(required=False)
    pay = serializers.CharField(required=False)
    level = serializers.CharField(required=False)
    language = serializers.CharField(required=False)
    hours = serializers.CharField(required=False, help_text="evenings or weekends")
    open_to_me = serializers.BooleanField(required=False)
    min_pay_paise = serializers.IntegerField(required=False, min_value=1)


class ClientOpportunityOut(OpportunityOut):
    """An opportunity as its client sees it."""

    cost_paise = serializers.IntegerField()

    class Meta(OpportunityOut.Meta):
        fields = [*OPPORTUNITY_FIELDS, "project", "cost_paise", "visibility"]


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
    visibility = serializers.ChoiceField(Visibility.choices, required=False)


class OpportunityPatchBody(serializers.Serializer[Any]):
    """What to change of an opportunity; what is not sent stays. Pay only of a draft."""

    title = serializers.CharField(required=False, max_length=120)
    description = serializers.CharField(required=False, max_length=5000)
    category = serializers.ChoiceField(Category.choices, required=False)
    minimum_level = serializers.ChoiceField(CEFR.choices, required=False)
    skills = serializers.ListField(child=serializers.CharField(), required=False)
    languages = serializers.ListField(child=serializers.CharField(), required=False)
    qualifications = serializers.CharField(required=False, max_length=200)
    experience_years = serializers.IntegerField(required=False, min_value=0, max_value=40)
    apply_by = serializers.DateTimeField(required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    headcount = serializers.IntegerField(required=False, min_value=1, max_value=500)
    pay_kind = serializers.ChoiceField(PayKind.choices, required=False)
    rate_paise = serializers.IntegerField(required=False, min_value=1)
    hours_each = serializers.IntegerField(required=False)


CopyOpportunityBody = form_serializer(copy_forms.CopyOpportunityApiForm, "CopyOpportunityBody")
CopyProjectBody = form_serializer(copy_forms.CopyProjectForm, "CopyProjectBody")


SEARCH = [
    query_parameter(
        "q",
        "Words of title, description, client, skills and languages. Misspelt words are corrected,"
        " Hindi words are understood.",
    ),
    query_parameter("category", "Filter by category.", list(Category.values)),
    query_parameter("pay", "Filter by type of pay.", list(PayKind.values)),
    query_parameter("level", "Only opportunities open at this English level.", list(CEFR.values)),
    query_parameter("language", "Only opportunities that ask for this language."),
    query_parameter("hours", "Only with an upcoming shift at these hours.", list(Hours.values)),
    query_parameter("open_to_me", "`true`: only what you can apply for."),
    query_parameter("min_pay_paise", "The least pay per hour, or of a fixed price."),
    query_parameter(
        "sort",
        "The order, by default the newest first. By `match` and `pay` there is one page only.",
        list(Order.values),
    ),
]
