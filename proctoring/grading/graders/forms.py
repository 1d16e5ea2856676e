"""The form of a rating: a mark for each criterion, and a comment for other graders."""

from collections.abc import Sequence
from typing import Any

from django import forms

from proctoring.grading.ratings import BEST_MARK

#: The levels that marks stand for.
MARKS = [(mark, f"{mark}") for mark in range(BEST_MARK + 1)]
CRITERIA = {
    "grammar": ("Grammar", "Control of forms, and how far errors get in the way."),
    "range": ("Range", "Words and structures, and how exactly they fit."),
    "coherence": ("Coherence", "Order of ideas, and how sentences are linked."),
    "task": ("Task", "Whether it does what was asked, in the right tone."),
    "fluency": ("Fluency", "Pace and pauses. An accent is no fault."),
    "pronunciation": ("Pronunciation", "How easily it is understood. An accent is no fault."),
}


class MarksForm(forms.Form):
    """One mark from 0 to 5 for each criterion of the answer."""

    comment = forms.CharField(
        max_length=1000,
        required=False,
        label="Comment",
        help_text="For quality checks. The agent does not see it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, criteria: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = tuple(criteria)
        for name in self.criteria:
            label, help_text = CRITERIA[name]
            self.fields[name] = forms.TypedChoiceField(
                choices=MARKS,
                coerce=int,
                label=label,
                help_text=help_text,
                widget=forms.RadioSelect,
                error_messages={"required": "Select a mark.", "invalid_choice": "Select a mark."},
            )
        self.order_fields([*self.criteria, "comment"])

    def marks(self) -> dict[str, float]:
        """The marks by criterion. Call after `is_valid`."""
        return {name: float(self.cleaned_data[name]) for name in self.criteria}
