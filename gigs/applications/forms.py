"""Forms of applications."""

from django import forms

from gigs.fields import with_any_choice
from gigs.models import Application


class ApplicationForm(forms.Form):
    """An application of an agent."""

    note = forms.CharField(
        label="Note to the client",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Tell the client why you are a good fit.",
    )


class RejectApplicationForm(forms.Form):
    """The reason for rejecting an application."""

    reason = forms.CharField(label="Reason for rejection", max_length=500)


class ApplicationFilter(forms.Form):
    """Filter of a list of applications."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Application.State.choices, "All")
    )
