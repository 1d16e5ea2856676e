"""API views for members of a client: ratings of a gig."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api import ManagersWriteMixin
from gigs.clients.api_views import MemberAPIView
from gigs.engagements import queries as gig_queries
from gigs.models import Gig, Rating
from gigs.ratings import queries as rating_queries
from gigs.ratings import serializers as rating_serializers
from gigs.ratings import services as rating_services
from gigs.ratings.forms import RatingForm
from hitouch.core.api.forms import validated_form

SIDE = Rating.Side.CLIENT


class ClientGigRatingsView(ManagersWriteMixin, MemberAPIView):
    """Ratings of a gig."""

    scope = "work"
    operation_ids = {"get": "client_gigs_ratings", "post": "client_gigs_rate"}

    def _gig(self, pk: UUID) -> Gig:
        return get_object_or_404(gig_queries.gigs_for(self.member.client), pk=pk)

    @extend_schema(responses=rating_serializers.RatingOut(many=True))
    def get(self, request: Request, gig_id: UUID) -> Response:
        """List your company's rating of a gig, and the agent's once it is open."""
        rows = rating_queries.readable_ratings(self._gig(gig_id), SIDE)
        return Response(rating_serializers.RatingOut(rows, many=True).data)

    @extend_schema(
        request=rating_serializers.RatingBody, responses={201: rating_serializers.RatingOut}
    )
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Rate the agent of a gig, once. Sealed until both have rated, or for 14 days."""
        gig = self._gig(gig_id)
        form = validated_form(RatingForm, request)
        made = rating_services.rate(
            gig=gig, side=SIDE, by=self.member.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(rating_serializers.RatingOut(made).data, status=201)
