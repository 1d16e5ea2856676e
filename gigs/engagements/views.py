"""Pages of gigs for the agent."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.engagements import queries as gig_queries


@require_safe
@for_agents
def gigs(request: AgentRequest) -> HttpResponse:
    """The agent's gigs."""
    rows = gig_queries.gigs_of(request.agent).order_by("-created_at", "pk")
    return render(
        request, "gigs/engagements/gigs.html", {"page": view_helpers.paginate(request, rows)}
    )
