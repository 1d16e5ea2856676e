"""Request and response bodies of vocabulary terms."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent
from hitouch.core.api.form_serializers import form_serializer
from onboarding.models import Fluency, LooseWord
from onboarding.vocabulary import forms, queries


class WordOut(serializers.Serializer[LooseWord]):
    """One term that agents entered, and the term it was mapped to."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="skills or languages")
    word = serializers.CharField(source="written")
    spellings = serializers.ListField(child=serializers.CharField())
    agents = serializers.IntegerField(help_text="How many agents have it on their profile.")
    state = serializers.CharField()
    name = serializers.CharField()
    typed_at = serializers.DateTimeField(source="created_at")
    decided_at = serializers.DateTimeField(allow_null=True)


AdoptIn = form_serializer(forms.AdoptWordForm, "AdoptIn")
RespellIn = form_serializer(forms.RespellWordForm, "RespellIn")


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
