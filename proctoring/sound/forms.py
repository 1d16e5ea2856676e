"""Forms of recordings."""

from django import forms

from proctoring.sound import services


class RecordingForm(forms.Form):
    """The page's device, and the format in which it records."""

    device = forms.UUIDField()
    mime = forms.CharField(max_length=80)


class CloseForm(forms.Form):
    """How many chunks the take has."""

    chunks = forms.IntegerField(min_value=1, max_value=services.MAX_CHUNKS)


class PlayForm(forms.Form):
    """The token of a play."""

    token = forms.CharField(max_length=100)
