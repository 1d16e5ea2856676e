"""Response bodies of digitally signed documents."""

from typing import Any

from rest_framework import serializers

from onboarding.models import KycDocument


class SignedFactsOut(serializers.Serializer[Any]):
    """Details in the document."""

    name = serializers.CharField()
    birth_on = serializers.DateField(allow_null=True)
    pin = serializers.CharField(allow_null=True, help_text="Aadhaar only.")
    is_in_force = serializers.BooleanField(allow_null=True, help_text="PAN only.")


def signed_facts(row: KycDocument) -> dict[str, Any] | None:
    """Null for photos and closed accounts."""
    if not (row.is_signed and row.facts):
        return None
    return SignedFactsOut({"pin": None, "is_in_force": None} | row.facts).data
