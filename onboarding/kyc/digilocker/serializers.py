"""Request and response bodies of the DigiLocker endpoints."""

from typing import Any

from rest_framework import serializers

from onboarding.kyc.digilocker.queries import DigiLockerStatus
from onboarding.models import KycSession


class DigiLockerStartIn(serializers.Serializer[Any]):
    """Consent to fetch both documents once. The text is under `/api/v1/me/consents/`."""

    agreed = serializers.BooleanField()


class DigiLockerBegunOut(serializers.Serializer[Any]):
    """The URL to send the agent to. It works once."""

    authorize_url = serializers.URLField()
    expires_at = serializers.DateTimeField()


class DigiLockerReturnIn(serializers.Serializer[Any]):
    """Query parameters of the redirect from DigiLocker."""

    state = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=4000, required=False)
    error = serializers.CharField(max_length=200, required=False)


class VisitOut(serializers.Serializer[DigiLockerStatus]):
    """One DigiLocker session."""

    state = serializers.ChoiceField(KycSession.State.choices, source="session.state")
    words = serializers.CharField(source="session.get_state_display")
    reason = serializers.CharField(source="session.reason")
    why = serializers.CharField(source="session.why", help_text="Error message for the agent.")
    is_over = serializers.BooleanField(source="session.is_over")
    is_moving = serializers.BooleanField(help_text="Whether to poll again.")
    started_at = serializers.DateTimeField(source="session.started_at")
    expires_at = serializers.DateTimeField(source="session.expires_at")
    ended_at = serializers.DateTimeField(source="session.ended_at", allow_null=True)


class DigiLockerOut(serializers.Serializer[Any]):
    """An agent's DigiLocker status."""

    is_here = serializers.BooleanField(help_text="Whether DigiLocker is available on this site.")
    visit = VisitOut(allow_null=True)
