"""An agent's home: the next step first, and what waits once there is none."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audience import AgentRequest, for_agents
from onboarding import dashboard, queries, services, steps


@for_agents
@require_GET
def home(request: AgentRequest) -> HttpResponseBase:
    """The dashboard."""
    agent, now = request.agent, timezone.now()
    found = steps.steps_for(agent, now)
    step = next((step for step in found if step.state == "open"), None)
    clearance = queries.clearance_of(agent) if step is None else None
    if step is None and clearance is None:  # a setting changed: no act of anybody closed the gate
        services.settle_clearance(agent=agent, at=now)
        clearance = queries.clearance_of(agent)
    context = {
        "agent": agent,
        "steps": found,
        "step": step,
        "done": sum(step.state == "done" for step in found),
        "clearance": clearance,
        "cards": dashboard.cards_for(agent, now) if clearance else [],
        "payee": queries.bank_account_of(agent),
    }
    return render(request, "onboarding/home.html", context)


@for_agents
@require_GET
def next_step(request: AgentRequest) -> HttpResponseBase:
    """Wherever the agent goes on."""
    return redirect(steps.url_of_open(request.agent, timezone.now()))
