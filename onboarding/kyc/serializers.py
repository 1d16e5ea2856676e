"""Request and response bodies of identity documents. Document numbers are always masked."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent
from onboarding.kyc import queries, waiting_times
from onboarding.models import KycAsk, KycCase, KycDocument
from onboarding.profile.serializers import PhotoIn


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
        asks: Any = list(queries.documents_status(case).asks.values())
        return AskOut(asks, many=True).data

    def get_expected(self, case: KycCase) -> str:
        """Null unless under review."""
        return waiting_times.expected_wait_text(case, timezone.now()) if case.can_be_decided else ""


def documents_of(agent: Agent) -> dict[str, Any]:
    """The documents of an agent, even if not started."""
    case = queries.case_of(agent) or KycCase(agent=agent)
    if not hasattr(case, "current_documents"):
        case.current_documents, case.asks_now = [], []  # type: ignore[attr-defined]
    return DocumentsOut(case).data


class DocumentIn(PhotoIn):
    """A photo of a document, with `number` for a PAN or `last_four` for an Aadhaar."""

    number = serializers.CharField(required=False)
    last_four = serializers.CharField(required=False)


class MaskIn(serializers.Serializer[Any]):
    """Area to mask: left, top, width and height, each as a fraction (0 to 1) of the photo."""

    boxes = serializers.ListField(
        child=serializers.ListField(
            child=serializers.FloatField(min_value=0, max_value=1), min_length=4, max_length=4
        ),
        min_length=1,
        max_length=12,
    )
