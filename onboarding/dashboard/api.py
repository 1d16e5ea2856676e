"""API of the agent's home page and of the onboarding status."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from onboarding.dashboard import serializers, steps
from onboarding.dashboard.home import home_of
from onboarding.profile import queries as profile_queries
from onboarding.steps import queries as steps_queries


class HomeView(AgentAPIView):
    """The agent's home page."""

    @extend_schema(responses=serializers.HomeOut)
    def get(self, request: Request) -> Response:
        """The most urgent to-do, the other to-dos, and a panel for each part of the work."""
        return Response(serializers.HomeOut(home_of(self.agent, timezone.now())).data)


class OnboardingView(AgentAPIView):
    """Onboarding status."""

    @extend_schema(responses=serializers.OnboardingOut)
    def get(self, request: Request) -> Response:
        """All steps and the current one."""
        agent = self.agent
        all_steps = steps.steps_for(agent, timezone.now())
        clearance = steps_queries.clearance_of(agent)
        status = {
            "next_step": next((step.key for step in all_steps if step.state == "open"), "home"),
            "steps": all_steps,
            "profile": profile_queries.progress_of(agent),
            "level": agent.level,
            "cleared_at": clearance.cleared_at if clearance else None,
        }
        return Response(serializers.OnboardingOut(status).data)
