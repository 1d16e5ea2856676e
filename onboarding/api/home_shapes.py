"""Response bodies of an agent's home page."""

from typing import Any

from rest_framework import serializers

from onboarding.api.panel_shapes import TONES, PanelOut
from onboarding.api.shapes import StepOut


class ClearanceOut(serializers.Serializer[Any]):
    """Clearance to work."""

    level = serializers.CharField(help_text="From A1 to C2.")
    cleared_at = serializers.DateTimeField()


class ToDoOut(serializers.Serializer[Any]):
    """One to-do."""

    key = serializers.CharField(
        help_text="Type of to-do, such as `clock_in`, or the key of an open step."
    )
    title = serializers.CharField()
    text = serializers.CharField()
    action = serializers.CharField(help_text="Button label.")
    url = serializers.CharField(help_text="Page the button opens.")
    posts = serializers.BooleanField(help_text="Whether the button submits a POST.")
    tone = serializers.ChoiceField(TONES)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class HomeOut(serializers.Serializer[Any]):
    """An agent's home page."""

    first = ToDoOut(allow_null=True, help_text="The most urgent to-do.")
    others = ToDoOut(many=True)
    panels = PanelOut(many=True)
    steps = StepOut(many=True)
    clearance = ClearanceOut(allow_null=True)
    closes_at = serializers.DateTimeField(
        allow_null=True, help_text="When the account closes, if the agent has requested it."
    )
