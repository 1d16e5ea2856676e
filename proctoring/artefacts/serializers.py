"""Serializers of the receipts of a consent."""

from typing import Any

from rest_framework import serializers


class ConsentReceiptOut(serializers.Serializer[Any]):
    """What the person agreed to: one kind of what is recorded."""

    artefact = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    seen_by = serializers.CharField()
    keep_days = serializers.IntegerField(
        allow_null=True, help_text="Null: as long as the result is kept."
    )
    version = serializers.CharField(help_text="Changes with every word of the text.")
    given_at = serializers.DateTimeField()
