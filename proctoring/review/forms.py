"""Forms of reviewers: the decision, rulings, answers to appeals, bans, filters of the queue."""

from typing import Any

from django import forms

from hitouch.core.api.query import QueryForm
from proctoring.models import Appeal, ReviewCase, Ruling

CONFIRMED_REASON = "Seen on the recording."


def _reason(**options: Any) -> forms.CharField:
    facts: dict[str, Any] = {
        "max_length": 1000,
        "widget": forms.Textarea(attrs={"rows": 3}),
        "help_text": "The agent will see this.",
    }
    return forms.CharField(**(facts | options))


class VoidForm(forms.Form):
    """Why a result is cancelled. The agent sees the reason."""

    reason = _reason()


class ReviewDecisionForm(forms.Form):
    """The decision about a held result."""

    verdict = forms.ChoiceField(
        label="Decision", choices=ReviewCase.Verdict.choices, widget=forms.RadioSelect
    )
    reason = _reason(
        required=False, help_text="The agent will see this. You may leave it empty to clear."
    )


class RulingForm(forms.Form):
    """Confirm or dismiss what the rules made of an entry."""

    verdict = forms.ChoiceField(
        choices=[
            (Ruling.Verdict.CONFIRMED, "Confirm"),
            (Ruling.Verdict.DISMISSED, "Dismiss"),
        ]
    )
    reason = forms.CharField(
        max_length=300, required=False, help_text="The agent will see this. Needed to dismiss."
    )

    def clean(self) -> dict[str, Any]:
        """To confirm, the usual reason is enough."""
        found = super().clean() or {}
        if found.get("verdict") == Ruling.Verdict.CONFIRMED and not found.get("reason"):
            found["reason"] = CONFIRMED_REASON
        return found


class AppealAnswerForm(forms.Form):
    """The answer to an appeal."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=Appeal.Outcome.choices, widget=forms.RadioSelect
    )
    answer = _reason(label="Answer")


class BanForm(forms.Form):
    """A ban from assessments, until a moment or for good."""

    ends_at = forms.DateTimeField(
        required=False,
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Leave this empty for a ban for good.",
    )
    reason = _reason()


class StaffBanForm(BanForm):
    """A ban of an agent, named by id."""

    agent = forms.UUIDField(help_text="The ID of the agent.")


class RevokeBanForm(forms.Form):
    """Why a ban is taken back."""

    reason = _reason()


class ReviewFilter(QueryForm):
    """Filters of the list of reviews."""

    state = forms.ChoiceField(
        required=False, choices=[("open", "Open"), ("decided", "Decided")], help_text="Open cases."
    )
    reason = forms.ChoiceField(
        required=False,
        choices=[
            (reason.value, reason.label)
            for reason in ReviewCase.Reason
            if reason != ReviewCase.Reason.KNOWN
        ],
    )
    claimed = forms.ChoiceField(
        required=False, choices=[("me", "By me"), ("others", "By others"), ("nobody", "By nobody")]
    )
    late = forms.BooleanField(required=False)
