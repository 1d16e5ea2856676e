"""Forms about the life of a gig."""

from django import forms

from gigs.fields import with_any_choice
from gigs.models import Gig


class EndForm(forms.Form):
    """Why a gig is held, ended or replaced, or an opportunity cancelled."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The agents concerned will see it.",
    )


class LeaveForm(forms.Form):
    """Why an agent gives up a gig."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The client will see it.",
    )


class GigFilter(forms.Form):
    """Filter of a list of gigs."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Gig.State.choices, "All")
    )
