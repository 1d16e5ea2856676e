"""API views for agents: search opportunities."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.permissions import agent_of
from gigs.opportunities import board, matches, saved_searches
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities import serializers as opportunity_serializers
from gigs.opportunities.board import ORDERS, BoardSearch, FoundRows, Order
from gigs.opportunities.forms import SearchApiForm
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class OpportunityPage(CursorPage):
    """Pagination in the order asked for, by default of publication."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """The order of the request."""
        return ORDERS[view.order or Order.NEWEST]


class OpportunityListView(AgentAPIView, generics.ListAPIView[Any]):
    """Opportunities open for applications, each with your match."""

    scope = "opportunities"
    serializer_class = opportunity_serializers.OfferOut
    pagination_class = OpportunityPage
    query_form = SearchApiForm

    @extend_schema(parameters=opportunity_serializers.SEARCH)
    def get(self, request: Request) -> Response:
        """List opportunities open for applications, each with your match."""
        if self.order in (Order.MATCH, Order.WORDS, Order.PAY):
            return self._first_page()
        return self.list(request)

    def _first_page(self) -> Response:
        """The first rows of an order that no cursor goes through."""
        found, pages = self._found(), OpportunityPage()
        most = pages.get_page_size(self.request) or pages.page_size
        if self.order == Order.MATCH:
            rows = board.in_order_of(matches.by_match(found, self.match)[:most])
        else:
            rows = list(board.in_order(found, self.order).select_related("project__client")[:most])
        data = self.get_serializer(rows, many=True).data
        return Response({"data": data, "next": None, "previous": None})

    @property
    def order(self) -> str:
        return str(self.query.get("sort", ""))

    @cached_property
    def match(self) -> matches.Matcher:
        """The matcher of the agent, who is loaded once for the list."""
        return matches.matcher_for(agent_of(self.request), on=timezone.now())

    def _found(self) -> FoundRows:
        search = BoardSearch(**SearchApiForm(self.query).facts())
        level, words = self.match.level, self.match.words
        return board.find(search, level=level, lexicon=words, now=timezone.now())

    def get_queryset(self) -> Any:
        """Open opportunities that match the search."""
        return self._found().rows.select_related("project__client")

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the matcher."""
        return super().get_serializer_context() | {"match": self.match}


class OpportunityDetailView(AgentAPIView):
    """One opportunity."""

    scope = "opportunities"

    @extend_schema(responses=opportunity_serializers.OfferDetailOut)
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """Get an opportunity with your match, and what would raise it."""
        found = get_object_or_404(opportunity_queries.visible_to(self.agent), pk=opportunity_id)
        now = timezone.now()
        match = matches.matcher_for(self.agent, on=now)
        context = {
            "match": match,
            "would_help": lambda row: matches.would_help(row, match, now=now),
        }
        return Response(opportunity_serializers.OfferDetailOut(found, context=context).data)


class TermsView(AgentAPIView):
    """Versions of an opportunity's terms."""

    scope = "opportunities"
    operation_ids = {"get": "opportunities_terms"}

    @extend_schema(responses=opportunity_serializers.TermsVersionOut(many=True))
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List the versions of an opportunity's terms, newest first, each with its changes."""
        found = get_object_or_404(opportunity_queries.visible_to(self.agent), pk=opportunity_id)
        versions = opportunity_queries.versions_of(found)
        return Response(opportunity_serializers.TermsVersionOut.data_of(versions))


class SavedSearchesView(AgentAPIView):
    """The agent's saved searches."""

    scope = "opportunities"
    operation_ids = {"get": "saved_searches_list", "post": "saved_searches_create"}

    @extend_schema(responses=opportunity_serializers.SavedSearchOut(many=True))
    def get(self, request: Request) -> Response:
        """List your saved searches, at most ten."""
        rows = saved_searches.saved_searches_of(self.agent)
        return Response(opportunity_serializers.SavedSearchOut(rows, many=True).data)

    @extend_schema(
        request=opportunity_serializers.SavedSearchBody,
        responses={201: opportunity_serializers.SavedSearchOut},
    )
    def post(self, request: Request) -> Response:
        """Save a search. A mail each morning tells what is new in it."""
        form = validated_form(SearchApiForm, request).as_page()
        site, now = request.build_absolute_uri("/"), timezone.now()
        made = saved_searches.save_search(agent=self.agent, form=form, site=site, at=now)
        return Response(opportunity_serializers.SavedSearchOut(made).data, status=201)


class SavedSearchView(AgentAPIView):
    """One saved search."""

    scope = "opportunities"
    operation_ids = {"delete": "saved_searches_delete"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, search_id: UUID) -> Response:
        """Delete a saved search, and its mails with it."""
        rows = saved_searches.saved_searches_of(self.agent)
        saved_searches.delete_search(saved=get_object_or_404(rows, pk=search_id))
        return Response(status=204)
