"""API of document reviews: the queue, a review, and the decisions."""

from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.schema import file_responses
from hitouch.core.web.downloads import send_file
from onboarding.kyc import access
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc.review import (
    access_log,
    forms,
    queries,
    referrals,
    samples,
    serializers,
    services,
)
from onboarding.models import KycCase, KycDocument, KycSample

PICTURE = file_responses("image/jpeg", "The photo.")


def is_empty(request: Request) -> bool:
    """Whether nothing was sent; some clients then send a form without fields.

    Raises `UnsupportedMediaType` for a form with fields, whose content would be lost.
    """
    sent = request._request
    is_form = sent.content_type in ("multipart/form-data", "application/x-www-form-urlencoded")
    if is_form and (sent.POST or sent.FILES):
        raise UnsupportedMediaType(sent.content_type or "")
    return is_form


class CaseQueuePage(CursorPage):
    """Cursor pages in queue order."""

    ordering = ("queued_at", "id")


class ReviewerAPIView(StaffAPIView):
    """An endpoint for reviewers of documents."""

    permission_classes = [IsStaff.of(*queries.REVIEWERS)]
    tag = "Staff: documents"


class CasesView(ReviewerAPIView, ListAPIView[KycCase]):
    """The review queue."""

    serializer_class = serializers.CaseOut
    pagination_class = CaseQueuePage
    queryset = queries.cases_to_review()
    operation_ids = {"get": "staff_kyc_cases"}

    def get_queryset(self) -> QuerySet[KycCase]:
        """Without the reviewer's own case, and without what was passed on to seniors."""
        return queries.visible_to(super().get_queryset(), self.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Document reviews, longest waiting first."""
        return super().get(request, *args, **kwargs)


class ReviewView(ReviewerAPIView):
    """Base of endpoints for one case, which is never the reviewer's own."""

    resource = "staff_kyc"

    def get_case(self, pk: UUID) -> KycCase:
        """The case, or 404. Raises `OwnDocuments` or `SeniorReviewerRequired`."""
        case = get_object_or_404(kyc_queries.all_cases(), pk=pk)
        access.require_access(case, self.user)
        return case

    def case_response(self, pk: UUID) -> Response:
        """The current state of the case as a response."""
        case = kyc_queries.all_cases().get(pk=pk)
        return Response(serializers.CaseDetailOut(case, context={"viewer": self.user}).data)


class CaseView(ReviewView):
    """One agent's documents."""

    operation_ids = {"get": "staff_kyc_case"}

    @extend_schema(responses=serializers.CaseDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The documents, the profile and the automatic checks."""
        self.get_case(pk)
        return self.case_response(pk)


class ClaimNextView(ReviewView):
    """Assigning the next review."""

    operation_ids = {"post": "staff_kyc_next"}

    @extend_schema(request=None, responses={200: serializers.CaseDetailOut, 204: None})
    def post(self, request: Request) -> Response:
        """Assign the next review you can approve to yourself. 204 if there is none."""
        case = services.claim_next_case(by=self.user, at=timezone.now())
        return self.case_response(case.pk) if case else Response(status=204)


class ClaimView(ReviewView):
    """Assigning a review."""

    @extend_schema(request=None, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Assign the review to yourself, so that nobody else works on it."""
        services.claim_case(case=self.get_case(pk), by=self.user, at=timezone.now())
        return self.case_response(pk)


class ReleaseView(ReviewView):
    """Releasing a review."""

    @extend_schema(request=None, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Release your review back to the queue."""
        services.release_case(case=self.get_case(pk), by=self.user, at=timezone.now())
        return self.case_response(pk)


class ApproveView(ReviewView):
    """Approving."""

    @extend_schema(request=serializers.ApproveIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve the documents of your review. Look at each photo first.

        If a check failed or has not run (`failed`), a reason is needed.
        """
        case = self.get_case(pk)
        facts = {} if is_empty(request) else validated_form(forms.ApproveForm, request).cleaned_data
        services.approve_case(case=case, by=self.user, at=timezone.now(), **facts)
        return self.case_response(pk)


class ReferView(ReviewView):
    """Passing a review on."""

    @extend_schema(request=serializers.ReferIn, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Pass your review on: second opinion, senior reviewer, or suspected fraud.

        The agent sees a review that goes on. The note is for colleagues only.
        """
        case, facts = self.get_case(pk), validated_form(forms.ReferForm, request).cleaned_data
        referrals.refer_case(case=case, by=self.user, at=timezone.now(), **facts)
        return Response(status=204)


class ReturnView(ReviewView):
    """Returning a review that was passed on."""

    @extend_schema(request=serializers.ReturnIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Return the review to the queue of all reviewers, with an answer for colleagues."""
        case, facts = self.get_case(pk), validated_form(forms.ReturnForm, request).cleaned_data
        referrals.return_case(case=case, by=self.user, at=timezone.now(), **facts)
        return self.case_response(pk)


class SamplePage(CursorPage):
    """Cursor pages, the oldest approval first."""

    ordering = ("approved_at", "id")


class SamplesView(ReviewerAPIView, ListAPIView[KycSample]):
    """Automatic approvals to look at."""

    serializer_class = serializers.ApprovalSampleOut
    pagination_class = SamplePage
    queryset = KycSample.objects.none()
    operation_ids = {"get": "staff_approval_samples"}

    def get_queryset(self) -> QuerySet[KycSample]:
        """Without the reviewer's own approval."""
        return queries.samples_to_review(self.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Automatic approvals that were drawn for a look afterwards, oldest first."""
        return super().get(request, *args, **kwargs)


class JudgeSampleView(ReviewerAPIView):
    """The judgement about an automatic approval."""

    operation_ids = {"post": "staff_approval_sample_judge"}

    @extend_schema(request=serializers.ApprovalSampleIn, responses=serializers.ApprovalSampleOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Say whether the approval was right. If not, ask for new documents afterwards."""
        sample = get_object_or_404(KycSample.objects.select_related("case__agent"), pk=pk)
        facts = validated_form(forms.ApprovalSampleForm, request).cleaned_data
        samples.judge_sample(sample=sample, by=self.user, at=timezone.now(), **facts)
        sample.refresh_from_db()
        return Response(serializers.ApprovalSampleOut(sample).data)


class RequestResubmissionView(ReviewView):
    """Asking for some documents again."""

    @extend_schema(request=serializers.AskIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for some documents again, each with a reason. The others stay as they are."""
        case, body = self.get_case(pk), serializers.AskIn(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = [services.ResubmissionItem(**each) for each in body.validated_data["documents"]]
        services.request_resubmissions(case=case, wanted=wanted, by=self.user, at=timezone.now())
        return self.case_response(pk)


class RejectView(ReviewView):
    """Sending back."""

    @extend_schema(request=serializers.RejectIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Send all documents of your review back, with a reason and a message for the agent."""
        case, decision = self.get_case(pk), validated_form(forms.RejectForm, request).cleaned_data
        services.reject_case(case=case, by=self.user, at=timezone.now(), **decision)
        return self.case_response(pk)


class StatePurposeView(ReviewView):
    """Stating the purpose of viewing."""

    operation_ids = {"post": "staff_kyc_look"}

    @extend_schema(request=serializers.LookIn, responses=serializers.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """State why you view documents of a review you have not claimed. Valid for 30 minutes."""
        case, data = (
            self.get_case(pk),
            validated_form(forms.AccessPurposeForm, request).cleaned_data,
        )
        access_log.record_access_purpose(case=case, by=self.user, at=timezone.now(), **data)
        return self.case_response(pk)


class CasePictureView(ReviewView):
    """One photo."""

    operation_ids = {"get": "staff_kyc_picture"}

    @extend_schema(responses=PICTURE)
    def get(self, request: Request, pk: UUID, document: UUID) -> HttpResponseBase:
        """The photo of a document. Each access is logged with its purpose."""
        documents = KycDocument.objects.select_related("file", "held", "case__agent")
        row = get_object_or_404(documents.filter(case_id=pk), pk=document)
        stored = access_log.open_document(document=row, by=self.user, at=timezone.now())
        return send_file(request, stored, inline=True)


class CasePhotoView(ReviewView):
    """The photo of the profile."""

    @extend_schema(responses=PICTURE)
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The profile photo, to compare faces. Each access is logged with its purpose."""
        stored = access_log.open_photo(case=self.get_case(pk), by=self.user, at=timezone.now())
        return send_file(request, stored, inline=True)


class PanView(ReviewView):
    """The full PAN."""

    @extend_schema(request=None, responses=serializers.RevealedOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Show the full PAN. Each access is logged with its purpose."""
        pan = get_object_or_404(self.get_case(pk).documents.current(), kind=KycDocument.Kind.PAN)
        number = access_log.reveal_pan(document=pan, by=self.user, at=timezone.now())
        return Response({"number": number})
