"""Form of a detector's mode."""

from django import forms

from proctoring.models import DetectorMode


class DetectorModeForm(forms.Form):
    """Whether a detector has consequences, and why."""

    mode = forms.ChoiceField(choices=DetectorMode.Mode.choices)
    reason = forms.CharField(max_length=300, help_text="Why.")
