"""Form of a certificate's code."""

from django import forms


class CertificateCodeForm(forms.Form):
    """The code that stands on a certificate."""

    code = forms.CharField(
        max_length=40,
        help_text="Ten letters and digits, such as 7K3MQ-9QPDX.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
