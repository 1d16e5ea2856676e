"""What programs are told on an agent's home: texts for people, keys and numbers for programs."""

from typing import Any

from rest_framework import serializers

from onboarding.api.panel_shapes import TONES, PanelOut
from onboarding.api.shapes import StepOut


class ClearanceOut(serializers.Serializer[Any]):
    """That the agent may work."""

    level = serializers.CharField(help_text="From A1 to C2.")
    cleared_at = serializers.DateTimeField()


class ToDoOut(serializers.Serializer[Any]):
    """One thing that could be done next."""

    key = serializers.CharField(help_text="What it is, such as `clock_in` or an open step's key.")
    title = serializers.CharField()
    text = serializers.CharField()
    action = serializers.CharField(help_text="The words on its button.")
    url = serializers.CharField(help_text="The page behind the button.")
    posts = serializers.BooleanField(help_text="Whether the button sends a form to it.")
    tone = serializers.ChoiceField(TONES)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class HomeOut(serializers.Serializer[Any]):
    """An agent's home."""

    first = ToDoOut(allow_null=True, help_text="The most urgent thing.")
    others = ToDoOut(many=True)
    panels = PanelOut(many=True)
    steps = StepOut(many=True)
    clearance = ClearanceOut(allow_null=True)
    closes_at = serializers.DateTimeField(
        allow_null=True, help_text="When the account closes, if the agent asked for that."
    )
