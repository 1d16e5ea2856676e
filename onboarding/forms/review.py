"""What a reviewer sends."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms

from onboarding.models import KycAsk, KycCase, KycDocument, KycLook


class RejectForm(forms.Form):
    """Why all documents go back."""

    reason = forms.ChoiceField(choices=[("", "Select a reason"), *KycCase.WHOLE])
    note = forms.CharField(
        label="Message to the agent: what to correct",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(forms.Form):
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


class LookForm(forms.Form):
    """Why one looks at documents that one does not decide on."""

    purpose = forms.ChoiceField(
        label="Why do you need to view these documents?", choices=[("", "Choose"), *KycLook.SAID]
    )


class NewDocumentsForm(forms.Form):
    """Why new documents are needed."""

    why = forms.CharField(label="Message to the agent: why", max_length=1000, required=False)
