"""Pages of gigs for the agent."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.engagements import endings, leaving
from gigs.engagements import queries as gig_queries
from gigs.engagements.forms import LeaveForm
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none


@require_safe
@for_agents
@query_parameters(PageNumberForm)
def gigs(request: AgentRequest) -> HttpResponse:
    """The agent's gigs."""
    rows = gig_queries.gigs_of(request.agent).order_by("-created_at", "pk")
    return render(
        request, "gigs/engagements/gigs.html", {"page": view_helpers.paginate(request, rows)}
    )


@form_page
@for_agents
def leave(request: AgentRequest, gig_id: UUID) -> HttpResponse:
    """Give up a gig, after what it means was read."""
    found = get_object_or_404(gig_queries.gigs_of(request.agent), pk=gig_id)
    form, now = LeaveForm(post_data_or_none(request)), timezone.now()
    left = view_helpers.save_form(
        form,
        lambda: leaving.leave_gig(
            gig=found, by=request.user, at=now, why=form.cleaned_data["reason"]
        ),
    )
    if left is None:
        facts = {
            "gig": found,
            "form": form,
            "end": endings.end_of(found, now=now, is_by_client=False),
        }
        return render(request, "gigs/engagements/leave.html", facts)
    messages.success(request, "You have left the gig. Hours that you worked are with the client.")
    return redirect("gigs:gig", found.pk)
