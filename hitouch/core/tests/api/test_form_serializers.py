"""Serializers that describe what a Django form takes."""

import pytest
from django import forms
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer


class BookingForm(forms.Form):
    """Seats for an evening."""

    name = forms.CharField(max_length=40, help_text="Who comes.")
    seats = forms.IntegerField(min_value=1, max_value=8, required=False)
    share = forms.FloatField(max_value=0.5)
    day = forms.DateField()
    table = forms.ChoiceField(choices=[("", "Any"), ("in", "Inside"), ("out", "Outside")])


def test_limits_are_those_of_the_form():
    """Lengths, ranges, choices, help texts and what is required come from the form."""
    made = form_serializer(BookingForm, "BookingIn")
    fields = made().fields
    assert (made.__name__, made.__doc__) == ("BookingIn", "Seats for an evening.")
    assert (fields["name"].max_length, fields["name"].help_text) == (40, "Who comes.")
    assert (fields["seats"].min_value, fields["seats"].max_value) == (1, 8)
    assert isinstance(fields["share"], serializers.FloatField)
    assert isinstance(fields["day"], serializers.DateField)
    assert list(fields["table"].choices) == ["in", "out"]
    assert [name for name, field in fields.items() if not field.required] == ["seats"]


def test_an_unknown_kind_of_field_is_refused():
    """A field that cannot be described is an error at import, not a gap in the document."""
    form = type("PriceForm", (forms.Form,), {"price": forms.DecimalField()})
    with pytest.raises(TypeError, match="DecimalField"):
        form_serializer(form, "PriceIn")
