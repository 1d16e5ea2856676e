"""API views of invitations."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api.pagination import CursorPage
from proctoring import queries
from proctoring.invitations import serializers, services
from proctoring.models import Invitation


class InvitationListView(AgentAPIView, ListAPIView[Invitation]):
    """Assessments you can take."""

    serializer_class = serializers.InvitationOut
    pagination_class = CursorPage
    queryset = Invitation.objects.none()

    def get_queryset(self) -> Any:
        return queries.invitations(self.agent, timezone.now())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class RequestAttemptView(AgentAPIView):
    """Request another attempt after failing."""

    @extend_schema(request=None, responses={201: serializers.InvitationOut})
    def post(self, request: Request) -> Response:
        agent = self.agent
        invitation = services.invite_again(agent=agent, by=agent.user, at=timezone.now())
        return Response(serializers.InvitationOut(invitation).data, status=201)
