"""Upload forms for photos of identity documents: Aadhaar front, Aadhaar back and PAN card."""

from typing import Any

from django import forms

from hitouch.core.web.forms import PictureField
from onboarding.models import KycDocument


class CardField(PictureField):
    """A photo or PDF of a card."""

    def __init__(self) -> None:
        super().__init__()
        self.widget.attrs["accept"] += ",application/pdf"
        self.help_text = "JPEG, PNG, WebP, or a PDF of up to 2 pages. Up to 5 MB."


class AadhaarForm(forms.Form):
    """The front of a masked Aadhaar."""

    file = CardField()
    last_four = forms.CharField(
        label="Last 4 digits of Aadhaar",
        max_length=20,
        help_text="Only the last 4 digits. Never enter the full number.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class AadhaarBackForm(AadhaarForm):
    """The back. Its last four digits default to those of the front."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["last_four"].required = False
        self.fields["last_four"].help_text = "Leave empty if you've already uploaded the front."


class PanForm(forms.Form):
    """A PAN card."""

    file = CardField()
    number = forms.CharField(
        label="PAN",
        max_length=20,
        help_text="10 characters, like ABCPE1234F.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


def form_for_kind(kind: str) -> type[forms.Form]:
    """The form class for a kind of document."""
    own: dict[str, type[forms.Form]] = {
        KycDocument.Kind.PAN: PanForm,
        KycDocument.Kind.AADHAAR_BACK: AadhaarBackForm,
    }
    return own.get(kind, AadhaarForm)
