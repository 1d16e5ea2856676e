"""What programs send and are told about DigiLocker."""

from typing import Any

from rest_framework import serializers

from onboarding.digilocker_state import DigiLockerStatus
from onboarding.models import KycSession


class DigiLockerStartIn(serializers.Serializer[Any]):
    """The consent to fetch both documents once; its words are under `/api/v1/me/consents/`."""

    agreed = serializers.BooleanField()


class DigiLockerBegunOut(serializers.Serializer[Any]):
    """Where to send the person. The address is good once."""

    authorize_url = serializers.URLField()
    expires_at = serializers.DateTimeField()


class DigiLockerReturnIn(serializers.Serializer[Any]):
    """What stands in the address that DigiLocker sent the browser to."""

    state = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=4000, required=False)
    error = serializers.CharField(max_length=200, required=False)


class VisitOut(serializers.Serializer[DigiLockerStatus]):
    """One visit to DigiLocker."""

    state = serializers.ChoiceField(KycSession.State.choices, source="session.state")
    words = serializers.CharField(source="session.get_state_display")
    reason = serializers.CharField(source="session.reason")
    why = serializers.CharField(source="session.why", help_text="What went wrong, in a sentence.")
    is_over = serializers.BooleanField(source="session.is_over")
    is_moving = serializers.BooleanField(help_text="Whether it is worth asking again in a moment.")
    started_at = serializers.DateTimeField(source="session.started_at")
    expires_at = serializers.DateTimeField(source="session.expires_at")
    ended_at = serializers.DateTimeField(source="session.ended_at", allow_null=True)


class DigiLockerOut(serializers.Serializer[Any]):
    """Where an agent stands with DigiLocker."""

    is_here = serializers.BooleanField(help_text="Whether this site has DigiLocker at all.")
    visit = VisitOut(allow_null=True)
