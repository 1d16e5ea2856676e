"""What a reviewer sends."""

from django import forms

from onboarding.models import KycCase


class RejectForm(forms.Form):
    """Why the documents go back."""

    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *KycCase.Reason.choices])
    note = forms.CharField(
        label="What to change, in words for the agent",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NewDocumentsForm(forms.Form):
    """Why new documents are needed."""

    why = forms.CharField(label="Why, in words for the agent", max_length=1000, required=False)
