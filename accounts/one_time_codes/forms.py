"""The form for a one-time code."""

from django import forms

from accounts.one_time_codes.fields import CodeField


class CodeForm(forms.Form):
    """The code that was sent."""

    code = CodeField()
