"""Serializers of forecasts. Times of day are India's."""

from typing import Any

from rest_framework import serializers

from gigs.forecasts import forms
from gigs.models import Forecast
from hitouch.core.api.form_serializers import form_serializer


class ForecastOut(serializers.ModelSerializer[Forecast]):
    """A forecast as it was entered."""

    class Meta:
        model = Forecast
        fields = [
            "id",
            "opportunity",
            "created_at",
            "handle_seconds",
            "target_percent",
            "target_seconds",
            "max_occupancy_percent",
            "shrinkage_percent",
            "shortest_hours",
            "longest_hours",
        ]


class HalfHourOut(serializers.Serializer[Any]):
    """One half hour of the week."""

    day = serializers.IntegerField(help_text="0 is Monday.")
    starts = serializers.TimeField(format="%H:%M")
    volume = serializers.FloatField(help_text="Contacts expected.")
    agents = serializers.IntegerField(help_text="Agents who keep the target (Erlang C).")
    service_level = serializers.FloatField(help_text="What these agents reach, from 0 to 1.")
    seats_needed = serializers.IntegerField(
        help_text="Places for them, with breaks, training and missed shifts."
    )
    seats_planned = serializers.IntegerField()
    short = serializers.IntegerField()
    over = serializers.IntegerField()


class ProposedShiftOut(serializers.Serializer[Any]):
    """A shift of the proposal."""

    day = serializers.IntegerField(help_text="0 is Monday.")
    starts = serializers.TimeField(format="%H:%M")
    ends = serializers.TimeField(format="%H:%M", help_text="On the next day if not later.")
    minutes = serializers.IntegerField()
    seats = serializers.IntegerField()


class NoShowOut(serializers.Serializer[Any]):
    """Shifts that your agents missed in the last 90 days."""

    name = serializers.CharField(help_text="All, or a part of the day.")
    missed = serializers.IntegerField()
    due = serializers.IntegerField()
    percent = serializers.FloatField(help_text="As planned with; 0 for fewer than 20 shifts.")


class ProposalOut(serializers.Serializer[Any]):
    """A forecast, what it needs in each half hour, and the shifts that are proposed."""

    forecast = ForecastOut()
    half_hours = HalfHourOut(many=True)
    shifts = ProposedShiftOut(many=True)
    no_shows = NoShowOut(many=True)
    hours_needed = serializers.FloatField()
    hours_planned = serializers.FloatField()
    hours_short = serializers.FloatField()
    hours_over = serializers.FloatField()
    cost_paise = serializers.IntegerField(help_text="Of a week, if all places are claimed.")


ForecastBody = form_serializer(forms.ForecastForm, "ForecastBody")
AddProposedBody = form_serializer(forms.AddProposedForm, "AddProposedBody")
