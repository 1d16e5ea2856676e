"""Form of a camera snapshot."""

from django import forms


class SnapshotForm(forms.Form):
    """A camera snapshot, with the id of the event that caused it, if any."""

    picture = forms.FileField()
    event = forms.UUIDField(required=False)
