"""Validating API input with the pages' Django forms, which expect text.

Numbers and booleans become the text a page would have sent, for the fields of numbers, dates and
choices. For a field of text they are an error: a JSON number has no leading zeros, may be rounded
or written as 1.5e10, and would be another account or phone number. A list or an object is for the
fields that say `takes_list`; for any other it is an error of that field.
"""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.forms import BaseForm
from django.http import QueryDict
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

WRONG_SHAPE = "Send a single value, not a list or an object."
NOT_TEXT = "Send this as text, in quotes."
AnyForm = TypeVar("AnyForm", bound=BaseForm)


class ScalarText(str):
    """The text of a JSON number or boolean."""

    __slots__ = ()


def as_form_data(value: Any) -> Any:
    """The data with numbers and booleans as `ScalarText`."""
    if isinstance(value, dict):
        return {name: as_form_data(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_form_data(inner) for inner in value]
    return ScalarText(value) if isinstance(value, (bool, int, float)) else value


def takes_list(field: forms.Field) -> bool:
    """Whether the field takes several values."""
    return getattr(field, "takes_list", isinstance(field, forms.MultipleChoiceField))


def takes_text(field: forms.Field) -> bool:
    """Whether the field takes text, for which a number or a boolean is the wrong type."""
    return isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)


def reject_wrong_types(bound_forms: Iterable[forms.BaseForm]) -> None:
    """Raise ValidationError for fields that got another type of JSON value than they take."""
    wrong = {
        form.add_prefix(name).replace("-", "/"): [fault]
        for form in bound_forms
        for name, field in form.fields.items()
        if (fault := wrong_type(field, form.data.get(form.add_prefix(name))))
    }
    if wrong:
        raise ValidationError(wrong)


def wrong_type(field: forms.Field, value: Any) -> ErrorDetail | None:
    """The error of a field that got a JSON value of another type than it takes."""
    if isinstance(value, (list, dict)) and not takes_list(field):
        return ErrorDetail(WRONG_SHAPE, code="wrong_shape")
    if takes_text(field) and any(
        isinstance(part, ScalarText) for part in (value if isinstance(value, list) else [value])
    ):
        return ErrorDetail(NOT_TEXT, code="not_text")
    return None


def validated_form(form_class: type[AnyForm], request: Request, **options: Any) -> AnyForm:
    """The page's form, bound to the API's input and validated. Raises ValidationError (422)."""
    data = request.data
    if not isinstance(data, dict):
        raise exceptions.ValidationError("Send a JSON object.")
    form_data = data if isinstance(data, QueryDict) else as_form_data(data)
    form = form_class(form_data, request.FILES or None, **options)
    reject_wrong_types([form])
    if not form.is_valid():
        raise exceptions.ValidationError(cast(Any, form.errors.get_json_data(escape_html=False)))
    return form
