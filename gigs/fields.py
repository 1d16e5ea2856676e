"""Form fields of gigs: words, links, files and money, as a page or a program sends them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.datastructures import MultiValueDict

from hitouch.core.money import PAISE_IN_A_RUPEE


class ListField(forms.Field):
    """A list of texts: one a line from a page, a JSON list from a program."""

    widget: type[forms.Widget] = forms.Textarea
    separator = "\n"
    takes_list = True

    def __init__(self, *, most: int = 20, longest: int = 60, **options: Any) -> None:
        self.most, self.longest = most, longest
        super().__init__(**options)

    def to_python(self, value: object) -> list[str]:
        """Each text once, without empty ones."""
        if not value:
            return []
        parts = value.split(self.separator) if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise forms.ValidationError("Send a list of strings.", code="invalid")
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def validate(self, value: list[str]) -> None:
        """Not too many, not too long."""
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(f"Enter at most {self.most}.", code="too_many")
        if any(len(part) > self.longest for part in value):
            raise forms.ValidationError(
                f"Each can have at most {self.longest} characters.", code="long"
            )


class TagListField(ListField):
    """A few words with commas between them."""

    widget: type[forms.Widget] = forms.TextInput
    separator = ","


class LinksField(ListField):
    """Addresses on the web."""

    def validate(self, value: list[str]) -> None:
        """Each a full web address."""
        super().validate(value)
        check = URLValidator(
            schemes=["http", "https"], message="Enter full links, starting with https://"
        )
        for part in value:
            check(part)


class RupeesField(forms.DecimalField):
    """An amount typed in rupees, kept in whole paise."""

    def __init__(self, **options: Any) -> None:
        low, high = Decimal("0.01"), Decimal(100_000_000)
        super().__init__(min_value=low, max_value=high, decimal_places=2, **options)

    def clean(self, value: object) -> Any:
        """Whole paise."""
        rupees = super().clean(value)
        return None if rupees is None else int(rupees * PAISE_IN_A_RUPEE)


class MultipleFileInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> Any:
        """All files under this name."""
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Up to five files; what they are is judged by their content when they are stored."""

    widget = MultipleFileInput
    most = 5

    def clean(self, data: Any, initial: Any = None) -> Any:
        """A list of uploads."""
        if len(data or []) > self.most:
            raise forms.ValidationError(f"Upload at most {self.most} files.", code="too_many")
        return [super(FilesField, self).clean(one, initial) for one in data or []]
