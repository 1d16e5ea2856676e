"""What programs are told. Numbers of documents and accounts go out masked only."""

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
    """One step on the way."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(["done", "open", "later"])
    url = serializers.CharField()
    hint = serializers.CharField()
    waits = serializers.BooleanField(help_text="Whether the agent's part is done.")


class ProfileSectionOut(serializers.Serializer[Any]):
    """One section of the profile."""

    key = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    is_done = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())
    has_draft = serializers.BooleanField(help_text="Whether something typed is not saved yet.")


class ProgressOut(serializers.Serializer[Any]):
    """How far the profile is."""

    percent = serializers.IntegerField()
    may_tell = serializers.ListField(child=serializers.CharField(), help_text="If they like.")
    sections = ProfileSectionOut(many=True)


class OnboardingOut(serializers.Serializer[Any]):
    """Where an agent stands."""

    next_step = serializers.CharField(help_text="The open step's key, or `home`.")
    steps = StepOut(many=True)
    profile = ProgressOut()
    level = serializers.CharField()
    cleared_at = serializers.DateTimeField(allow_null=True)


class ProfileOut(serializers.Serializer[Agent]):
    """The profile as it is."""

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
        help_text="What does not fit together, in sentences, such as a PIN code of another state."
    )

    def get_months_of_experience(self, agent: Agent) -> int:
        """Whole months in at least one job, until today."""
        return queries.months_worked(agent.experiences.all(), on=timezone.now())

    def get_doubts(self, agent: Agent) -> list[str]:
        """Told, never refused."""
        return queries.doubts_of(agent)

    def get_has_photo(self, agent: Agent) -> bool:
        """Whether a photo is there."""
        return agent.photo_id is not None

    @extend_schema_field(EmploymentBody(allow_null=True))
    def get_employment(self, agent: Agent) -> dict[str, Any] | None:
        """The job besides, if it is known."""
        job = Employment.objects.filter(agent=agent).first()
        return EmploymentBody(job).data if job else None


class DocumentOut(serializers.Serializer[KycDocument]):
    """One picture that is there."""

    kind = serializers.CharField(source="slug")
    number = serializers.CharField(source="masked", help_text="Masked.")
    added_at = serializers.DateTimeField(source="created_at")
    is_held = serializers.BooleanField(help_text="A reviewer still has to mask the picture.")
    came_by = serializers.ChoiceField(
        KycDocument.Source.choices, source="source", help_text="A picture, or signed data."
    )


class AskOut(serializers.Serializer[KycAsk]):
    """A document that has to come again, or came again, with its reason in plain words."""

    kind = serializers.CharField(source="document.slug")
    reason = serializers.CharField()
    words = serializers.CharField(source="get_reason_display")
    what_to_do = serializers.CharField()
    note = serializers.CharField()
    is_replaced = serializers.BooleanField(help_text="Whether a new picture is in.")


class DocumentsOut(serializers.Serializer[KycCase]):
    """Where an agent's documents stand."""

    state = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    documents = DocumentOut(many=True, source="current_documents")
    asks = serializers.SerializerMethodField(
        help_text="While there are any, only these documents can be put; the others stay."
    )
    expected = serializers.SerializerMethodField(
        help_text="While they wait: how long it takes lately, in words; never a promise."
    )

    @extend_schema_field(AskOut(many=True))
    def get_asks(self, case: KycCase) -> Any:
        """What has to come again."""
        asks: Any = list(queries.documents_standing(case).asks.values())
        return AskOut(asks, many=True).data

    def get_expected(self, case: KycCase) -> str:
        """Nothing unless they wait."""
        return queries.expected(case, timezone.now()) if case.can_be_decided else ""


class ReadingOut(serializers.Serializer[AgreementReading]):
    """One text in force, exactly as this agent signs it. `id` is the text's."""

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
        """Where the signed text can be downloaded."""
        return reverse("onboarding:signature-text", args=[row.pk])

    def get_paper_url(self, row: Signature) -> str:
        """Where the sealed PDF is; a minute after signing at the latest."""
        return reverse("api:onboarding:paper", args=[row.pk])


class AgreementsOut(serializers.Serializer[Any]):
    """What is left to sign and what is signed."""

    to_sign = ReadingOut(many=True)
    signed = SignatureOut(many=True)


class SentOut(serializers.Serializer[Any]):
    """Where a code went."""

    sent_to = serializers.CharField(help_text="Masked.")


def documents_of(agent: Agent) -> dict[str, Any]:
    """The documents of an agent, also of one who has not begun."""
    case = queries.case_of(agent) or KycCase(agent=agent)
    if not hasattr(case, "current_documents"):
        case.current_documents, case.asks_now = [], []  # type: ignore[attr-defined]
    return DocumentsOut(case).data


def agreements_of(agent: Agent, to_sign: list[AgreementReading]) -> dict[str, Any]:
    """What is left to sign and what is signed."""
    signed = queries.signatures_of(agent)
    return AgreementsOut({"to_sign": to_sign, "signed": signed}).data
