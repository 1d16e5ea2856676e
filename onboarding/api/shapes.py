"""Response bodies of onboarding. Document and account numbers are always masked."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent
from onboarding import queries
from onboarding.api.asked import (
    AddressBody,
    EmploymentBody,
    ExperienceBody,
    QualificationBody,
)
from onboarding.api.fluency_shapes import FluencyOfAgent
from onboarding.models import (
    AgreementReading,
    Employment,
    KycAsk,
    KycCase,
    KycDocument,
    Signature,
)


class StepOut(serializers.Serializer[Any]):
    """One onboarding step."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(["done", "open", "later"])
    url = serializers.CharField()
    hint = serializers.CharField()
    waits = serializers.BooleanField(help_text="Whether the agent has done their part.")


class ProfileSectionOut(serializers.Serializer[Any]):
    """One section of the profile."""

    key = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    is_done = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())
    has_draft = serializers.BooleanField(help_text="Whether there are unsaved changes.")


class ProgressOut(serializers.Serializer[Any]):
    """Progress of the profile."""

    percent = serializers.IntegerField()
    may_tell = serializers.ListField(child=serializers.CharField(), help_text="Optional.")
    sections = ProfileSectionOut(many=True)


class OnboardingOut(serializers.Serializer[Any]):
    """An agent's onboarding status."""

    next_step = serializers.CharField(help_text="The open step's key, or `home`.")
    steps = StepOut(many=True)
    profile = ProgressOut()
    level = serializers.CharField()
    cleared_at = serializers.DateTimeField(allow_null=True)


class ProfileOut(serializers.Serializer[Agent]):
    """The saved profile."""

    given_name = serializers.CharField()
    family_name = serializers.CharField()
    birth_on = serializers.DateField(source="birth_date", allow_null=True)
    current_address = AddressBody(allow_null=True)
    permanent_address = AddressBody(allow_null=True)
    shift = serializers.CharField()
    hours_a_day = serializers.IntegerField(allow_null=True)
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    fluency = FluencyOfAgent()
    bio = serializers.CharField()
    has_photo = serializers.SerializerMethodField()
    employment = serializers.SerializerMethodField()
    qualifications = QualificationBody(many=True)
    experiences = ExperienceBody(many=True)
    months_of_experience = serializers.SerializerMethodField()
    doubts = serializers.SerializerMethodField(
        help_text="Warnings, such as a PIN code from a different state."
    )

    def get_months_of_experience(self, agent: Agent) -> int:
        """Total experience in months, until today. Overlapping jobs count once."""
        return queries.months_worked(agent.experiences.all(), on=timezone.now())

    def get_doubts(self, agent: Agent) -> list[str]:
        """Warnings. They don't block saving."""
        return queries.doubts_of(agent)

    def get_has_photo(self, agent: Agent) -> bool:
        """Whether there is a photo."""
        return agent.photo_id is not None

    @extend_schema_field(EmploymentBody(allow_null=True))
    def get_employment(self, agent: Agent) -> dict[str, Any] | None:
        """The current employment, if known."""
        job = Employment.objects.filter(agent=agent).first()
        return EmploymentBody(job).data if job else None


class DocumentOut(serializers.Serializer[KycDocument]):
    """One uploaded document."""

    kind = serializers.CharField(source="slug")
    number = serializers.CharField(source="masked", help_text="Masked.")
    added_at = serializers.DateTimeField(source="created_at")
    is_held = serializers.BooleanField(help_text="A reviewer still has to mask the photo.")
    came_by = serializers.ChoiceField(
        KycDocument.Source.choices, source="source", help_text="A photo, or digitally signed data."
    )


class AskOut(serializers.Serializer[KycAsk]):
    """A document to be uploaded again, with the reason."""

    kind = serializers.CharField(source="document.slug")
    reason = serializers.CharField()
    words = serializers.CharField(source="get_reason_display")
    what_to_do = serializers.CharField()
    note = serializers.CharField()
    is_replaced = serializers.BooleanField(help_text="Whether a new photo has been added.")


class DocumentsOut(serializers.Serializer[KycCase]):
    """Status of an agent's documents."""

    state = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    documents = DocumentOut(many=True, source="current_documents")
    asks = serializers.SerializerMethodField(
        help_text="If there are any, only these documents can be uploaded."
    )
    expected = serializers.SerializerMethodField(
        help_text="During review: the current waiting time, as text. An estimate only."
    )

    @extend_schema_field(AskOut(many=True))
    def get_asks(self, case: KycCase) -> Any:
        """The documents to be uploaded again."""
        asks: Any = list(queries.documents_standing(case).asks.values())
        return AskOut(asks, many=True).data

    def get_expected(self, case: KycCase) -> str:
        """Null unless under review."""
        return queries.expected(case, timezone.now()) if case.can_be_decided else ""


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


def documents_of(agent: Agent) -> dict[str, Any]:
    """The documents of an agent, even if not started."""
    case = queries.case_of(agent) or KycCase(agent=agent)
    if not hasattr(case, "current_documents"):
        case.current_documents, case.asks_now = [], []  # type: ignore[attr-defined]
    return DocumentsOut(case).data


def agreements_of(agent: Agent, to_sign: list[AgreementReading]) -> dict[str, Any]:
    """Agreements to sign and signed agreements."""
    signed = queries.signatures_of(agent)
    return AgreementsOut({"to_sign": to_sign, "signed": signed}).data
