"""What programs are told of one part of an agent's home."""

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

    key = serializers.CharField(help_text="The row's id, or a name.")
    title = serializers.CharField()
    note = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    word = serializers.CharField(help_text="The state in words.")
    tone = serializers.ChoiceField(TONES)
    at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody has to have answered."
    )
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
        help_text="`shifts`, `money`, `applications`, `messages`, `level` or `standing`."
    )
    title = serializers.CharField()
    url = serializers.CharField()
    figures = FigureOut(many=True)
    lines = PanelLineOut(many=True)
    note = serializers.CharField()
    empty = EmptyPanelOut(allow_null=True)
