"""Form of a still."""

from django import forms

from proctoring.models import Snapshot

ORIGINS = [Snapshot.Origin.PERIODIC, Snapshot.Origin.EVENT, Snapshot.Origin.CHALLENGE]


class SnapshotForm(forms.Form):
    """A still, with why it was taken and what the page's own detector saw in it."""

    picture = forms.FileField()
    origin = forms.ChoiceField(choices=[(each, each) for each in ORIGINS], required=False)
    event_sequence = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    nonce = forms.UUIDField(required=False)
    faces = forms.IntegerField(required=False, min_value=0, max_value=100)
    distance = forms.FloatField(required=False, min_value=0, max_value=100)
