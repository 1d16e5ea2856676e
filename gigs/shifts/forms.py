"""Forms of time at work, for pages and API."""

from django import forms

from gigs.fields import MomentField
from gigs.models import TaskCount


class CorrectionForm(forms.Form):
    """Hours to propose for a shift; `replaces` is the session that they stand for."""

    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)
    started_at = MomentField(label="From")
    ended_at = MomentField(label="Until")
    reason = forms.CharField(label="Reason", max_length=500)


class CorrectionReasonForm(forms.Form):
    """Why a correction is refused."""

    reason = forms.CharField(label="Reason", max_length=500)


class TaskCountForm(forms.Form):
    """Tickets or tasks done."""

    kind = forms.ChoiceField(label="What", choices=TaskCount.Kind.choices)
    count = forms.IntegerField(label="How many")
    note = forms.CharField(label="Note", required=False, max_length=300)
