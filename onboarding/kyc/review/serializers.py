"""Request and response bodies of document reviews. Document numbers are always masked."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from onboarding.kyc.checks import services as checks
from onboarding.kyc.review import access_log, forms, queries
from onboarding.kyc.serializers import AskOut, DocumentOut
from onboarding.models import (
    KycAsk,
    KycCase,
    KycCheck,
    KycDocument,
    KycHeldPicture,
    KycReferral,
    KycSample,
)
from onboarding.profile.serializers import AddressBody

LookIn = form_serializer(forms.AccessPurposeForm, "LookIn")
ApproveIn = form_serializer(forms.ApproveForm, "ApproveIn")
ReferIn = form_serializer(forms.ReferForm, "ReferIn")
ReturnIn = form_serializer(forms.ReturnForm, "ReturnIn")
ApprovalSampleIn = form_serializer(forms.ApprovalSampleForm, "ApprovalSampleIn")


class CaseOut(serializers.Serializer[KycCase]):
    """An agent's documents, for reviewers."""

    id = serializers.UUIDField()
    agent = serializers.CharField(source="agent.name")
    state = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    queued_at = serializers.DateTimeField(
        allow_null=True,
        help_text="`submitted_at`, moved back by the time already waited before it was sent back.",
    )
    is_overdue = serializers.SerializerMethodField()
    reviewer = serializers.SerializerMethodField()
    asks = AskOut(many=True, source="asks_now", help_text="Open, or answered by this submission.")

    def get_is_overdue(self, case: KycCase) -> bool:
        """Whether the review is overdue."""
        return case.is_overdue(timezone.now())

    def get_reviewer(self, case: KycCase) -> str:
        """The assigned reviewer, if any."""
        return case.reviewer.contact if case.reviewer else ""


class SignedFactsOut(serializers.Serializer[Any]):
    """Details in the document."""

    name = serializers.CharField()
    birth_on = serializers.DateField(allow_null=True)
    pin = serializers.CharField(allow_null=True, help_text="Aadhaar only.")
    is_in_force = serializers.BooleanField(allow_null=True, help_text="PAN only.")


class ReadFactsOut(serializers.Serializer[Any]):
    """What was read on a photo, to compare with the profile. Empty where nothing was read."""

    name = serializers.CharField()
    birth_on = serializers.CharField()
    pin = serializers.CharField()
    last_four = serializers.CharField(help_text="Of an Aadhaar number, if it was read.")


class FacePairOut(serializers.Serializer[KycCheck]):
    """The face on a document compared with the profile photo."""

    document = serializers.CharField(source="document.slug")
    similarity = serializers.IntegerField(allow_null=True, help_text="Of 100.")
    verdict = serializers.CharField()
    words = serializers.CharField()


class ReferralOut(serializers.Serializer[KycReferral]):
    """Why a colleague passed the review on. For staff only."""

    kind = serializers.CharField()
    note = serializers.CharField()
    by = serializers.CharField(source="by.contact")
    at = serializers.DateTimeField()


class ApprovalSampleOut(serializers.Serializer[KycSample]):
    """An automatic approval that was drawn for a look."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    agent = serializers.CharField(source="case.agent.name")
    approved_at = serializers.DateTimeField()
    outcome = serializers.CharField(help_text="`RIGHT`, `WRONG`, or empty while it waits.")
    note = serializers.CharField()


class StaffDocumentOut(DocumentOut):
    """One document with its automatic checks."""

    id = serializers.UUIDField()
    read = serializers.SerializerMethodField(help_text="Read on it, or signed by its issuer.")
    surname_letter_fits = serializers.BooleanField(allow_null=True)
    signed = serializers.SerializerMethodField(help_text="Instead of a photo.")

    @extend_schema_field(ReadFactsOut)
    def get_read(self, row: KycDocument) -> dict[str, Any]:
        """What stands beside the photo on the page."""
        return queries.read_facts(row)

    @extend_schema_field(SignedFactsOut(allow_null=True))
    def get_signed(self, row: KycDocument) -> dict[str, Any] | None:
        """Null for a photo."""
        return signed_facts(row)


class ComparisonOut(serializers.Serializer[KycCheck]):
    """One automatic check, a hint for the reviewer."""

    kind = serializers.CharField()
    document = serializers.SerializerMethodField()
    verdict = serializers.CharField()
    similarity = serializers.IntegerField(allow_null=True)
    words = serializers.CharField()
    checked_at = serializers.DateTimeField()

    def get_document(self, check: KycCheck) -> str:
        """The kind of document, or null if the check covers all of them."""
        return check.document.kind if check.document else ""


class HeldOut(serializers.Serializer[KycHeldPicture]):
    """A photo to be masked manually by a reviewer."""

    id = serializers.UUIDField()
    agent = serializers.CharField(source="document.case.agent.name")
    kind = serializers.CharField(source="document.slug")
    number = serializers.CharField(source="document.masked", help_text="Masked.")
    held_at = serializers.DateTimeField()
    state = serializers.CharField(
        help_text="`READING`: the result is being read, ask again in two seconds."
    )
    boxes = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="The areas that were masked last.",
    )
    code = serializers.CharField(
        source="refusal_code", help_text="If the last result was refused: the reason."
    )
    detail = serializers.CharField(
        source="refusal_message", help_text="If the last result was refused: the reason as text."
    )
    result = serializers.CharField(
        source="result_end",
        help_text="`MASKED` or `NO_NUMBER`, while a result is read or to be confirmed.",
    )
    needs_second_look = serializers.BooleanField(
        help_text="A second reviewer has to confirm the result."
    )
    end = serializers.CharField(help_text="How it ended; empty while it waits.")


class ElsewhereOut(serializers.Serializer[queries.SimilarCase]):
    """Another agent's case with the same PAN or the same person."""

    case = serializers.UUIDField()
    name = serializers.CharField(help_text="Masked.")
    state = serializers.CharField()
    what = serializers.CharField()


class CaseDetailOut(CaseOut):
    """A document review with the details to compare."""

    birth_on = serializers.DateField(source="agent.birth_date", allow_null=True)
    current_address = AddressBody(source="agent.current_address", allow_null=True)
    reason = serializers.CharField()
    note = serializers.CharField()
    documents = StaffDocumentOut(many=True, source="current_documents")
    checks = ComparisonOut(many=True)
    faces = serializers.SerializerMethodField()
    not_seen = serializers.SerializerMethodField(
        help_text="Photos to look at before you can approve: of documents, or `photo` (profile)."
    )
    failed = serializers.SerializerMethodField(
        help_text="Checks that failed or have not run. If there are any, approving needs a reason."
    )
    referral = serializers.SerializerMethodField(help_text="Null unless it was passed on.")
    elsewhere = serializers.SerializerMethodField()

    @extend_schema_field(FacePairOut(many=True))
    def get_faces(self, case: KycCase) -> Any:
        """Each compared face with its similarity."""
        faces: Any = queries.face_pairs(case)
        return FacePairOut(faces, many=True).data

    def get_not_seen(self, case: KycCase) -> list[str]:
        """By the access log, for this reviewer."""
        unseen = access_log.pictures_not_opened(case, self.context["viewer"])
        return [row.slug for row in unseen]

    def get_failed(self, case: KycCase) -> list[str]:
        """As words."""
        return checks.failed_checks(case) if case.can_be_decided else []

    @extend_schema_field(ReferralOut(allow_null=True))
    def get_referral(self, case: KycCase) -> Any:
        """The open referral."""
        referral = queries.open_referral(case)
        return ReferralOut(referral).data if referral else None

    @extend_schema_field(ElsewhereOut(many=True))
    def get_elsewhere(self, case: KycCase) -> Any:
        """Other agents with the same PAN or personal details."""
        others: Any = queries.similar_cases(case, self.context["viewer"])
        return ElsewhereOut(others, many=True).data


class RevealedOut(serializers.Serializer[Any]):
    """A full number. Each request is logged."""

    number = serializers.CharField()


def signed_facts(row: KycDocument) -> dict[str, Any] | None:
    """Null for photos and closed accounts."""
    if not (row.is_signed and row.facts):
        return None
    return SignedFactsOut({"pin": None, "is_in_force": None} | row.facts).data


class RejectIn(serializers.Serializer[Any]):
    """The reason for sending the documents back."""

    reason = serializers.ChoiceField(KycCase.REJECTION_REASONS)
    note = serializers.CharField(max_length=1000, help_text="Message shown to the agent.")


class WantedIn(serializers.Serializer[Any]):
    """One document to be uploaded again."""

    kind = serializers.ChoiceField(KycDocument.Kind.choices)
    reason = serializers.ChoiceField(KycAsk.Reason.choices)
    note = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="Message shown to the agent."
    )


class AskIn(serializers.Serializer[Any]):
    """The documents to be uploaded again. The others stay as they are."""

    documents = WantedIn(many=True, allow_empty=False)
