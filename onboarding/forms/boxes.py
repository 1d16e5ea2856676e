"""Boxes on a picture, in hundredths of its width and height."""

from typing import Any

from django import forms

ROWS, MOST = 4, 12


class BoxForm(forms.Form):
    """One box; a row that is left empty is none."""

    left = forms.DecimalField(min_value=0, max_value=100, required=False)
    top = forms.DecimalField(min_value=0, max_value=100, required=False)
    width = forms.DecimalField(min_value=0, max_value=100, required=False)
    height = forms.DecimalField(min_value=0, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        """All four, or nothing."""
        facts: dict[str, Any] = super().clean() or {}
        given = [value is not None for value in facts.values()]
        if any(given) and not all(given):
            raise forms.ValidationError(
                "Enter all four numbers for a box, or leave all four empty."
            )
        return facts


_Rows = forms.formset_factory(BoxForm, extra=ROWS, max_num=MOST, validate_max=True)


class Boxes(_Rows):  # type: ignore[misc, valid-type]
    """The boxes of one picture."""

    def parts(self) -> list[list[float]]:
        """Each box as left, top, width and height, of 0 to 1."""
        names = ("left", "top", "width", "height")
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("width")]
        return [[float(row[name]) / 100 for name in names] for row in rows]
