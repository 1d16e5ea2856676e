"""Search for opportunities, and saved searches."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents, for_everyone
from gigs import view_helpers
from gigs.opportunities import board, matches
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities import saved_searches as searches
from gigs.opportunities.board import BoardSearch
from gigs.opportunities.forms import SearchForm
from hitouch.core.web.query import PageNumberForm, query_parameters


@require_safe
@for_agents
@query_parameters(PageNumberForm, SearchForm)
def opportunities(request: AgentRequest) -> HttpResponse:
    """Search open opportunities, with the agent's match."""
    now = timezone.now()
    form = SearchForm(request.GET)
    match = matches.matcher_for(request.agent, on=now)
    search = BoardSearch(**form.facts())
    found = board.board(
        search,
        order=form.order or (board.Order.WORDS if search.words else board.Order.MATCH),
        number=request.GET.get("page"),
        level=match.level,
        lexicon=match.words,
        now=now,
        rank=lambda rows: matches.by_match(rows, match),
    )
    rows = list(found.page.object_list)
    own = opportunity_queries.standing_applications(request.agent, [row.pk for row in rows])
    facts = {
        "search": form,
        "board": found,
        "page": found.page,
        "offers": [
            replace(offer, application=own.get(offer.opportunity.pk))
            for offer in matches.with_matches(rows, match)
        ],
    }
    return render(request, "gigs/opportunities/opportunities.html", facts)


@require_safe
@for_agents
def versions(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """The versions of the terms of an opportunity."""
    found = get_object_or_404(opportunity_queries.visible_to(request.agent), pk=opportunity_id)
    facts = {"opportunity": found, "versions": opportunity_queries.versions_of(found)}
    return render(request, "gigs/opportunities/terms.html", facts)


@require_safe
@for_agents
def saved_searches(request: AgentRequest) -> HttpResponse:
    """The agent's saved searches."""
    rows = searches.saved_searches_of(request.agent)
    return render(request, "gigs/opportunities/saved_searches.html", {"rows": rows})


@require_POST
@for_agents
def save_search(request: AgentRequest) -> HttpResponse:
    """Save the search of the form."""
    form = SearchForm(request.POST)
    view_helpers.call_and_report(
        request,
        "Search saved. We mail you each morning if there is new work in it.",
        lambda: searches.save_search(
            agent=request.agent,
            form=form,
            site=request.build_absolute_uri("/"),
            at=timezone.now(),
        ),
    )
    return redirect("gigs:saved-searches")


@require_POST
@for_agents
def delete_search(request: AgentRequest, search_id: UUID) -> HttpResponse:
    """Delete a saved search."""
    found = get_object_or_404(searches.saved_searches_of(request.agent), pk=search_id)
    searches.delete_search(saved=found)
    messages.success(request, "Saved search deleted.")
    return redirect("gigs:saved-searches")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def stop_search_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of a saved search by the link in one of them, without logging in.

    Mail programs post to it by themselves (RFC 8058), without a CSRF token: the link is the proof.
    """
    found = searches.search_of_token(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        searches.stop_mails(saved=found)
    facts = {"is_stopped": not found.is_mailed}
    return render(request, "gigs/opportunities/stop_search_mails.html", facts)
