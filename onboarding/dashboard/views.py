"""The agent's home page, the page "You", and the redirect to the open onboarding step."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import AgentRequest, for_agents
from onboarding.dashboard import steps
from onboarding.dashboard.home import home_of
from onboarding.dashboard.overview import overview_of


@for_agents
@require_GET
def home(request: AgentRequest) -> HttpResponseBase:
    """The most urgent to-do, other to-dos, and panels."""
    context = {"agent": request.agent, "home": home_of(request.agent, timezone.now())}
    return render(request, "onboarding/dashboard/home.html", context)


@for_agents
@require_GET
def you(request: AgentRequest) -> HttpResponseBase:
    """Profile, documents, level, agreements, bank account and account, each with its page."""
    context = {"overview": overview_of(request.agent, timezone.now())}
    return render(request, "onboarding/dashboard/you.html", context)


@for_agents
@require_GET
def next_step(request: AgentRequest) -> HttpResponseBase:
    """Redirect to the open step, or home."""
    return redirect(steps.open_step_url(request.agent, timezone.now()))
