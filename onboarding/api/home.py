"""API of the agent's home page: the same parts in the same order."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from onboarding.api import home_shapes
from onboarding.home import home_of


class HomeView(AgentAPIView):
    """The agent's home page."""

    @extend_schema(responses=home_shapes.HomeOut)
    def get(self, request: Request) -> Response:
        """The most urgent to-do, the other to-dos, and a panel for each part of the work."""
        return Response(home_shapes.HomeOut(home_of(self.agent, timezone.now())).data)
