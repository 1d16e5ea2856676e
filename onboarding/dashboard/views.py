"""An agent's home: the next step first, and what waits once there is none."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import AgentRequest, for_agents
from onboarding.dashboard import steps
from onboarding.dashboard.home import home_of


@for_agents
@require_GET
def home(request: AgentRequest) -> HttpResponseBase:
    """The one thing to do next, and a panel for each part of the work."""
    context = {"agent": request.agent, "home": home_of(request.agent, timezone.now())}
    return render(request, "onboarding/dashboard/home.html", context)


@for_agents
@require_GET
def next_step(request: AgentRequest) -> HttpResponseBase:
    """Wherever the agent goes on."""
    return redirect(steps.url_of_open(request.agent, timezone.now()))
