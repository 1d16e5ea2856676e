"""API of document reviews: the queue, a review, and the decisions."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api import Page, bound
from onboarding import forms, queries, services
from onboarding.api import asked, case_shapes
from onboarding.api.desk import DeskView, ReviewerAPIView
from onboarding.models import KycCase


class CaseQueuePage(Page):
    """In the order of the queue."""

    ordering = ("queued_at", "id")


class CasesView(ReviewerAPIView, ListAPIView[KycCase]):
    """The review queue."""

    serializer_class = case_shapes.CaseOut
    pagination_class = CaseQueuePage
    queryset = queries.cases_to_review()
    operation_ids = {"get": "staff_kyc_cases"}

    def get_queryset(self) -> QuerySet[KycCase]:
        """Nobody meets their own."""
        return super().get_queryset().exclude(agent__user=self.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Document reviews, longest waiting first."""
        return super().get(request, *args, **kwargs)


class CaseView(DeskView):
    """One agent's documents."""

    operation_ids = {"get": "staff_kyc_case"}

    @extend_schema(responses=case_shapes.CaseDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The documents, the profile and the automatic checks."""
        self.find(pk)
        return self.told(pk)


class NextView(DeskView):
    """Assigning the next review."""

    operation_ids = {"post": "staff_kyc_next"}

    @extend_schema(request=None, responses={200: case_shapes.CaseDetailOut, 204: None})
    def post(self, request: Request) -> Response:
        """Assign the next review you can approve to yourself. 204 if there is none."""
        case = services.claim_next_case(by=self.user, at=timezone.now())
        return self.told(case.pk) if case else Response(status=204)


class ClaimView(DeskView):
    """Assigning a review."""

    @extend_schema(request=None, responses=case_shapes.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Assign the review to yourself, so that nobody else works on it."""
        services.claim_case(case=self.find(pk), by=self.user, at=timezone.now())
        return self.told(pk)


class ReleaseView(DeskView):
    """Releasing a review."""

    @extend_schema(request=None, responses=case_shapes.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Release your review back to the queue."""
        services.release_case(case=self.find(pk), by=self.user, at=timezone.now())
        return self.told(pk)


class ApproveView(DeskView):
    """Approving."""

    @extend_schema(request=None, responses=case_shapes.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve the documents of your review."""
        services.approve_case(case=self.find(pk), by=self.user, at=timezone.now())
        return self.told(pk)


class AskView(DeskView):
    """Asking for some documents again."""

    @extend_schema(request=asked.AskIn, responses=case_shapes.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for some documents again, each with a reason. The others stay as they are."""
        case, body = self.find(pk), asked.AskIn(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = [services.ResubmissionItem(**each) for each in body.validated_data["documents"]]
        services.ask_for_pictures(case=case, wanted=wanted, by=self.user, at=timezone.now())
        return self.told(pk)


class RejectView(DeskView):
    """Sending back."""

    @extend_schema(request=asked.RejectIn, responses=case_shapes.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Send all documents of your review back, with a reason and a message for the agent."""
        case, decision = self.find(pk), bound(forms.RejectForm, request).cleaned_data
        services.reject_case(case=case, by=self.user, at=timezone.now(), **decision)
        return self.told(pk)
