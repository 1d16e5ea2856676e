"""The page before the language assessment, with the button to start."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.permissions import AgentRequest
from hitouch.core.errors import Refusal
from hitouch.core.web.views import form_page
from onboarding.assessment import services
from onboarding.assessment.queries import assessment_hint
from onboarding.steps import gates
from onboarding.steps.decorators import on_step
from proctoring import queries as proctoring_queries


@on_step("assessment")
@form_page
def assessment(request: AgentRequest) -> HttpResponseBase:
    """Show status and hints; POST invites the agent and redirects to proctoring."""
    if request.method == "POST":
        return _start(request)
    passed = gates.level_is_sufficient(request.agent)
    hint = "" if passed else assessment_hint(request.agent)
    max_attempts, period = proctoring_queries.attempt_limit()
    context = {
        "hint": hint,
        "passed": passed,
        "agent": request.agent,
        "max_attempts": max_attempts,
        "attempt_days": period.days,
    }
    return render(request, "onboarding/assessment/assessment.html", context)


def _start(request: AgentRequest) -> HttpResponseBase:
    try:
        services.ensure_invitation(agent=request.agent, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("onboarding:assessment")
    return redirect("proctoring:assessment")
