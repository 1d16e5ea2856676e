"""What the endpoints of a reviewer's desk share."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.audience import IsStaff
from onboarding import queries, services
from onboarding.api import case_shapes
from onboarding.models import KycCase


class ReviewerAPIView(StaffAPIView):
    """An endpoint for reviewers of documents."""

    permission_classes = [IsStaff.of("reviewer")]
    tag = "Staff: documents"


class DeskView(ReviewerAPIView):
    """One case of somebody else."""

    resource = "staff_kyc"

    def find(self, pk: UUID) -> KycCase:
        """The case; nobody meets their own."""
        case = get_object_or_404(queries.all_cases(), pk=pk)
        services.refuse_own(case, self.user)
        return case

    def told(self, pk: UUID) -> Response:
        """The case as it is now."""
        case = queries.all_cases().get(pk=pk)
        return Response(case_shapes.CaseDetailOut(case, context={"viewer": self.user}).data)
