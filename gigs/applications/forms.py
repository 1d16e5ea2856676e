"""Forms of applications."""

from typing import Any

from django import forms

from gigs.fields import IdsField, with_any_choice
from gigs.models import Application, RejectionReason


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

    reason_code = forms.ChoiceField(
        label="Reason for rejection",
        required=False,
        choices=with_any_choice(RejectionReason.choices, "Choose a reason"),
        help_text="The agent will see it. A note alone counts as another reason.",
    )
    reason = forms.CharField(
        label="Note to the agent",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed for another reason.",
    )

    def clean(self) -> dict[str, Any]:
        """A note alone is another reason; another reason needs a note."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return found
        note = found.get("reason", "")
        found["reason_code"] = code = found["reason_code"] or (note and RejectionReason.OTHER)
        if not code:
            self.add_error("reason_code", "Choose a reason.")
        elif code == RejectionReason.OTHER and not note:
            self.add_error("reason", "Enter a reason. The agent will see it.")
        return found


class RejectSeveralForm(RejectApplicationForm):
    """Several applications, and the reason for rejecting them."""

    applications = IdsField(label="Applications", max_items=100)


class ApplicationFilter(forms.Form):
    """Filter of a list of applications."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Application.State.choices, "All")
    )
