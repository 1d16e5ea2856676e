"""Upload form of an Aadhaar offline e-KYC file."""

from django import forms


class OfflineForm(forms.Form):
    """The ZIP file from UIDAI and its share code."""

    file = forms.FileField(
        label="ZIP file from UIDAI",
        help_text="The ZIP file as downloaded. Don't unzip it. We don't store it.",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    share_code = forms.CharField(
        label="Share code",
        min_length=4,
        max_length=16,
        help_text="The 4 characters you set when you downloaded the file.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
