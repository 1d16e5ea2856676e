"""Forms of submitted work."""

from collections.abc import Sequence
from typing import Any

from django import forms

from gigs.fields import FilesField, LinksField, with_any_choice
from gigs.models import Milestone, Work
from hitouch.core.money import rupees


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


class SubmitWorkForm(WorkForm):
    """Work to submit for the first time, perhaps for a milestone."""

    milestone = forms.UUIDField(required=False)

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        return {**super().facts(), "milestone": self.cleaned_data["milestone"]}


class MilestoneWorkForm(SubmitWorkForm):
    """The same on a page, with the milestones that are open."""

    milestone = forms.UUIDField(label="Milestone", widget=forms.Select)
    field_order = ["milestone", "summary", "links", "files"]

    def __init__(self, *args: Any, milestones: Sequence[Milestone], **options: Any) -> None:
        super().__init__(*args, **options)
        widget: Any = self.fields["milestone"].widget
        widget.choices = [
            (row.pk, f"{row.title}, {rupees(row.amount_paise)}, due {row.due_on:%d %b %Y}")
            for row in milestones
        ]


class CommentForm(forms.Form):
    """A client's comment on submitted work."""

    comment = forms.CharField(
        label="Comment to the agent",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WorkFilter(forms.Form):
    """Filter of a list of submitted work."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Work.State.choices, "All")
    )
