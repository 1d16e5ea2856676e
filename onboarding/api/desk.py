"""What the endpoints of a reviewer's desk share."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audience import IsStaff
from accounts.models import User
from onboarding import queries, services
from onboarding.api import case_shapes
from onboarding.models import KycCase

REVIEWER = IsStaff.of("reviewer")


class DeskView(APIView):
    """One case of somebody else."""

    permission_classes = [REVIEWER]
    tag = "Staff: documents"
    resource = "staff_kyc"

    @property
    def by(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    def find(self, pk: UUID) -> KycCase:
        """The case; nobody meets their own."""
        case = get_object_or_404(queries.all_cases(), pk=pk)
        services.refuse_own(case, self.by)
        return case

    def told(self, pk: UUID) -> Response:
        """The case as it is now."""
        case = queries.all_cases().get(pk=pk)
        return Response(case_shapes.CaseDetailOut(case, context={"viewer": self.by}).data)
