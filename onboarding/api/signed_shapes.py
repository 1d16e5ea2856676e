"""What programs of staff are told of a document that its issuer has signed."""

from typing import Any

from rest_framework import serializers

from onboarding.models import KycDocument


class SignedFactsOut(serializers.Serializer[Any]):
    """What stands in it."""

    name = serializers.CharField()
    birth_on = serializers.DateField(allow_null=True)
    pin = serializers.CharField(allow_null=True, help_text="Of an Aadhaar.")
    is_in_force = serializers.BooleanField(allow_null=True, help_text="Of a PAN.")


def signed_facts(row: KycDocument) -> dict[str, Any] | None:
    """Nothing for a picture, nor for a document of a closed account."""
    if not (row.is_signed and row.facts):
        return None
    return SignedFactsOut({"pin": None, "is_in_force": None} | row.facts).data
