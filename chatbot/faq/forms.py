"""Forms of the FAQ, for its admin pages and the API."""

from typing import Any

from django import forms

from chatbot.faq.records import LONGEST_ANSWER, LONGEST_QUESTION, MAX_BYTES
from chatbot.models import (
    CustomQuestion,
    FaqCategory,
    FaqEntry,
    HelpLanguage,
    TicketMessage,
)
from chatbot.models.faq import LONGEST_PHRASING
from hitouch.core.api.query import QueryForm


class HelpLanguageQuery(QueryForm):
    """The language of answers; English without one."""

    language = forms.ChoiceField(required=False, choices=[("", ""), *HelpLanguage.choices])

    def clean_language(self) -> str:
        """English without a language."""
        return str(self.cleaned_data["language"] or HelpLanguage.EN)


class FaqExportQuery(QueryForm):
    """The format of an export; YAML without one."""

    file_type = forms.ChoiceField(
        required=False, choices=[("", ""), ("yaml", "YAML"), ("csv", "CSV")]
    )


class FaqTextForm(forms.Form):
    """Question and answer in one language. Both empty: the draft loses the language."""

    language = forms.ChoiceField(choices=HelpLanguage.choices)
    question = forms.CharField(max_length=LONGEST_QUESTION, required=False)
    answer = forms.CharField(
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Figures that follow from rules are slots such as {{ code_minutes }}; "
        "a link is [Payments](payments:money).",
    )


class FaqEntryForm(forms.Form):
    """A new entry, with its English text."""

    category = forms.ModelChoiceField(FaqCategory.objects.order_by("position", "title"))
    key = forms.SlugField(max_length=60, help_text="It never changes.")
    question = forms.CharField(label="Question in English", max_length=LONGEST_QUESTION)
    answer = forms.CharField(
        label="Answer in English",
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_key(self) -> str:
        """A sentence instead of a refusal while the person is still typing."""
        key = str(self.cleaned_data["key"])
        if FaqEntry.objects.filter(key=key).exists():
            raise forms.ValidationError("Another answer has this key.", code="key_taken")
        return key


class FaqPhrasingForm(forms.Form):
    """A way to ask an entry."""

    language = forms.ChoiceField(choices=HelpLanguage.choices)
    text = forms.CharField(label="As people ask it", max_length=LONGEST_PHRASING)


class FaqActiveForm(forms.Form):
    """Whether an entry is shown."""

    is_active = forms.TypedChoiceField(
        choices=[("true", "Shown"), ("false", "Hidden")],
        coerce=lambda value: value == "true",
    )


class FaqFileForm(forms.Form):
    """A file of entries."""

    file = forms.FileField(
        label="YAML or CSV file", help_text="All of it is imported as drafts, or nothing."
    )

    def clean_file(self) -> Any:
        """Not larger than a file of the FAQ can be."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("The file is larger than 2 MB.", code="too_large")
        return file


class FaqSourceForm(forms.Form):
    """What a draft is made of: an answered custom question, or an answer of support."""

    category = forms.ModelChoiceField(FaqCategory.objects.order_by("position", "title"))
    custom_question = forms.ModelChoiceField(
        CustomQuestion.objects.filter(state=CustomQuestion.State.ANSWERED), required=False
    )
    ticket_answer = forms.ModelChoiceField(
        TicketMessage.objects.filter(is_from_staff=True), required=False
    )
    question = forms.CharField(
        max_length=LONGEST_QUESTION,
        required=False,
        help_text="Needed with an answer of support: what it answers, without personal details.",
    )
    language = forms.ChoiceField(
        choices=[("", ""), *HelpLanguage.choices], required=False, help_text="Of that question."
    )

    def clean(self) -> dict[str, Any]:
        """One source, and a question where the source has none."""
        found = super().clean() or {}
        sources = [name for name in ("custom_question", "ticket_answer") if found.get(name)]
        if len(sources) != 1 and not self.errors:
            self.add_error("custom_question", "Name one source.")
        if sources == ["ticket_answer"] and not found.get("question"):
            self.add_error("question", "Write the question that this answers.")
        return found
