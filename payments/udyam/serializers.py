"""API serializers of Udyam registrations."""

from typing import Any

from rest_framework import serializers

from payments.models import UdyamRegistration


class UdyamIn(serializers.Serializer[Any]):
    """A registration as on the certificate."""

    number = serializers.CharField(max_length=40)
    size = serializers.ChoiceField(choices=UdyamRegistration.Size.choices)
    registered_on = serializers.DateField()


class UdyamOut(serializers.ModelSerializer):
    """A registration, with the number masked."""

    number = serializers.CharField(source="masked")

    class Meta:
        model = UdyamRegistration
        fields = ["id", "number", "size", "registered_on", "ended_on", "state", "reason"]


class StaffUdyamOut(UdyamOut):
    """A registration for finance."""

    agent = serializers.CharField(source="agent.name")

    class Meta(UdyamOut.Meta):
        fields = [*UdyamOut.Meta.fields, "agent", "created_at"]


class RejectUdyamIn(serializers.Serializer[Any]):
    """Why it was not confirmed."""

    reason = serializers.CharField(max_length=300)


class UdyamNumberOut(serializers.Serializer[Any]):
    """The full number."""

    number = serializers.CharField()
