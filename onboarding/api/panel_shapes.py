"""Response bodies of a panel on an agent's home page."""

from typing import Any

from rest_framework import serializers

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
