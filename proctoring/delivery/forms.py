"""Forms of a running assessment: an answer, and the section to finish."""

from django import forms


class AnswerForm(forms.Form):
    """An answer. `revision` increases with each change; the highest wins."""

    revision = forms.IntegerField(min_value=1, max_value=1_000_000)
    value = forms.CharField(max_length=300, required=False)


class SectionForm(forms.Form):
    """The section to finish."""

    position = forms.IntegerField(min_value=1, max_value=100)
