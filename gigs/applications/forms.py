"""Forms of applications."""

from typing import Any, cast

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet, TextChoices

from gigs.applications.applicants import MOST_COMPARED
from gigs.fields import IdsField, with_any_choice
from gigs.models import Application, Opportunity, RejectionReason


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


class AcceptSeveralForm(forms.Form):
    """Several applications to accept."""

    applications = IdsField(label="Applications", max_items=100)


class CompareForm(forms.Form):
    """Applications to see side by side."""

    applications = IdsField(label="Applications", max_items=MOST_COMPARED)

    def clean_applications(self) -> list[str]:
        """At least two."""
        found: list[str] = self.cleaned_data["applications"]
        if len(found) < 2:
            raise forms.ValidationError(
                f"Select 2 to {MOST_COMPARED} applications to compare.", code="too_few"
            )
        return found


class ApplicationFilter(forms.Form):
    """Filter of a list of applications."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Application.State.choices, "All")
    )


class ApplicantOrder(TextChoices):
    """Orders of a client's list of applications."""

    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Longest waiting first"
    MATCH = "match", "Best match first"
    STANDING = "standing", "Best rated first"


class ApplicantsForm(ApplicationFilter):
    """Filter and order of a client's page of applications."""

    opportunity = forms.ModelChoiceField(
        Opportunity.objects.none(), label="Opportunity", required=False, empty_label="All"
    )
    sort = forms.ChoiceField(label="Order", required=False, choices=ApplicantOrder.choices)

    def __init__(self, *data: Any, opportunities: QuerySet[Opportunity]) -> None:
        super().__init__(*data)
        field = cast(forms.ModelChoiceField, self.fields["opportunity"])
        field.queryset = opportunities

    @property
    def chosen(self) -> int:
        """The number of filters with a value."""
        return sum(bool(self.found(name)) for name in ("state", "opportunity"))

    def found(self, name: str) -> Any:
        """A value, or None. A row that is not the client's is a malformed parameter."""
        if not self.is_valid():
            raise BadRequest(f"Not valid: {', '.join(self.errors)}")
        return self.cleaned_data.get(name) or None
