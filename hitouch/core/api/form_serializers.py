"""Serializers derived from Django forms, so that limits are not repeated for OpenAPI."""

from collections.abc import Callable
from typing import Any

from django import forms
from rest_framework import serializers

Field = serializers.Field[Any, Any, Any, Any]


def _text(field: Any) -> Field:
    return serializers.CharField(max_length=field.max_length, **_common(field))


def _choice(field: Any) -> Field:
    choices = [(value, label) for value, label in field.choices if value != ""]
    return serializers.ChoiceField(choices, **_common(field))


def _number(field_class: Callable[..., Field]) -> Callable[[Any], Field]:
    return lambda field: field_class(
        min_value=field.min_value, max_value=field.max_value, **_common(field)
    )


def _plain(field_class: Callable[..., Field]) -> Callable[[Any], Field]:
    return lambda field: field_class(**_common(field))


def _nullable_boolean(field: Any) -> Field:
    return serializers.BooleanField(allow_null=True, **_common(field))


def _common(field: forms.Field) -> dict[str, Any]:
    return {"required": field.required, "help_text": str(field.help_text)}


# Subclasses stand before their bases: the first that fits is taken.
CONVERTERS: list[tuple[type[forms.Field], Callable[[Any], Field]]] = [
    (forms.UUIDField, _plain(serializers.UUIDField)),
    (forms.FileField, _plain(serializers.FileField)),
    (forms.NullBooleanField, _nullable_boolean),
    (forms.BooleanField, _plain(serializers.BooleanField)),
    (forms.DateTimeField, _plain(serializers.DateTimeField)),
    (forms.TimeField, _plain(serializers.TimeField)),
    (forms.DateField, _plain(serializers.DateField)),
    (forms.ChoiceField, _choice),
    (forms.FloatField, _number(serializers.FloatField)),
    (forms.IntegerField, _number(serializers.IntegerField)),
    (forms.CharField, _text),
]


def form_serializer(form: type[forms.Form], name: str) -> type[serializers.Serializer[Any]]:
    """A serializer called `name` with the fields, limits and help texts of a form.

    It describes a request body for `@extend_schema`; the form itself validates the request.
    Raises `TypeError` for a kind of field that has no converter.
    """
    fields = {label: _convert(field) for label, field in form.base_fields.items()}
    return type(name, (serializers.Serializer,), {"__doc__": form.__doc__, **fields})


def _convert(field: forms.Field) -> Field:
    for form_field, convert in CONVERTERS:
        if isinstance(field, form_field) and not isinstance(field, forms.DecimalField):
            return convert(field)
    raise TypeError(f"no serializer field for {type(field).__name__}")
