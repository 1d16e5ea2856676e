"""Serializers of changed seats. Amounts are whole paise."""

from rest_framework import serializers

from gigs.cancellations.forms import SeatsForm
from hitouch.core.api.form_serializers import form_serializer


class CancelledSeatOut(serializers.Serializer[object]):
    """A seat that goes, and what the client pays for it."""

    claim = serializers.UUIDField()
    agent_name = serializers.CharField()
    paise = serializers.IntegerField()


class SeatChangeOut(serializers.Serializer[object]):
    """What a change of seats does. Amounts are whole paise, without GST."""

    seats = serializers.IntegerField()
    cost_paise = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Agents who are taken off the waitlist.")
    cancelled = CancelledSeatOut(many=True)


SeatsBody = form_serializer(SeatsForm, "SeatsBody")
