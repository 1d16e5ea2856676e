"""API view for members of a client: the bonus of a slot."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.bonuses import serializers as bonus_serializers
from gigs.bonuses import services as bonus_services
from gigs.bonuses.forms import BonusForm, BonusQuery
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsBudgetHolder
from gigs.models import Slot
from gigs.slots import queries as slot_queries
from hitouch.core.api.forms import validated_form

BONUS = OpenApiParameter("bonus_paise", int, required=True, description="The bonus for an hour.")


class SlotBonusView(MemberAPIView):
    """The bonus of a slot (shift)."""

    permission_classes = [IsBudgetHolder]
    scope = "opportunities"
    query_form = BonusQuery
    operation_ids = {"get": "client_slot_bonus_cost", "post": "client_slot_bonus_raise"}

    @extend_schema(parameters=[BONUS], responses=bonus_serializers.BonusOut)
    def get(self, request: Request, slot_id: UUID) -> Response:
        """The most that a bonus can cost if all seats are worked whole."""
        offer = bonus_services.bonus_offer(
            self._slot(slot_id), bonus_paise=self.query["bonus_paise"], at=timezone.now()
        )
        return Response(bonus_serializers.BonusOut(offer).data)

    @extend_schema(request=bonus_serializers.BonusBody, responses=bonus_serializers.BonusOut)
    def post(self, request: Request, slot_id: UUID) -> Response:
        """Raise the bonus for each hour. It can only rise, and is paid when the shift is over."""
        facts = validated_form(BonusForm, request).cleaned_data
        offer = bonus_services.raise_bonus(
            slot=self._slot(slot_id), by=self.user, at=timezone.now(), **facts
        )
        return Response(bonus_serializers.BonusOut(offer).data)

    def _slot(self, slot_id: UUID) -> Slot:
        return get_object_or_404(slot_queries.slots_for(self.member.client), pk=slot_id)
