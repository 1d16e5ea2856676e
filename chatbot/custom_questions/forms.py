"""Forms of custom questions: send, answer, close, make FAQ, and filters of lists."""

from typing import Any

from django import forms

from chatbot.custom_questions.services import LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_REASON
from chatbot.models import CustomQuestion, FaqCategory, FaqEntry, HelpLanguage
from hitouch.core.api.query import QueryForm


class CustomQuestionForm(forms.Form):
    """A question to staff, about a message or not."""

    text = forms.CharField(
        label="Your question",
        max_length=LONGEST_QUESTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-secret-notice": ""}),
        help_text="Do not include passwords, codes or full account numbers.",
    )
    language = forms.ChoiceField(
        label="Language", choices=HelpLanguage.choices, required=False, widget=forms.HiddenInput
    )
    message = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        help_text="The message in your conversation that had no answer, or one that did not help.",
    )

    def clean(self) -> dict[str, Any]:
        """A question needs words of its own, or a message."""
        facts = super().clean() or {}
        if not (facts.get("text") or "").strip() and not facts.get("message"):
            self.add_error("text", forms.ValidationError("Enter your question.", code="required"))
        return facts


class NewQuestionFilter(QueryForm):
    """The message that a new question is about."""

    message = forms.UUIDField(required=False)


class OpenQuestionsField(forms.ModelMultipleChoiceField):
    """Several open questions."""

    takes_list = True


class AnswerQuestionForm(forms.Form):
    """The answer, and other open questions that it answers as well."""

    text = forms.CharField(
        label="Answer",
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 8, "data-secret-notice": ""}),
        help_text="The person reads this in Help and in a notice.",
    )
    also = OpenQuestionsField(
        label="Answer these as well",
        queryset=CustomQuestion.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ids of further open questions that get the same answer.",
    )
    entry = forms.ModelChoiceField(
        label="FAQ entry",
        queryset=FaqEntry.objects.active(),
        required=False,
        widget=forms.HiddenInput,
        help_text="The FAQ entry that says the same.",
    )


class DismissQuestionForm(forms.Form):
    """Why a question is closed without an answer."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person reads this.",
    )


class PhrasingOfQuestionForm(forms.Form):
    """The entry of which a question becomes a phrasing."""

    entry = forms.ModelChoiceField(label="FAQ entry", queryset=FaqEntry.objects.active())


class DraftOfQuestionForm(forms.Form):
    """The category of the entry that is made of a question."""

    category = forms.ModelChoiceField(
        label="Category",
        queryset=FaqCategory.objects.order_by("position", "title"),
        empty_label=None,
    )


class QuestionFilter(QueryForm):
    """State and language of questions."""

    state = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Any status"), *CustomQuestion.State.choices],
    )
    language = forms.ChoiceField(
        label="Language", required=False, choices=[("", "Any language"), *HelpLanguage.choices]
    )
