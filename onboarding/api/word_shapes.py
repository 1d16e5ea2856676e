"""Request and response bodies of vocabulary terms."""

from rest_framework import serializers

from hitouch.core.form_serializers import form_serializer
from onboarding import forms
from onboarding.models import LooseWord


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
