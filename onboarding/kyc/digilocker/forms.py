"""Forms of DigiLocker sessions: the consent, and the parameters of the callback."""

from django import forms


class DigiLockerStartForm(forms.Form):
    """The consent. Optional here, because the service refuses without it."""

    agreed = forms.BooleanField(required=False)


class DigiLockerReturnForm(forms.Form):
    """The query parameters of the redirect from DigiLocker."""

    state = forms.CharField(required=False, max_length=200)
    code = forms.CharField(required=False, max_length=4000)
    error = forms.CharField(required=False, max_length=200)
