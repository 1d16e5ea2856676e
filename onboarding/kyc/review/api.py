"""API of document reviews: the queue, a review, and the decisions."""

from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.web.downloads import send_file
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc.review import access_log, forms, queries, serializers, services
from onboarding.models import KycCase, KycDocument

PICTURE = {(200, "image/jpeg"): OpenApiTypes.BINARY}


class CaseQueuePage(CursorPage):
    """In the order of the queue."""

    ordering = ("queued_at", "id")


class ReviewerAPIView(StaffAPIView):
    """An endpoint for reviewers of documents."""

    permission_classes = [IsStaff.of("reviewer")]
    tag = "Staff: documents"


class CasesView(ReviewerAPIView, ListAPIView[KycCase]):
    """The review queue."""

    serializer_class = serializers.CaseOut
    pagination_class = CaseQueuePage
    queryset = queries.cases_to_review()
    operation_ids = {"get": "staff_kyc_cases"}

    def get_queryset(self) -> QuerySet[KycCase]:
        """Nobody meets their own."""
        return super().get_queryset().exclude(agent__user=self.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Document reviews, longest waiting first."""
        return super().get(request, *args, **kwargs)


class ReviewView(ReviewerAPIView):
    """One case of somebody else."""

    resource = "staff_kyc"

    def find(self, pk: UUID) -> KycCase:
        """The case; nobody meets their own."""
        case = get_object_or_404(kyc_queries.all_cases(), pk=pk)
        access_log.refuse_own_case(case, self.user)
        return case

    def told(self, pk: UUID) -> Response:
        """The case as it is now."""
        case = kyc_queries.all_cases().get(pk=pk)
        return Response(serializers.CaseDetailOut(case, context={"viewer": self.user}).data)


class CaseView(ReviewView):
    """One agent's documents."""

    operation_ids = {"get": "staff_kyc_case"}

    @extend_schema(responses=serializers.CaseDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The documents, the profile and the automatic checks."""
        self.find(pk)
        return self.told(pk)


class NextView(ReviewView):
    """Assigning the next review."""

    operation_ids = {"post": "staff_kyc_next"}

    @extend_schema(request=None, responses={200: serializers.CaseDetailOut, 204: None})
    def post(self, request: Request) -> Response:
        """Assign the next review you can approve to yourself. 204 if there is none."""
        case = services.claim_next_case(by=self.user, at=timezone.now())
        return self.told(case.pk) if case else Response(status=204)


class ClaimView(ReviewView):
    """Assigning a review."""

    @extend_schema(request=None, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Assign the review to yourself, so that nobody else works on it."""
        services.claim_case(case=self.find(pk), by=self.user, at=timezone.now())
        return self.told(pk)


class ReleaseView(ReviewView):
    """Releasing a review."""

    @extend_schema(request=None, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Release your review back to the queue."""
        services.release_case(case=self.find(pk), by=self.user, at=timezone.now())
        return self.told(pk)


class ApproveView(ReviewView):
    """Approving."""

    @extend_schema(request=None, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve the documents of your review."""
        services.approve_case(case=self.find(pk), by=self.user, at=timezone.now())
        return self.told(pk)


class AskView(ReviewView):
    """Asking for some documents again."""

    @extend_schema(request=serializers.AskIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for some documents again, each with a reason. The others stay as they are."""
        case, body = self.find(pk), serializers.AskIn(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = [services.ResubmissionItem(**each) for each in body.validated_data["documents"]]
        services.request_resubmissions(case=case, wanted=wanted, by=self.user, at=timezone.now())
        return self.told(pk)


class RejectView(ReviewView):
    """Sending back."""

    @extend_schema(request=serializers.RejectIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Send all documents of your review back, with a reason and a message for the agent."""
        case, decision = self.find(pk), validated_form(forms.RejectForm, request).cleaned_data
        services.reject_case(case=case, by=self.user, at=timezone.now(), **decision)
        return self.told(pk)


class LookView(ReviewView):
    """Saying why."""

    operation_ids = {"post": "staff_kyc_look"}

    @extend_schema(request=serializers.LookIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Say why you look at documents you have not taken; it holds for half an hour."""
        case, said = self.find(pk), validated_form(forms.AccessPurposeForm, request).cleaned_data
        access_log.record_access_purpose(case=case, by=self.user, at=timezone.now(), **said)
        return self.told(pk)


class CasePictureView(ReviewView):
    """One picture."""

    operation_ids = {"get": "staff_kyc_picture"}

    @extend_schema(responses=PICTURE)
    def get(self, request: Request, pk: UUID, document: UUID) -> HttpResponseBase:
        """The picture itself; each look is noted with its purpose."""
        found = KycDocument.objects.select_related("file", "held", "case__agent")
        row = get_object_or_404(found.filter(case_id=pk), pk=document)
        stored = access_log.open_document(document=row, by=self.user, at=timezone.now())
        return send_file(stored, inline=True)


class CasePhotoView(ReviewView):
    """The photo of the profile."""

    @extend_schema(responses=PICTURE)
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The photo to compare faces with; each look is noted with its purpose."""
        stored = access_log.open_photo(case=self.find(pk), by=self.user, at=timezone.now())
        return send_file(stored, inline=True)


class PanView(ReviewView):
    """The whole PAN."""

    @extend_schema(request=None, responses=serializers.RevealedOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Show the whole PAN; each look is noted with its purpose."""
        pan = get_object_or_404(self.find(pk).documents.current(), kind=KycDocument.Kind.PAN)
        number = access_log.reveal_pan(document=pan, by=self.user, at=timezone.now())
        return Response({"number": number})
