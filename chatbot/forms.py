"""The shape of what is typed into help."""

from django import forms


class QuestionForm(forms.Form):
    """A question in one's own words."""

    q = forms.CharField(
        label="Your question",
        max_length=500,
        help_text="In your own words, for example: when do I get paid?",
    )


class FeedbackForm(forms.Form):
    """Whether an answer helped."""

    helpful = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])


class TicketForm(forms.Form):
    """A question for a person."""

    subject = forms.CharField(label="What is it about", max_length=120)
    text = forms.CharField(
        label="What happened, and what do you need",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Leave out passwords, codes and full account numbers; we never need them.",
    )


class ReplyForm(forms.Form):
    """One more message in a ticket."""

    text = forms.CharField(
        label="Your message", max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
