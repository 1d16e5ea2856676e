"""Forms of one_time_codes."""

from django import forms

from accounts.one_time_codes.fields import CodeField


class CodeForm(forms.Form):
    """The code that came."""

    code = CodeField()
