"""What programs of staff send and are told about words."""

from typing import Any

from rest_framework import serializers

from onboarding.models import LooseWord


class WordOut(serializers.Serializer[LooseWord]):
    """One word that agents typed, and what it stands for once it is decided."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="skills or languages")
    word = serializers.CharField(source="written")
    spellings = serializers.ListField(child=serializers.CharField())
    agents = serializers.IntegerField(help_text="How many have it on their profile now.")
    state = serializers.CharField()
    name = serializers.CharField()
    typed_at = serializers.DateTimeField(source="created_at")
    decided_at = serializers.DateTimeField(allow_null=True)


class AdoptIn(serializers.Serializer[Any]):
    """The new word as clients read it."""

    name = serializers.CharField(max_length=60)


class RespellIn(serializers.Serializer[Any]):
    """A word that the vocabulary has."""

    of = serializers.CharField(max_length=60)
