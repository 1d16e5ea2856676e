"""Forms of submitted work."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import formset_factory

from gigs.clients.forms import MAX_PAISE
from gigs.fields import (
    FilesField,
    FormListField,
    IdsField,
    LinksField,
    MomentField,
    with_any_choice,
)
from gigs.models import Milestone, RefusedPart, Work
from gigs.work.refused_parts import MAX_PARTS, Refused
from hitouch.core.money import rupees
from hitouch.core.web.forms import RupeesField
from hitouch.core.web.humanize import moment_text


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

    milestone = forms.UUIDField(required=False, widget=forms.HiddenInput)

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


class RefusedItemForm(forms.Form):
    """A row of the page on which a client approves in part; `choices` are what it may name."""

    item: str
    reason = forms.ChoiceField(
        label="Reason", choices=with_any_choice(RefusedPart.Reason.choices, "Choose a reason")
    )
    note = forms.CharField(label="Note to the agent", max_length=500)

    def __init__(self, *args: Any, choices: Sequence[tuple[Any, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        widget: Any = self.fields[self.item].widget
        widget.choices = [("", "Choose"), *choices]

    def facts(self) -> Refused:
        """The part for the service."""
        return Refused(**self.cleaned_data)


class RefusedTimeForm(RefusedItemForm):
    """Minutes of a session that are not approved."""

    item = "session"
    session = forms.UUIDField(label="Time at work", widget=forms.Select)
    starts_at = MomentField(label="From")
    ends_at = MomentField(label="Until")
    field_order = ["session", "starts_at", "ends_at", "reason", "note"]


class RefusedAmountForm(RefusedItemForm):
    """An amount of a fixed price that is not approved, perhaps of one deliverable."""

    item = "deliverable"
    deliverable = forms.UUIDField(label="Link or file", required=False, widget=forms.Select)
    amount_paise = RupeesField(label="Amount not approved (₹)")
    field_order = ["deliverable", "amount_paise", "reason", "note"]


class RefusedPartApiForm(forms.Form):
    """A refused part from the API: of time, or of an amount in paise."""

    session = forms.UUIDField(required=False)
    starts_at = MomentField(required=False)
    ends_at = MomentField(required=False)
    deliverable = forms.UUIDField(required=False)
    amount_paise = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAISE)
    reason = forms.ChoiceField(choices=RefusedPart.Reason.choices)
    note = forms.CharField(max_length=500)

    def facts(self) -> Refused:
        """The part for the service."""
        return Refused(**self.cleaned_data)


class ApprovePartApiForm(CommentForm):
    """Everything that is not approved of a work, from the API."""

    refused = FormListField(RefusedPartApiForm)


def part_formset(work: Work, data: Any = None) -> Any:
    """Rows for the parts of a work that the client does not approve."""
    choices: list[tuple[Any, str]]
    if work.gig.is_hourly:
        form: type[RefusedItemForm] = RefusedTimeForm
        sessions = sorted(work.sessions.all(), key=lambda row: row.started_at)
        choices = [
            (row.pk, f"{moment_text(row.counted_from)} to {moment_text(row.counted_until)}")
            for row in sessions
        ]
    else:
        form = RefusedAmountForm
        choices = [(row.pk, str(row)) for row in work.deliverables.all() if row.round == work.round]
    formset = formset_factory(form, extra=3, max_num=MAX_PARTS, absolute_max=MAX_PARTS)
    return formset(data, prefix="refused", form_kwargs={"choices": choices})


class PartAnswerForm(forms.Form):
    """What the agent says to a refused part."""

    answer = forms.CharField(
        label="Your answer", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class WorkFilter(forms.Form):
    """Filter of a list of submitted work."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Work.State.choices, "All")
    )


class WorkQueueForm(WorkFilter):
    """Filter and order of the client's page of submitted work."""

    ORDERS = {
        "": ("submitted_at", "pk"),
        "newest": ("-submitted_at", "-pk"),
        "deadline": ("reviewable_at", "pk"),
        "agent": ("gig__agent__given_name", "gig__agent__family_name", "submitted_at", "pk"),
    }
    sort = forms.ChoiceField(
        label="Sort by",
        required=False,
        choices=[
            ("", "Oldest first"),
            ("newest", "Newest first"),
            ("deadline", "Deadline"),
            ("agent", "Agent"),
        ],
    )

    def order(self) -> tuple[str, ...]:
        """The columns of the order; an unknown one is the usual one."""
        self.is_valid()
        return self.ORDERS[self.cleaned_data.get("sort", "")]


class ApproveSeveralForm(forms.Form):
    """Works to approve, and the total that was confirmed."""

    works = IdsField()
    total_paise = forms.IntegerField(min_value=1, max_value=MAX_PAISE)
