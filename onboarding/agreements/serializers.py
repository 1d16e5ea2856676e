"""Serializers of agreements."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.models import Agent
from hitouch.core.api.form_serializers import form_serializer
from onboarding.agreements import forms, queries, verification
from onboarding.models import AgreementReading, Signature

SigningCodeIn = form_serializer(forms.SigningCodeForm, "SigningCodeIn")
ReadIn = form_serializer(forms.ReadForm, "ReadIn")
PaperIn = form_serializer(forms.SignedPdfForm, "PaperIn")


@extend_schema_serializer(component_name="SignIn")
class SignAgreementsIn(serializers.Serializer[Any]):
    """A signature for all agreements not signed yet."""

    typed_name = serializers.CharField(max_length=160)
    accept = serializers.ListField(
        child=serializers.UUIDField(), help_text="IDs of the agreements."
    )
    code = serializers.CharField()


class ReadingOut(serializers.Serializer[AgreementReading]):
    """One agreement in force, exactly as this agent signs it. `id` is the agreement's."""

    id = serializers.UUIDField(source="template_id")
    kind = serializers.CharField(source="template.kind")
    version = serializers.CharField(source="template.version")
    title = serializers.CharField(source="template.title")
    text = serializers.CharField()
    sha256 = serializers.CharField(source="text_sha256")
    opened_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(source="finished_at", allow_null=True)


class SignatureOut(serializers.Serializer[Signature]):
    """One signature."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    version = serializers.CharField()
    text_sha256 = serializers.CharField()
    typed_name = serializers.CharField()
    signed_at = serializers.DateTimeField()
    text_url = serializers.SerializerMethodField()
    paper_url = serializers.SerializerMethodField()

    def get_text_url(self, row: Signature) -> str:
        """URL to download the signed text."""
        return reverse("onboarding:signature-text", args=[row.pk])

    def get_paper_url(self, row: Signature) -> str:
        """URL of the sealed PDF, available within a minute of signing."""
        return reverse("api:onboarding:paper", args=[row.pk])


class AgreementsOut(serializers.Serializer[Any]):
    """Agreements to sign and signed agreements."""

    to_sign = ReadingOut(many=True)
    signed = SignatureOut(many=True)


class SentOut(serializers.Serializer[Any]):
    """Where a code was sent."""

    sent_to = serializers.CharField(help_text="Masked.")


@extend_schema_serializer(component_name="FindingOut")
class SealedPdfFindingOut(serializers.Serializer[Any]):
    """Result of verification. Names are masked. Other fields are empty unless unchanged."""

    finding = serializers.ChoiceField(verification.VerificationResult.choices)
    words = serializers.CharField()
    agreement = serializers.CharField()
    version = serializers.CharField()
    between = serializers.ListField(child=serializers.CharField())
    signed_at = serializers.DateTimeField(allow_null=True)
    sealed_at = serializers.DateTimeField(allow_null=True)


def agreements_of(agent: Agent, to_sign: list[AgreementReading]) -> dict[str, Any]:
    """Data of `AgreementsOut` for one agent."""
    signed = queries.signatures_of(agent)
    return AgreementsOut({"to_sign": to_sign, "signed": signed}).data
