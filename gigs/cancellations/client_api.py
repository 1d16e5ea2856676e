"""API views for members of a client: the seats of a slot, and what it costs to cancel them."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.cancellations import serializers as seat_serializers
from gigs.cancellations import services as slot_changes
from gigs.cancellations.forms import SeatsForm, SeatsQuery
from gigs.cancellations.services import SeatChange
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsManager
from gigs.models import Slot
from gigs.slots import queries as slot_queries
from hitouch.core.api.forms import validated_form

SEATS = OpenApiParameter("seats", int, description="The seats that stay; 0, if left out.")


class SlotSeatsView(MemberAPIView):
    """The seats of a slot (shift)."""

    permission_classes = [IsManager]
    scope = "opportunities"
    query_form = SeatsQuery
    operation_ids = {"get": "client_slot_seats_cost", "post": "client_slot_seats_change"}

    @extend_schema(parameters=[SEATS], responses=seat_serializers.SeatChangeOut)
    def get(self, request: Request, slot_id: UUID) -> Response:
        """What it would cost now to leave `seats` seats; with 0 the shift is cancelled."""
        seats = self.query["seats"] or 0
        return _answer(
            slot_changes.seat_change(self._slot(slot_id), seats=seats, at=timezone.now())
        )

    @extend_schema(request=seat_serializers.SeatsBody, responses=seat_serializers.SeatChangeOut)
    def post(self, request: Request, slot_id: UUID) -> Response:
        """Change the seats; 0 cancels the shift.

        Agents who lose a seat late are paid by itself. Send the cost that you have read as
        `cost_paise`; 409 `cost_changed` if it is more by now.
        """
        facts = validated_form(SeatsForm, request).cleaned_data
        change = slot_changes.change_seats(
            slot=self._slot(slot_id),
            seats=facts["seats"],
            why=facts["reason"],
            cost_paise=facts["cost_paise"],
            by=self.user,
            at=timezone.now(),
        )
        return _answer(change)

    def _slot(self, slot_id: UUID) -> Slot:
        return get_object_or_404(slot_queries.slots_for(self.member.client), pk=slot_id)


def _answer(change: SeatChange) -> Response:
    facts = {
        "seats": change.seats,
        "cost_paise": change.cost_paise,
        "waiting": change.waiting,
        "cancelled": [
            {"claim": claim.pk, "agent_name": claim.agent.name, "paise": paise}
            for claim, paise in change.cancelled
        ],
    }
    return Response(seat_serializers.SeatChangeOut(facts).data)
