"""Form of an appeal."""

from django import forms

from proctoring.review.appeals.services import LONGEST_TEXT


class AppealForm(forms.Form):
    """What is wrong with an entry, or with the decision."""

    text = forms.CharField(
        label="What is wrong with it?",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Up to 1,000 characters. You can contest this once.",
    )


class EntryAppealForm(AppealForm):
    """An appeal, as a program sends it."""

    entry = forms.IntegerField(
        required=False,
        min_value=1,
        help_text="Number of the entry. Leave it out to contest the decision.",
    )
