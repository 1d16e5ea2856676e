"""Forms that validate input of pages and API; the rules are in the services."""

from datetime import datetime
from typing import Any

from django import forms

from gigs.fields import FilesField, LinksField, TagListField
from gigs.models import Application, Category, PayKind, Work
from hitouch.core.cefr import CEFR
from hitouch.core.web.forms import RupeesField

MAX_PAISE = 10_000_000_000


class LocalDateTimeInput(forms.DateTimeInput):
    """Date and time input in the user's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A time: local from a page, ISO 8601 from the API."""

    widget = LocalDateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Strip spaces; ISO 8601 times bring their own offset."""
        return super().to_python(value.strip() if isinstance(value, str) else value)


def _with_any(choices: Any, any_word: str) -> list[tuple[str, str]]:
    return [("", any_word), *choices]


class SearchForm(forms.Form):
    """Search for opportunities."""

    q = forms.CharField(label="Search", required=False, max_length=100)
    category = forms.ChoiceField(
        label="Category", required=False, choices=_with_any(Category.choices, "Any category")
    )
    pay = forms.ChoiceField(
        label="Pay", required=False, choices=_with_any(PayKind.choices, "Any pay")
    )
    level = forms.ChoiceField(
        label="English level", required=False, choices=_with_any(CEFR.choices, "Any level")
    )

    def facts(self) -> dict[str, str]:
        """Arguments for `open_opportunities`; invalid values are ignored."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "words": found.get("q", ""),
            "category": found.get("category", ""),
            "pay_kind": found.get("pay", ""),
            "level": found.get("level", ""),
        }


class ApplicationForm(forms.Form):
    """An application of an agent."""

    note = forms.CharField(
        label="Note to the client",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Tell the client why you are a good fit.",
    )


class WorkForm(forms.Form):
    """Work to submit."""

    summary = forms.CharField(
        label="What you did", max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    links = LinksField(
        label="Links",
        required=False,
        max_item_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One per line, for example https://docs.example.com/report",
    )
    files = FilesField(  # type: ignore[assignment]
        label="Files",
        required=False,
        help_text="Up to 5 files: PDF, images or plain text, 5 MB each.",
    )

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        found = self.cleaned_data
        return {
            "summary": found["summary"],
            "links": found["links"],
            "uploads": found["files"] or [],
        }


class RejectApplicationForm(forms.Form):
    """The reason for rejecting an application."""

    reason = forms.CharField(label="Reason for rejection", max_length=500)


class CommentForm(forms.Form):
    """A client's comment on submitted work."""

    comment = forms.CharField(
        label="Comment to the agent",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProjectFieldsForm(forms.Form):
    """Fields of a project, without the budget."""

    title = forms.CharField(label="Title", max_length=120)
    description = forms.CharField(
        label="Description", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    department = forms.CharField(label="Department", required=False, max_length=80)
    due_on = forms.DateField(
        label="Due date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class ProjectForm(ProjectFieldsForm):
    """A project from a page; the budget is in rupees."""

    budget_paise = RupeesField(label="Budget (₹)")


class ProjectApiForm(ProjectFieldsForm):
    """A project from the API; the budget is in paise."""

    budget_paise = forms.IntegerField(min_value=1, max_value=MAX_PAISE)


class OpportunityFieldsForm(forms.Form):
    """Fields of an opportunity, without the rate."""

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
        label="Languages", required=False, max_item_length=40, help_text="Separate with commas."
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
        """Arguments for the service."""
        return {**self.cleaned_data, "hours_each": self.cleaned_data["hours_each"] or 0}


class OpportunityForm(OpportunityFieldsForm):
    """An opportunity from a page; the rate is in rupees."""

    rate_paise = RupeesField(
        label="Rate (₹)", help_text="Per hour, or the total for a fixed price."
    )


class OpportunityApiForm(OpportunityFieldsForm):
    """An opportunity from the API; the rate is in paise, the project an id."""

    project = forms.UUIDField()
    rate_paise = forms.IntegerField(min_value=1, max_value=MAX_PAISE)

    def facts(self) -> dict[str, Any]:
        """Arguments for the service; the view looks up the project."""
        facts = super().facts()
        del facts["project"]
        return facts


class SlotForm(forms.Form):
    """A slot: start, end and capacity."""

    starts_at = MomentField(label="Starts")
    ends_at = MomentField(label="Ends")
    capacity = forms.IntegerField(label="Agents needed", min_value=1, max_value=500, initial=1)


class ApplicationFilter(forms.Form):
    """Filter of a list of applications."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=_with_any(Application.State.choices, "All")
    )


class WorkFilter(forms.Form):
    """Filter of a list of submitted work."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=_with_any(Work.State.choices, "All")
    )
