"""Search for opportunities."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.opportunities import matches
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities.forms import SearchForm


@require_safe
@for_agents
def opportunities(request: AgentRequest) -> HttpResponse:
    """Search open opportunities, with the agent's match."""
    now = timezone.now()
    search = SearchForm(request.GET)
    rows = opportunity_queries.open_opportunities(now=now, **search.facts()).order_by(
        "-published_at", "pk"
    )
    page = view_helpers.paginate(request, rows)
    offers = matches.with_matches(list(page.object_list), request.agent, on=now)
    facts = {"search": search, "page": page, "offers": offers}
    return render(request, "gigs/opportunities/opportunities.html", facts)
