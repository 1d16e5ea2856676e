"""Serializers of the agent's home page and onboarding status."""

from typing import Any

from rest_framework import serializers

from onboarding.profile.serializers import ProgressOut

TONES = ["plain", "good", "warn", "bad", "info"]


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

    key = serializers.CharField(help_text="ID or name of the row.")
    title = serializers.CharField()
    note = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    word = serializers.CharField(help_text="The state, as shown to the agent.")
    tone = serializers.ChoiceField(TONES)
    at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Deadline for a response.")
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    paise = serializers.IntegerField(allow_null=True)


class EmptyPanelOut(serializers.Serializer[Any]):
    """Text and action of an empty panel."""

    text = serializers.CharField()
    action = serializers.CharField()
    url = serializers.CharField()


class PanelOut(serializers.Serializer[Any]):
    """One panel."""

    key = serializers.CharField(
        help_text="`shifts`, `money`, `applications`, `messages`, `level` or `standing`."
    )
    title = serializers.CharField()
    url = serializers.CharField()
    figures = FigureOut(many=True)
    lines = PanelLineOut(many=True)
    note = serializers.CharField()
    empty = EmptyPanelOut(allow_null=True)


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


class StepOut(serializers.Serializer[Any]):
    """One onboarding step."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(["done", "open", "later"])
    url = serializers.CharField()
    hint = serializers.CharField()
    waits = serializers.BooleanField(help_text="Whether the agent has done their part.")


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


class OnboardingOut(serializers.Serializer[Any]):
    """An agent's onboarding status."""

    next_step = serializers.CharField(help_text="The open step's key, or `home`.")
    steps = StepOut(many=True)
    profile = ProgressOut()
    level = serializers.CharField()
    cleared_at = serializers.DateTimeField(allow_null=True)
