"""API view for members of a client: add slots."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsManager
from gigs.opportunities import queries as opportunity_queries
from gigs.slots import serializers as slot_serializers
from gigs.slots import services as slot_services
from gigs.slots.forms import SlotForm
from hitouch.core.api.forms import validated_form


class AddSlotView(MemberAPIView):
    """Add a slot (shift) to an opportunity."""

    permission_classes = [IsManager]
    scope = "opportunities"
    operation_ids = {"post": "client_slots_create"}

    @extend_schema(request=slot_serializers.SlotBody, responses={201: slot_serializers.SlotOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Add a slot (shift) to an opportunity. `ends_at` is exclusive."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        form = validated_form(SlotForm, request)
        slot = slot_services.add_slot(opportunity=found, now=timezone.now(), **form.cleaned_data)
        return Response(slot_serializers.SlotOut(slot).data, status=201)
