"""API views for members of a client: add slots, and open them in steps."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsManager
from gigs.opportunities import queries as opportunity_queries
from gigs.slots import openings
from gigs.slots import serializers as slot_serializers
from gigs.slots import services as slot_services
from gigs.slots.forms import OpeningForm, SlotForm
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


class OpeningListView(MemberAPIView):
    """Open slots (shifts) in steps."""

    permission_classes = [IsManager]
    scope = "opportunities"
    operation_ids = {"post": "client_openings_create"}

    @extend_schema(
        request=slot_serializers.OpeningBody, responses={201: slot_serializers.OpeningOut}
    )
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Open slots (shifts) that nobody has claimed in steps, by the standing of the agents.

        Before the last step each agent can hold `cap` of them; the last step is open to all.
        """
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        now = timezone.now()
        slots = openings.openable_slots(found, now=now)
        form = validated_form(OpeningForm, request, slots=slots)
        opening = openings.open_in_steps(
            opportunity=found,
            slots=[UUID(slot) for slot in form.cleaned_data["slots"]],
            steps=form.cleaned_steps(),
            by=self.member.user,
            now=now,
        )
        return Response(slot_serializers.OpeningOut(opening).data, status=201)
