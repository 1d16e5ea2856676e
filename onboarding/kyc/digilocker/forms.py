"""What a browser or a program sends when it sets out for DigiLocker or comes back."""

from django import forms


class DigiLockerStartForm(forms.Form):
    """The consent; whether it is needed the service knows."""

    agreed = forms.BooleanField(required=False)


class DigiLockerReturnForm(forms.Form):
    """DigiLocker's answer, as it stands in the address that it sends a browser to."""

    state = forms.CharField(required=False, max_length=200)
    code = forms.CharField(required=False, max_length=4000)
    error = forms.CharField(required=False, max_length=200)
