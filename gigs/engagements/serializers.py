"""Serializers of gigs. Amounts are whole paise."""

from rest_framework import serializers

from gigs.engagements.forms import EndForm, LeaveForm
from gigs.models import (
    Gig,
)
from gigs.opportunities.serializers import TermsOut
from hitouch.core.api.form_serializers import form_serializer


class GigOut(serializers.ModelSerializer[Gig]):
    """A gig and its fixed terms."""

    client = serializers.CharField(source="client.name")
    agent_name = serializers.CharField(source="agent.name")
    terms = TermsOut(allow_null=True)

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
            "terms",
        ]


class ClientGigOut(GigOut):
    """A gig as its client sees it."""

    class Meta(GigOut.Meta):
        fields = [*GigOut.Meta.fields, "unearned_paise"]


EndBody = form_serializer(EndForm, "EndBody")
LeaveBody = form_serializer(LeaveForm, "LeaveBody")


class EndOfGigOut(serializers.Serializer[object]):
    """What ending a gig now would do."""

    unsubmitted_paise = serializers.IntegerField(help_text="Hours that go to your decision.")
    undecided_paise = serializers.IntegerField(help_text="Stays reserved for work under review.")
    shifts = serializers.IntegerField(help_text="Upcoming shifts that are cancelled.")
    late_paise = serializers.IntegerField(help_text="Paid at once for shifts cancelled late.")
    free_paise = serializers.IntegerField(help_text="Back in the project's budget.")
