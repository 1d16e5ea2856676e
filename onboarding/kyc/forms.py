"""Upload forms for photos of identity documents: Aadhaar front, Aadhaar back and PAN card."""

from typing import Any

from django import forms

from hitouch.core.web.forms import PictureField
from onboarding.models import KycDocument


class CardField(PictureField):
    """A photo or PDF of a card."""

    def __init__(self) -> None:
        super().__init__()
        self.widget.attrs["accept"] += ",image/heic,image/heif,application/pdf,.heic,.heif,.pdf"
        self.widget.attrs["data-shrinks"] = ""
        self.help_text = (
            "A photo (JPEG, PNG, WebP, HEIC), or a PDF of up to 2 pages. Up to 5 MB; a larger "
            "photo is made smaller in your browser. If the PDF has a password, we ask you for it "
            "after the upload."
        )


class AadhaarForm(forms.Form):
    """One side of an Aadhaar."""

    file = CardField()
    last_four = forms.CharField(
        label="Last 4 digits of Aadhaar",
        max_length=20,
        help_text="Only the last 4 digits. Never enter the full number.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class AadhaarFrontForm(AadhaarForm):
    """The front, or both sides in one file, as in an e-Aadhaar."""

    both_sides = forms.BooleanField(
        label="This file shows both sides",
        required=False,
        help_text="Tick it for an e-Aadhaar PDF, or one photo of front and back.",
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
        KycDocument.Kind.AADHAAR_FRONT: AadhaarFrontForm,
        KycDocument.Kind.AADHAAR_BACK: AadhaarBackForm,
    }
    return own[kind]


class PdfPasswordForm(forms.Form):
    """The password of a locked PDF, or the consent to try the one made from the profile."""

    password = forms.CharField(
        label="Password of the PDF",
        max_length=100,
        required=False,
        strip=False,
        help_text=(
            "An e-Aadhaar opens with the first 4 letters of your name in capitals, followed by "
            "your year of birth: RAVI1990 for Ravi Kumar, born in 1990. We use the password once "
            "to open the file, and do not save it."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    from_profile = forms.BooleanField(
        label="Or try the password made from the name and year of birth in my profile",
        required=False,
    )
