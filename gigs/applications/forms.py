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

    terms_version = forms.IntegerField(
        label="Terms",
        min_value=1,
        max_value=32767,
        widget=forms.HiddenInput(),
        help_text="The version of the terms that you were shown and agree to.",
    )

    def show_version(self, version: int) -> None:
        """Agree to this version when the form is sent again."""
        if self.is_bound:
            self.data = {
                **{name: self.data.get(name) for name in self.fields},
                "terms_version": version,
            }
        self.initial["terms_version"] = version


class AcknowledgeForm(forms.Form):
    """The version of the terms that an applicant agrees to."""

    terms_version = forms.IntegerField(min_value=1, max_value=32767)


class RejectApplicationForm(forms.Form):
    """The reason for rejecting an application."""

    reason = forms.CharField(label="Reason for rejection", max_length=500)


class ApplicationFilter(forms.Form):
    """Filter of a list of applications."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Application.State.choices, "All")
    )
