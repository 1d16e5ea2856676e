"""Forms that validate input of pages and API; the rules are in the services."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import URLValidator
from django.utils.datastructures import MultiValueDict

from hitouch.core.api.forms import as_form_data, reject_wrong_types


class LocalDateTimeInput(forms.DateTimeInput):
    """Date and time input in the user's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A time: local from a page, ISO 8601 from the API."""

    widget = LocalDateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Strip spaces; ISO 8601 times bring their own offset."""
        return super().to_python(value.strip() if isinstance(value, str) else value)


def with_any_choice(choices: Any, any_word: str) -> list[tuple[str, str]]:
    return [("", any_word), *choices]


class ListField(forms.Field):
    """A list of strings: one per line from a page, a JSON list from the API."""

    widget: type[forms.Widget] = forms.Textarea
    separator = "\n"
    takes_list = True

    def __init__(self, *, max_items: int = 20, max_item_length: int = 60, **options: Any) -> None:
        self.max_items, self.max_item_length = max_items, max_item_length
        super().__init__(**options)

    def to_python(self, value: object) -> list[str]:
        """Remove empty and repeated entries."""
        if not value:
            return []
        parts = value.split(self.separator) if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise forms.ValidationError("Send a list of strings.", code="invalid")
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def validate(self, value: list[str]) -> None:
        """Check number and length."""
        super().validate(value)
        if len(value) > self.max_items:
            raise forms.ValidationError(f"Enter at most {self.max_items}.", code="too_many")
        if any(len(part) > self.max_item_length for part in value):
            raise forms.ValidationError(
                f"Each can have at most {self.max_item_length} characters.", code="long"
            )


class TagListField(ListField):
    """A list of short texts, separated by commas."""

    widget: type[forms.Widget] = forms.TextInput
    separator = ","


class LinksField(ListField):
    """A list of web addresses."""

    def validate(self, value: list[str]) -> None:
        """Check that each is a full URL."""
        super().validate(value)
        check = URLValidator(
            schemes=["http", "https"], message="Enter full links, starting with https://"
        )
        for part in value:
            check(part)


class MultipleFileInput(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> Any:
        """All files of the field."""
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Up to five files. Their type is checked by content when they are stored."""

    widget = MultipleFileInput
    max_items = 5

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Clean each file."""
        if len(data or []) > self.max_items:
            raise forms.ValidationError(f"Upload at most {self.max_items} files.", code="too_many")
        return [super(FilesField, self).clean(upload, initial) for upload in data or []]


class IdsField(ListField):
    """Ids of rows: checkboxes of a page, a JSON list from the API."""

    widget: type[forms.Widget] = forms.MultipleHiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_item_length=36, **options)

    def to_python(self, value: object) -> list[str]:
        """Check that each is an id."""
        found = super().to_python(value)
        try:
            return [str(UUID(each)) for each in found]
        except ValueError:
            raise forms.ValidationError("Send ids.", code="invalid") from None


class FormListField(forms.Field):
    """A JSON list of objects, each read by a form; cleans to what their `facts` say."""

    takes_list = True

    def __init__(self, item: type[Any], **options: Any) -> None:
        self.item = item
        super().__init__(**options)

    def clean(self, value: Any) -> list[Any]:
        """The items; an error names the place of its item and the field."""
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise forms.ValidationError("Send a list of objects.", code="invalid")
        bound = [self.item(as_form_data(each)) for each in value]
        reject_wrong_types(bound)
        faults = [
            forms.ValidationError(f"{place}, {name}: {error}", code="invalid")
            for place, form in enumerate(bound, start=1)
            for name, errors in form.errors.items()
            for error in errors
        ]
        if faults:
            raise forms.ValidationError(faults)
        return [form.facts() for form in bound]
