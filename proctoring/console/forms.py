"""Forms of the acts of proctors."""

from django import forms

from proctoring import conf
from proctoring.console.services import MAX_TEXT
from proctoring.models import Intervention

ACT_ID = "An id of your choice: an act that is sent twice with it is done once."


class InterventionForm(forms.Form):
    """Why, and what the candidate reads."""

    reason = forms.ChoiceField(choices=Intervention.Reason.choices)
    text = forms.CharField(max_length=MAX_TEXT, help_text="The candidate reads this.")
    id = forms.UUIDField(required=False, help_text=ACT_ID)


class ResumeSittingForm(forms.Form):
    """Why it goes on; nothing has to be said."""

    reason = forms.ChoiceField(choices=Intervention.Reason.choices, required=False)
    text = forms.CharField(
        max_length=MAX_TEXT, required=False, help_text="The candidate reads this."
    )
    id = forms.UUIDField(required=False, help_text=ACT_ID)


class MoreTimeForm(forms.Form):
    """How many minutes are added, and why."""

    minutes = forms.IntegerField(min_value=1, max_value=conf.MAX_MINUTES_ADDED)
    reason = forms.ChoiceField(choices=Intervention.Reason.choices)
    text = forms.CharField(
        max_length=MAX_TEXT, required=False, help_text="The candidate reads this."
    )
    id = forms.UUIDField(required=False, help_text=ACT_ID)
