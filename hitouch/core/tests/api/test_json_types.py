"""Types of JSON values that form fields accept."""

from typing import Any

import pytest
from django import forms
from rest_framework.exceptions import ValidationError

from hitouch.core.api.forms import as_form_data, reject_wrong_types


class SeatForm(forms.Form):
    """A seat and who takes it."""

    phone = forms.CharField()
    seats = forms.IntegerField()
    day = forms.DateField(required=False)
    window = forms.BooleanField(required=False)


def wrong_fields(**data: Any) -> dict[str, str]:
    """The code of each field's error."""
    form = SeatForm(as_form_data({"phone": "98765 43210", "seats": 2, **data}))
    try:
        reject_wrong_types([form])
    except ValidationError as fault:
        detail: Any = fault.detail
        return {name: errors[0].code for name, errors in detail.items()}
    return {}


@pytest.mark.parametrize("value", [9876543210, 9876543210.0, 1.5e300, True, False, 0])
def test_number_for_text_is_refused(value: object) -> None:
    """A number has no leading zeros and may be rounded, so that it would be another identifier."""
    assert wrong_fields(phone=value) == {"phone": "not_text"}


@pytest.mark.parametrize("value", [["98765 43210"], {"number": "98765 43210"}])
def test_list_for_text_is_refused(value: object) -> None:
    """A list is refused rather than reduced to one of its values."""
    assert wrong_fields(phone=value) == {"phone": "wrong_shape"}


def test_json_numbers_are_accepted_for_number_fields() -> None:
    """Numbers, booleans and null are for the fields that take them, also as text."""
    assert wrong_fields(seats=3, window=True, day=None, phone=None) == {}
    assert wrong_fields(seats="3", window="on") == {}
