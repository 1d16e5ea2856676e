"""Validating API input with the pages' Django forms, which expect text.

Numbers and booleans become the text a page would have sent. A list or an object is for the
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
AnyForm = TypeVar("AnyForm", bound=BaseForm)


def as_form_data(value: Any) -> Any:
    """The data with numbers and booleans as text."""
    if isinstance(value, dict):
        return {name: as_form_data(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_form_data(inner) for inner in value]
    return str(value) if isinstance(value, (bool, int, float)) else value


def takes_list(field: forms.Field) -> bool:
    """Whether the field takes several values."""
    return getattr(field, "takes_list", isinstance(field, forms.MultipleChoiceField))


def reject_wrong_types(bound_forms: Iterable[forms.BaseForm]) -> None:
    """Raise ValidationError for fields that got a list or an object and take neither."""
    wrong = {
        form.add_prefix(name).replace("-", "/"): [ErrorDetail(WRONG_SHAPE, code="wrong_shape")]
        for form in bound_forms
        for name, field in form.fields.items()
        if isinstance(form.data.get(form.add_prefix(name)), (list, dict)) and not takes_list(field)
    }
    if wrong:
        raise ValidationError(wrong)


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
