"""Forms of consents."""

from django import forms


class PurposeForm(forms.Form):
    """What a consent is for."""

    purpose = forms.CharField(max_length=20)
