"""The form that names a consent purpose."""

from django import forms


class PurposeForm(forms.Form):
    """The purpose of a consent."""

    purpose = forms.CharField(max_length=20)
