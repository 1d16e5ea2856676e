"""Request and response bodies of identity documents. Document numbers are always masked."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent
from onboarding.kyc import queries
from onboarding.models import KycAsk, KycCase, KycDocument, KycHeldPicture, KycUpload
from onboarding.profile.serializers import PhotoIn


class DocumentOut(serializers.Serializer[KycDocument]):
    """One uploaded document."""

    kind = serializers.CharField(source="slug")
    number = serializers.CharField(source="masked", help_text="Masked.")
    added_at = serializers.DateTimeField(source="created_at")
    both_sides = serializers.BooleanField(help_text="A photo of front and back in one.")
    is_held = serializers.BooleanField(help_text="A reviewer still has to mask the photo.")
    came_by = serializers.ChoiceField(
        KycDocument.Source.choices, source="source", help_text="A photo, or digitally signed data."
    )


class UploadOut(serializers.Serializer[KycUpload]):
    """A file that waits to be read, or was refused. It becomes a document when it is `READ`."""

    id = serializers.UUIDField()
    kind = serializers.CharField(source="slug")
    both_sides = serializers.BooleanField()
    number = serializers.CharField(source="masked", help_text="As entered, masked.")
    state = serializers.ChoiceField(
        KycUpload.State.choices,
        help_text=(
            "`WAITING` and `READING`: ask again in two seconds. `NEEDS_PASSWORD`: a locked PDF; "
            "send its password. `READ`, `REFUSED` and `WITHDRAWN` are final."
        ),
    )
    code = serializers.CharField(help_text="If refused: the reason.")
    detail = serializers.CharField(source="message", help_text="If refused: the reason as text.")
    field = serializers.CharField(help_text="If refused: the field that is wrong.")
    uploaded_at = serializers.DateTimeField(source="created_at")
    ended_at = serializers.DateTimeField(allow_null=True)


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
    uploads = serializers.SerializerMethodField(
        help_text="Files that are not read yet, and refused ones that nothing newer replaced."
    )
    missing = serializers.SerializerMethodField(
        help_text="Kinds that are still needed before the documents can be submitted."
    )
    asks = serializers.SerializerMethodField(
        help_text="If there are any, only these documents can be uploaded."
    )
    expected = serializers.SerializerMethodField(
        help_text="During review: the current waiting time, as text. An estimate only."
    )

    @extend_schema_field(UploadOut(many=True))
    def get_uploads(self, case: KycCase) -> Any:
        """Unread and refused files."""
        uploads: Any = list(queries.documents_status(case).uploads.values())
        return UploadOut(uploads, many=True).data

    def get_missing(self, case: KycCase) -> list[str]:
        """The missing kinds, as in URLs."""
        missing = queries.documents_status(case).missing
        return [kind.lower().replace("_", "-") for kind in missing]

    @extend_schema_field(AskOut(many=True))
    def get_asks(self, case: KycCase) -> Any:
        """The documents to be uploaded again."""
        asks: Any = list(queries.documents_status(case).asks.values())
        return AskOut(asks, many=True).data

    def get_expected(self, case: KycCase) -> str:
        """Null unless under review."""
        return queries.expected_wait_text(case, timezone.now()) if case.can_be_decided else ""


def documents_of(agent: Agent) -> dict[str, Any]:
    """The documents of an agent, even if not started."""
    case = queries.case_of(agent) or KycCase(agent=agent)
    if not hasattr(case, "current_documents"):
        case.current_documents, case.asks_now = [], []  # type: ignore[attr-defined]
        case.newest_uploads = []  # type: ignore[attr-defined]
    return DocumentsOut(case).data


class DocumentIn(PhotoIn):
    """A photo or PDF of a document, with `number` for a PAN or `last_four` for an Aadhaar."""

    number = serializers.CharField(
        required=False,
        max_length=20,
        help_text="The PAN, such as ABCPE1234F. Small letters and blanks are accepted.",
    )
    last_four = serializers.CharField(
        required=False,
        max_length=20,
        help_text="The last 4 digits, or a masked number such as XXXX XXXX 1234.",
    )
    both_sides = serializers.BooleanField(
        required=False, help_text="For `aadhaar-front`: the file shows the back too."
    )


class PdfPasswordIn(serializers.Serializer[Any]):
    """The password of a locked PDF; used once to open it, never stored."""

    password = serializers.CharField(required=False)
    from_profile = serializers.BooleanField(
        required=False,
        help_text="Consent to try the password made from name and year of birth of the profile.",
    )


class MaskIn(serializers.Serializer[Any]):
    """Area to mask: left, top, width and height, each as a fraction (0 to 1) of the photo."""

    boxes = serializers.ListField(
        child=serializers.ListField(
            child=serializers.FloatField(min_value=0, max_value=1), min_length=4, max_length=4
        ),
        min_length=1,
        max_length=KycHeldPicture.MAX_BOXES,
    )
