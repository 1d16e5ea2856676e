"""Form helpers: refusals of services as form errors, and a field for pictures."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import ValidationError

from hitouch.core.errors import Refusal


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


class PictureField(forms.FileField):
    """A picture from the camera or the gallery."""

    def __init__(self, label: str = "Photo") -> None:
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        hint = "JPEG, PNG or WebP, up to 5 MB."
        super().__init__(label=label, help_text=hint, widget=widget)
