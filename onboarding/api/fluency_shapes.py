"""Request and response bodies of language fluency."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent
from onboarding import queries
from onboarding.models import Fluency


class FluencyBody(serializers.Serializer[Any]):
    """Self-declared fluency in a language. Empty if not provided."""

    language = serializers.CharField(max_length=60)
    spoken = serializers.ChoiceField(Fluency.Grade.choices, required=False, allow_blank=True)
    written = serializers.ChoiceField(Fluency.Grade.choices, required=False, allow_blank=True)


@extend_schema_field(FluencyBody(many=True))
class FluencyOfAgent(serializers.Field[Any, Any, Any, Agent]):
    """Fluency in each language of the profile."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, agent: Agent) -> list[dict[str, str]]:
        """In the order of the list."""
        return queries.fluency_of(agent)
