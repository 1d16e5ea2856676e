"""What a reviewer sends."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms

from onboarding.models import KycAsk, KycCase, KycDocument, KycLook

ROWS, MOST = 4, 12


class RejectForm(forms.Form):
    """Why all documents go back."""

    reason = forms.ChoiceField(choices=[("", "Select a reason"), *KycCase.WHOLE])
    note = forms.CharField(
        label="Message to the agent: what to correct",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ResubmissionForm(forms.Form):
    """For each document that is there: fine, or why it has to come again."""

    FINE = "OK"

    def __init__(self, *args: Any, documents: Iterable[KycDocument], **options: Any) -> None:
        super().__init__(*args, **options)
        self.auto_id = "ask-%s"
        self.documents = list(documents)
        for document in self.documents:
            label = f"{document.get_kind_display()}: reason to upload again"
            reasons = [("", self.FINE), *KycAsk.Reason.choices]
            self.fields[f"{document.kind}-reason"] = forms.ChoiceField(
                label=label, choices=reasons, required=False
            )
            self.fields[f"{document.kind}-note"] = forms.CharField(
                label="Message to the agent (if helpful)", max_length=500, required=False
            )
        for field in self.fields.values():
            field.widget.attrs["form"] = "ask-form"

    def beside(self) -> Iterator[tuple[KycDocument, forms.BoundField, forms.BoundField]]:
        """Each document with its two fields."""
        for document in self.documents:
            yield document, self[f"{document.kind}-reason"], self[f"{document.kind}-note"]

    def wanted(self) -> list[dict[str, str]]:
        """What has to come again."""
        told = self.cleaned_data
        kinds = [row.kind for row in self.documents if told[f"{row.kind}-reason"]]
        return [
            {"kind": kind, "reason": told[f"{kind}-reason"], "note": told[f"{kind}-note"]}
            for kind in kinds
        ]


class AccessPurposeForm(forms.Form):
    """Why one looks at documents that one does not decide on."""

    purpose = forms.ChoiceField(
        label="Why do you need to view these documents?", choices=[("", "Choose"), *KycLook.SAID]
    )


class NewDocumentsForm(forms.Form):
    """Why new documents are needed."""

    why = forms.CharField(label="Message to the agent: why", max_length=1000, required=False)


class RedactionBoxForm(forms.Form):
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


_Rows = forms.formset_factory(RedactionBoxForm, extra=ROWS, max_num=MOST, validate_max=True)


class RedactionFormSet(_Rows):  # type: ignore[misc, valid-type]
    """The boxes of one picture."""

    def parts(self) -> list[list[float]]:
        """Each box as left, top, width and height, of 0 to 1."""
        names = ("left", "top", "width", "height")
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("width")]
        return [[float(row[name]) / 100 for name in names] for row in rows]
