"""Forms of copies, and of the client's list of opportunities."""

from typing import Any, cast

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet, TextChoices

from gigs.fields import MomentField, with_any_choice
from gigs.models import Opportunity, Project

APPLY_BY = "The only date of a copy. Shifts and milestones are not copied."


class CopyOpportunityForm(forms.Form):
    """Title, project and last date to apply of a copy."""

    title = forms.CharField(label="Title", max_length=120)
    project = forms.ModelChoiceField(Project.objects.none(), label="Project", required=False)
    apply_by = MomentField(label="Apply by", help_text=APPLY_BY)

    def __init__(self, *data: Any, projects: QuerySet[Project], **options: Any) -> None:
        super().__init__(*data, **options)
        cast(forms.ModelChoiceField, self.fields["project"]).queryset = projects


class CopyOpportunityApiForm(forms.Form):
    """The same from the API; the project is an id."""

    title = forms.CharField(max_length=120, required=False)
    project = forms.UUIDField(required=False)
    apply_by = MomentField()


class CopyProjectForm(forms.Form):
    """Title of a copy, and the last date to apply for its opportunities."""

    title = forms.CharField(label="Title", max_length=120)
    apply_by = MomentField(label="Apply by", help_text="For each of its opportunities.")


class OpportunityOrder(TextChoices):
    """Orders of a client's list of opportunities."""

    NEWEST = "newest", "Newest first"
    DEADLINE = "deadline", "Nearest deadline first"
    WAITING = "waiting", "Most applications first"
    OPEN = "open", "Most openings first"


class ClientOpportunitiesForm(forms.Form):
    """Filter and order of a client's list of opportunities."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Opportunity.State.choices, "All")
    )
    project = forms.ModelChoiceField(
        Project.objects.none(), label="Project", required=False, empty_label="All"
    )
    sort = forms.ChoiceField(label="Order", required=False, choices=OpportunityOrder.choices)

    def __init__(self, *data: Any, projects: QuerySet[Project]) -> None:
        super().__init__(*data)
        cast(forms.ModelChoiceField, self.fields["project"]).queryset = projects

    @property
    def chosen(self) -> int:
        """The number of filters with a value."""
        return sum(bool(self.found(name)) for name in ("state", "project"))

    def found(self, name: str) -> Any:
        """A value, or None. A row that is not the client's is a malformed parameter."""
        if not self.is_valid():
            raise BadRequest(f"Not valid: {', '.join(self.errors)}")
        return self.cleaned_data.get(name) or None
