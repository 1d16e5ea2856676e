"""Forms of Help: a message, a rating, a switch, a search."""

from django import forms

from chatbot.conversations.limits import LONGEST_MESSAGE
from chatbot.models import HelpLanguage
from hitouch.core.api.query import QueryForm

KEY_LENGTH = 64


class MessageForm(forms.Form):
    """A message. Its length is checked by the service, before anything else is done with it."""

    text = forms.CharField(
        label="Your message",
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-secret-notice": ""}),
    )
    client_key = forms.CharField(
        required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput(attrs={"id": False})
    )


class MessageApiForm(forms.Form):
    """A message of a program."""

    text = forms.CharField(
        max_length=LONGEST_MESSAGE, help_text="At most 1,000 characters. Secrets are masked."
    )
    client_key = forms.CharField(
        required=False,
        max_length=KEY_LENGTH,
        help_text="A key of yours. A request that is sent again with the same key stores nothing.",
    )


class MessageRatingForm(forms.Form):
    """Whether an answer helped."""

    helpful = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])


class RatingApiForm(forms.Form):
    """Whether an answer helped."""

    is_helpful = forms.NullBooleanField(help_text="Whether the answer helped.")

    def clean_is_helpful(self) -> bool:
        """Must be given."""
        value = self.cleaned_data["is_helpful"]
        if value is None:
            raise forms.ValidationError("Say whether the answer helped.", code="required")
        return bool(value)


class PreferenceApiForm(forms.Form):
    """Whether messages may be sent to a language model."""

    allows_model = forms.NullBooleanField(
        help_text="Whether messages may be sent to a language model."
    )

    def clean_allows_model(self) -> bool:
        """Must be given."""
        value = self.cleaned_data["allows_model"]
        if value is None:
            raise forms.ValidationError("Send true or false.", code="required")
        return bool(value)


class ModelSwitchForm(forms.Form):
    """Whether messages may be sent to a language model."""

    allows_model = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])


class ThreadQueryForm(QueryForm):
    """Which part of a thread to show: the messages before a moment."""

    before = forms.DateTimeField(required=False)


class AnswerQueryForm(QueryForm):
    """A question that is answered without being stored."""

    q = forms.CharField(required=False)


class QuestionForm(forms.Form):
    """A question to the FAQ in free text."""

    q = forms.CharField(label="Your question", max_length=500)


class HelpLanguageForm(forms.Form):
    """The language in which to show the public help."""

    language = forms.ChoiceField(required=False, choices=[("", "Language"), *HelpLanguage.choices])


class CentreQueryForm(HelpLanguageForm):
    """What to search for in the public help."""

    q = forms.CharField(label="Search the answers", required=False, max_length=500)
