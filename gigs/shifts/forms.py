"""Forms of time at work, for pages and API."""

from datetime import date

from django import forms

from gigs.fields import MomentField
from gigs.models import TaskCount


class WeekForm(forms.Form):
    """Which week of a calendar: any day of it."""

    week = forms.DateField(required=False)

    @property
    def day(self) -> date | None:
        """The day asked for; None if there is none, or it cannot be read."""
        self.is_valid()
        return self.cleaned_data.get("week")


class AgentWeekForm(WeekForm):
    """Which week of an agent's calendar, and which shifts."""

    show = forms.ChoiceField(required=False, choices=[("", "Mine and open"), ("mine", "Mine")])

    @property
    def with_open(self) -> bool:
        """Whether shifts are shown that the agent could claim."""
        self.is_valid()
        return self.cleaned_data.get("show") != "mine"


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
