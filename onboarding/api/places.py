"""PIN code lookup."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from onboarding import pins
from onboarding.api import in_address
from onboarding.api.guard import OnStep

A_DAY = "private, max-age=86400"


class PlaceOut(serializers.Serializer[Any]):
    """PIN code lookup."""

    pin = serializers.CharField()
    city = serializers.CharField()
    district = serializers.CharField()
    state = serializers.CharField()


class PinView(AgentAPIView):
    """A PIN code."""

    permission_classes = [OnStep.of("profile")]
    operation_ids = {"get": "pin"}

    @extend_schema(responses=PlaceOut, parameters=[in_address.PIN])
    def get(self, request: Request, pin: str) -> Response:
        """District and state of a PIN code. 404 if it is not in India Post's list."""
        place = pins.place_of(pins.normal_pin(pin))
        if place is None:
            raise Http404
        found = {"pin": pins.normal_pin(pin), "city": place.city}
        answer = Response(found | {"district": place.district, "state": place.state})
        answer["Cache-Control"] = A_DAY
        return answer
