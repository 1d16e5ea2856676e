"""Form fields that several features share."""

from typing import Any

from django import forms


class UtrField(forms.CharField):
    """A UTR as it is typed or pasted. Services check and normalise it."""

    def __init__(self, *, help_text: str = "", **options: Any) -> None:
        about = "12 to 22 letters and digits: NEFT has 16, RTGS 22, IMPS and UPI 12."
        super().__init__(
            max_length=40,
            help_text=f"{help_text} {about}".strip(),
            widget=forms.TextInput(
                attrs={
                    "class": "utr",
                    "size": 26,
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                    "pattern": r"\s*([A-Za-z0-9]\s*){12,22}",
                    "title": about,
                    "placeholder": "",
                }
            ),
            **{"label": "UTR", **options},
        )
