"""API views for agents: ratings of a gig."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.engagements import queries as gig_queries
from gigs.models import Gig, Rating
from gigs.ratings import queries as rating_queries
from gigs.ratings import serializers as rating_serializers
from gigs.ratings import services as rating_services
from gigs.ratings.forms import RatingForm
from hitouch.core.api.forms import validated_form

SIDE = Rating.Side.AGENT


class GigRatingsView(AgentAPIView):
    """Ratings of a gig."""

    scope = "gigs"
    operation_ids = {"get": "gigs_ratings", "post": "gigs_rate"}

    def _gig(self, pk: UUID) -> Gig:
        return get_object_or_404(gig_queries.gigs_of(self.agent), pk=pk)

    @extend_schema(responses=rating_serializers.RatingOut(many=True))
    def get(self, request: Request, gig_id: UUID) -> Response:
        """List your rating of a gig, and the client's once it is open."""
        rows = rating_queries.readable_ratings(self._gig(gig_id), SIDE)
        return Response(rating_serializers.RatingOut(rows, many=True).data)

    @extend_schema(
        request=rating_serializers.RatingBody, responses={201: rating_serializers.RatingOut}
    )
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Rate the client of a gig, once. Sealed until both have rated, or for 14 days."""
        gig = self._gig(gig_id)
        form = validated_form(RatingForm, request)
        made = rating_services.rate(
            gig=gig, side=SIDE, by=self.agent.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(rating_serializers.RatingOut(made).data, status=201)
