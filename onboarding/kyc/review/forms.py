"""Forms of document reviews: rejection, resubmission, access purpose and redaction boxes."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms

from onboarding.models import KycAsk, KycCase, KycDocument, KycHeldPicture, KycLook, KycReferral

EMPTY_ROWS = 4


class RejectForm(forms.Form):
    """Reject all documents, with a reason."""

    reason = forms.ChoiceField(choices=[("", "Select a reason"), *KycCase.REJECTION_REASONS])
    note = forms.CharField(
        label="Message to the agent: what to correct",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApproveForm(forms.Form):
    """Approve, with a reason where a check has failed."""

    why = forms.CharField(
        label="Why you approve nevertheless",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "form": "approve-form"}),
    )


class ReferForm(forms.Form):
    """Pass a case on to a colleague."""

    kind = forms.ChoiceField(
        label="Pass on",
        choices=[
            ("", "Choose"),
            (KycReferral.Kind.SECOND_OPINION, "Ask another reviewer for a second opinion"),
            (KycReferral.Kind.SENIOR, "Escalate to a senior reviewer"),
            (KycReferral.Kind.FRAUD, "Flag as suspected fraud"),
        ],
    )
    note = forms.CharField(
        label="Note for colleagues (the agent never sees it)",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(forms.Form):
    """Return a case to the queue of all reviewers."""

    answer = forms.CharField(
        label="Answer for colleagues",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApprovalSampleForm(forms.Form):
    """The judgement about an automatic approval."""

    right = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="What is wrong (for colleagues)",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ResubmissionForm(forms.Form):
    """For each current document: OK, or the reason why it is requested again."""

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

    def rows(self) -> Iterator[tuple[KycDocument, forms.BoundField, forms.BoundField]]:
        """Each document with its two fields."""
        for document in self.documents:
            yield document, self[f"{document.kind}-reason"], self[f"{document.kind}-note"]

    def items(self) -> list[dict[str, str]]:
        """The documents to upload again, as fields of `services.ResubmissionItem`."""
        values = self.cleaned_data
        kinds = [row.kind for row in self.documents if values[f"{row.kind}-reason"]]
        return [
            {"kind": kind, "reason": values[f"{kind}-reason"], "note": values[f"{kind}-note"]}
            for kind in kinds
        ]


class AccessPurposeForm(forms.Form):
    """The purpose of viewing documents of a case that one has not claimed."""

    purpose = forms.ChoiceField(
        label="Why do you need to view these documents?",
        choices=[("", "Choose"), *KycLook.STATED_PURPOSES],
    )


class NewDocumentsForm(forms.Form):
    """Request new documents for an approved case."""

    why = forms.CharField(label="Message to the agent: why", max_length=1000, required=False)


class RedactionBoxForm(forms.Form):
    """One box to redact, in percent of the photo. An empty row is ignored."""

    left = forms.DecimalField(min_value=0, max_value=100, required=False)
    top = forms.DecimalField(min_value=0, max_value=100, required=False)
    width = forms.DecimalField(min_value=0, max_value=100, required=False)
    height = forms.DecimalField(min_value=0, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        """Require all four numbers or none."""
        values: dict[str, Any] = super().clean() or {}
        filled = [value is not None for value in values.values()]
        if any(filled) and not all(filled):
            raise forms.ValidationError(
                "Enter all four numbers for a box, or leave all four empty."
            )
        return values


#: The order of a box's numbers where boxes are stored or sent.
BOX_SIDES = ("left", "top", "width", "height")

_BaseRedactionFormSet = forms.formset_factory(
    RedactionBoxForm, extra=EMPTY_ROWS, max_num=KycHeldPicture.MAX_BOXES, validate_max=True
)


class RedactionFormSet(_BaseRedactionFormSet):  # type: ignore[misc, valid-type]
    """The boxes to redact on one photo."""

    def boxes(self) -> list[list[float]]:
        """Each box as left, top, width and height, as fractions (0 to 1)."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("width")]
        return [[float(row[side]) / 100 for side in BOX_SIDES] for row in rows]


def in_percent(boxes: list[list[float]]) -> list[dict[str, float]]:
    """Boxes as the form shows them."""
    return [
        {side: round(part * 100, 1) for side, part in zip(BOX_SIDES, box, strict=True)}
        for box in boxes
    ]
