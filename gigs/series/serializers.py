"""Serializers of series. Times of day and days are India's, moments are UTC."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gigs.models import Opportunity, SlotSeries
from gigs.public_holidays import places
from gigs.recurrence import WEEKDAYS, Occurrence
from gigs.series import forms
from gigs.slots.serializers import SlotOut
from hitouch.core.api.form_serializers import form_serializer
from hitouch.core.cefr import CEFR


class SeriesOut(serializers.ModelSerializer[SlotSeries]):
    """A series of slots (shifts)."""

    recurrence = serializers.SerializerMethodField(
        help_text="DTSTART, RRULE and EXDATE by RFC 5545; empty if no day is left."
    )
    minutes = serializers.SerializerMethodField(help_text="How long each shift lasts.")

    class Meta:
        model = SlotSeries
        fields = ["id", "opportunity", "recurrence", "minutes", "capacity", "minimum_level"]
        extra_kwargs = {"minimum_level": {"help_text": "Empty: as for the opportunity."}}

    def get_recurrence(self, series: SlotSeries) -> str:
        """The rule up to where the series ended."""
        try:
            return series.hours.notation()
        except ValueError:
            return ""

    def get_minutes(self, series: SlotSeries) -> int:
        """The length in minutes."""
        return int(series.length.total_seconds() // 60)


class SeriesBody(serializers.Serializer[Any]):
    """The hours of a series and what its shifts need."""

    weekdays = serializers.ListField(child=serializers.ChoiceField(list(WEEKDAYS)))
    starts = serializers.TimeField(help_text="On the hour or half hour, in India.")
    ends = serializers.TimeField(help_text="A time not later than `starts` is on the next day.")
    from_on = serializers.DateField()
    until_on = serializers.DateField()
    excluded_on = serializers.ListField(child=serializers.DateField(), required=False)
    holidays_of = serializers.ChoiceField(
        places(),
        required=False,
        help_text="Leave out the public holidays of all of India (IN) or of a state.",
    )
    capacity = serializers.IntegerField(min_value=1, max_value=500)
    minimum_level = serializers.ChoiceField(CEFR.choices, required=False)


class OccurrenceOut(serializers.Serializer[Occurrence]):
    """The hours of a slot at the same time."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class PlannedSlotOut(serializers.Serializer[Any]):
    """A slot that would be added."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    capacity = serializers.IntegerField()
    minimum_level = serializers.CharField()
    cost_paise = serializers.IntegerField(help_text="If all places are claimed.")
    exists = serializers.BooleanField(help_text="It is there already, so it is not added.")
    overlaps = OccurrenceOut(many=True, help_text="Other shifts of the opportunity at this time.")


class PreviewOut(serializers.Serializer[Any]):
    """What would be added, beside what the opportunity pays for."""

    slots = PlannedSlotOut(many=True)
    cost_paise = serializers.IntegerField(help_text="Of the shifts that would be added.")
    hours_before = serializers.FloatField(help_text="Hours of all places of existing shifts.")
    hours_new = serializers.FloatField(help_text="Hours of all places that would be added.")
    hours_paid = serializers.IntegerField(
        help_text="Hours that the opportunity pays for; 0 for a fixed price."
    )
    is_above_reserve = serializers.BooleanField(
        help_text="There would be more hours than are paid, so some places would stay empty."
    )
    reserve_paise = serializers.SerializerMethodField(
        help_text="The opportunity's cost, reserved when it is published."
    )
    headcount = serializers.SerializerMethodField()
    budget_left_paise = serializers.SerializerMethodField(help_text="Of the project.")

    def get_reserve_paise(self, preview: Any) -> int:
        """What the opportunity may cost."""
        return _opportunity(preview).cost_paise

    def get_headcount(self, preview: Any) -> int:
        """How many agents the opportunity takes."""
        return _opportunity(preview).headcount

    def get_budget_left_paise(self, preview: Any) -> int:
        """What the project has not promised yet."""
        return int(_opportunity(preview).project.free_paise)


def _opportunity(preview: Any) -> Opportunity:
    found: Opportunity = preview.opportunity
    return found


class SeriesOutcomeOut(serializers.Serializer[Any]):
    """What was made and removed."""

    series = SeriesOut(many=True)
    made = serializers.SerializerMethodField(help_text="Shifts that were added.")
    existing = serializers.IntegerField(
        source="existing_count", help_text="Shifts that were there already."
    )
    removed = serializers.IntegerField(source="removed_count", help_text="Shifts removed.")
    kept = SlotOut(many=True, help_text="Shifts that stay, as agents claimed them.")

    @extend_schema_field(int)
    def get_made(self, outcome: Any) -> int:
        """How many slots were added."""
        return len(outcome.made)


CancelRestBody = form_serializer(forms.CancelRestForm, "CancelRestBody")
CopyWeekBody = form_serializer(forms.CopyWeekForm, "CopyWeekBody")
