"""Forms of submitted work."""

from typing import Any

from django import forms

from gigs.fields import FilesField, LinksField, with_any_choice
from gigs.models import Work


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
