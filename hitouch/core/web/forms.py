"""Form helpers: refusals of services as form errors; fields for identifiers, amounts, pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hitouch.core import money
from hitouch.core.errors import Refusal
from hitouch.core.printing import printed_text
from hitouch.core.printing.printed_text import UnprintableText


def add_refusal_to(form: forms.BaseForm, refusal: Refusal, *, field: str = "") -> None:
    """Add a refusal to the form's errors: at its field, or above the form if it has none there.

    `field` overrides the refusal's field. The refusal itself stays on the form as
    `form.refusal`, for `hitouch.core.web.views.render_form`.
    """
    name = field or refusal.field
    error = ValidationError(str(refusal), code=refusal.code)
    form.add_error(name if name in form.fields else None, error)
    form.refusal = refusal  # type: ignore[attr-defined]


@contextmanager
def add_refusals_to(form: forms.BaseForm, *, field: str = "") -> Iterator[None]:
    """Add a refusal raised in the block to the form's errors; the block ends there."""
    try:
        yield
    except Refusal as refusal:
        add_refusal_to(form, refusal, field=field)


class RupeesField(forms.DecimalField):
    """An amount typed in rupees and cleaned to whole paise; at least a paisa unless told."""

    def __init__(self, *, min_value: Decimal = Decimal("0.01"), **options: Any) -> None:
        super().__init__(
            min_value=min_value, max_value=Decimal(100_000_000), decimal_places=2, **options
        )

    def clean(self, value: object) -> Any:
        """Convert to paise."""
        rupees = super().clean(value)
        return None if rupees is None else int(rupees * money.PAISE_IN_A_RUPEE)


class PercentField(forms.DecimalField):
    """A share typed in percent and cleaned to basis points."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, **options)

    def clean(self, value: object) -> Any:
        """Convert to basis points."""
        percent = super().clean(value)
        return None if percent is None else int(percent * 100)


class IdentifierField(forms.CharField):
    """A number or code that identifies something; cleans to its normalised form.

    `normalise` returns None for what is not such an identifier. Only text is taken: a JSON number
    has lost its leading zeros.
    """

    def __init__(
        self, *, normalise: Callable[[str], str | None], message: str, **options: Any
    ) -> None:
        self.normalise = normalise
        options["error_messages"] = {"invalid": message} | options.get("error_messages", {})
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        """Normalise the text."""
        if value is not None and not isinstance(value, str):
            raise self._invalid()
        text = super().to_python(value)
        if not text:
            return ""
        identifier = self.normalise(text)
        if identifier is None:
            raise self._invalid()
        return identifier

    def _invalid(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid"], code="invalid")


class PrintableField(forms.CharField):
    """A line of text that is printed on papers."""

    def to_python(self, value: Any) -> str:
        """Clean the text, or name the character to remove."""
        text = super().to_python(value) or ""
        try:
            return self.clean_printable(text)
        except UnprintableText as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def clean_printable(self, text: str) -> str:
        """The text as it is kept. Raises `UnprintableText`."""
        return printed_text.clean_line(text)


class PersonNameField(PrintableField):
    """The name of a person. `signs` are allowed besides those in every name."""

    def __init__(self, *, signs: str = "", **options: Any) -> None:
        self.signs = signs
        super().__init__(**options)

    def clean_printable(self, text: str) -> str:
        """The name as it is kept. Raises `InvalidName`."""
        return printed_text.clean_name(text, signs=self.signs)


class PictureField(forms.FileField):
    """A picture from the camera or the gallery."""

    def __init__(self, label: str = "Photo") -> None:
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        hint = "JPEG, PNG or WebP, up to 5 MB."
        super().__init__(label=label, help_text=hint, widget=widget)
