"""Base class of the endpoints for one of the agent's own sittings."""

import uuid

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from proctoring.models import Sitting
from proctoring.serializers import SittingOut


class OwnSittingAPIView(AgentAPIView):
    """Base class of the endpoints for one of the agent's own sittings."""

    def get_sitting(self, pk: uuid.UUID) -> Sitting:
        return get_object_or_404(self.agent.sittings.select_related("assessment"), pk=pk)

    @staticmethod
    def sitting_response(sitting: Sitting) -> Response:
        return Response(SittingOut(sitting).data)
