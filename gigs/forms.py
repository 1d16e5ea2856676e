"""The shape of what people and programs send. No rules here."""

from datetime import datetime
from typing import Any

from django import forms

from gigs.fields import FilesField, LinksField, RupeesField, TagListField
from gigs.models import Application, Category, PayKind, Work
from hitouch.core.cefr import CEFR

MOST_PAISE = 10_000_000_000


class Moment(forms.DateTimeInput):
    """A date and a time of day, typed in the person's zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment: a local time from a page, ISO 8601 from a program."""

    widget = Moment

    def to_python(self, value: Any) -> datetime | None:
        """A program says its zone, with an offset or a Z."""
        return super().to_python(value.strip() if isinstance(value, str) else value)


def _chosen(choices: Any, any_word: str) -> list[tuple[str, str]]:
    return [("", any_word), *choices]


class SearchForm(forms.Form):
    """What an agent looks for."""

    q = forms.CharField(label="Search", required=False, max_length=100)
    category = forms.ChoiceField(
        label="Category", required=False, choices=_chosen(Category.choices, "Any category")
    )
    pay = forms.ChoiceField(
        label="Pay", required=False, choices=_chosen(PayKind.choices, "Any pay")
    )
    level = forms.ChoiceField(
        label="English level", required=False, choices=_chosen(CEFR.choices, "Any level")
    )

    def facts(self) -> dict[str, str]:
        """For `queries.board`; what is not understood is not filtered by."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "words": found.get("q", ""),
            "category": found.get("category", ""),
            "pay_kind": found.get("pay", ""),
            "level": found.get("level", ""),
        }


class ApplicationForm(forms.Form):
    """An agent applies."""

    note = forms.CharField(
        label="Note to the client",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Tell the client why you are a good fit.",
    )


class WorkForm(forms.Form):
    """What an agent hands in."""

    summary = forms.CharField(
        label="What you did", max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    links = LinksField(
        label="Links",
        required=False,
        longest=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One per line, for example https://docs.example.com/report",
    )
    files = FilesField(  # type: ignore[assignment]
        label="Files",
        required=False,
        help_text="Up to 5 files: PDF, images or plain text, 5 MB each.",
    )

    def facts(self) -> dict[str, Any]:
        """For the service."""
        found = self.cleaned_data
        return {
            "summary": found["summary"],
            "links": found["links"],
            "uploads": found["files"] or [],
        }


class RejectApplicationForm(forms.Form):
    """A client says no to an application."""

    reason = forms.CharField(label="Reason for rejection", max_length=500)


class CommentForm(forms.Form):
    """A client says something about a work."""

    comment = forms.CharField(
        label="Comment to the agent",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProjectFieldsForm(forms.Form):
    """What a project is, but for the money."""

    title = forms.CharField(label="Title", max_length=120)
    description = forms.CharField(
        label="Description", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    department = forms.CharField(label="Department", required=False, max_length=80)
    due_on = forms.DateField(
        label="Due date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class ProjectForm(ProjectFieldsForm):
    """A project, as a page sends it: rupees."""

    budget_paise = RupeesField(label="Budget (₹)")


class ProjectApiForm(ProjectFieldsForm):
    """A project, as a program sends it: paise."""

    budget_paise = forms.IntegerField(min_value=1, max_value=MOST_PAISE)


class OpportunityFieldsForm(forms.Form):
    """What an opportunity asks for and offers, but for the money."""

    title = forms.CharField(label="Title", max_length=120)
    description = forms.CharField(
        label="Description", max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )
    category = forms.ChoiceField(label="Category", choices=Category.choices)
    minimum_level = forms.ChoiceField(
        label="Minimum English level", choices=CEFR.choices, initial=CEFR.A2
    )
    skills = TagListField(label="Skills", required=False, help_text="Separate with commas.")
    languages = TagListField(
        label="Languages", required=False, longest=40, help_text="Separate with commas."
    )
    qualifications = forms.CharField(
        label="Qualifications",
        required=False,
        max_length=200,
        help_text="Any one of these is enough. Separate with commas.",
    )
    experience_years = forms.IntegerField(
        label="Years of experience", min_value=0, max_value=40, initial=0
    )
    headcount = forms.IntegerField(label="Agents needed", min_value=1, max_value=500, initial=1)
    pay_kind = forms.ChoiceField(label="Pay", choices=PayKind.choices)
    hours_each = forms.IntegerField(
        label="Maximum hours per agent",
        required=False,
        min_value=0,
        max_value=2000,
        help_text="For hourly pay only.",
    )
    apply_by = MomentField(label="Apply by")

    def facts(self) -> dict[str, Any]:
        """For the service."""
        return {**self.cleaned_data, "hours_each": self.cleaned_data["hours_each"] or 0}


class OpportunityForm(OpportunityFieldsForm):
    """An opportunity, as a page sends it: rupees."""

    rate_paise = RupeesField(
        label="Rate (₹)", help_text="Per hour, or the total for a fixed price."
    )


class OpportunityApiForm(OpportunityFieldsForm):
    """An opportunity, as a program sends it: paise, and the id of its project."""

    project = forms.UUIDField()
    rate_paise = forms.IntegerField(min_value=1, max_value=MOST_PAISE)

    def facts(self) -> dict[str, Any]:
        """For the service; the project is looked up by the door."""
        facts = super().facts()
        del facts["project"]
        return facts


class SlotForm(forms.Form):
    """Hours with seats."""

    starts_at = MomentField(label="Starts")
    ends_at = MomentField(label="Ends")
    capacity = forms.IntegerField(label="Agents needed", min_value=1, max_value=500, initial=1)


class ApplicationFilter(forms.Form):
    """Which applications a list shows."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=_chosen(Application.State.choices, "All")
    )


class WorkFilter(forms.Form):
    """Which works a list shows."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=_chosen(Work.State.choices, "All")
    )
