"""What programs are told on an agent's home: texts for people, keys and numbers for programs."""

from typing import Any

from rest_framework import serializers

from hitouch.core.cefr import CEFR
from onboarding.api.shapes import StepOut

TONES = ["plain", "good", "warn", "bad", "info"]


class ClearanceOut(serializers.Serializer[Any]):
    """That the agent may work."""

    level = serializers.ChoiceField(CEFR.choices)
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


class FigureOut(serializers.Serializer[Any]):
    """A number: money in paise, after deductions, or a count."""

    key = serializers.CharField()
    title = serializers.CharField()
    paise = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    note = serializers.CharField()


class PanelLineOut(serializers.Serializer[Any]):
    """One row of a panel."""

    key = serializers.CharField(help_text="The row's id, or a name.")
    title = serializers.CharField()
    note = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    word = serializers.CharField(help_text="The state in words.")
    tone = serializers.ChoiceField(TONES)
    at = serializers.DateTimeField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    paise = serializers.IntegerField(allow_null=True)


class EmptyPanelOut(serializers.Serializer[Any]):
    """Why there is nothing, and what to do about it."""

    text = serializers.CharField()
    action = serializers.CharField()
    url = serializers.CharField()


class PanelOut(serializers.Serializer[Any]):
    """One part of the work."""

    key = serializers.CharField(
        help_text="`shifts`, `money`, `applications`, `level`, `messages` or `standing`."
    )
    title = serializers.CharField()
    url = serializers.CharField()
    figures = FigureOut(many=True)
    lines = PanelLineOut(many=True)
    note = serializers.CharField()
    empty = EmptyPanelOut(allow_null=True)


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
