"""Serializers of gigs. Amounts are whole paise."""

from rest_framework import serializers

from gigs.models import (
    Gig,
)


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
