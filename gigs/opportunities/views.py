"""Search for opportunities."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs.opportunities import board, matches
from gigs.opportunities.board import BoardSearch
from gigs.opportunities.forms import SearchForm


@require_safe
@for_agents
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
    facts = {
        "search": form,
        "board": found,
        "page": found.page,
        "offers": matches.with_matches(list(found.page.object_list), match),
    }
    return render(request, "gigs/opportunities/opportunities.html", facts)
