"""The agent's page of the Udyam registration."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form
from payments.udyam import queries, services
from payments.udyam.forms import UdyamForm


@for_agents
@form_page
def registration(request: AgentRequest) -> HttpResponse:
    """What was declared and whether it is confirmed, and the form."""
    form = UdyamForm(post_data_or_none(request))
    if form.is_valid():
        facts, now = form.cleaned_data, timezone.now()
        try:
            services.declare(agent=request.agent, by=request.user, at=now, **facts)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
        else:
            messages.success(request, "Thank you. Our team will check the number.")
            return redirect("payments:udyam")
    context = {
        "current": queries.current_of(request.agent),
        "confirmed": queries.confirmed_of(request.agent),
    }
    return render_form(request, "payments/udyam/registration.html", form, **context)


@for_agents
@require_POST
def end(request: AgentRequest) -> HttpResponse:
    """Take it back, or say that it has ended."""
    services.end_own(agent=request.agent, by=request.user, at=timezone.now())
    messages.success(request, "Removed.")
    return redirect("payments:udyam")
