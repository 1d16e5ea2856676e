"""Pieces of a résumé, each with a tick that says whether it is taken."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict

from onboarding.forms.work import ROWS
from onboarding.models import Fluency

WORDS = ("skills", "languages")
MOST = 10


def _in_words(language: str, grades: Mapping[str, str]) -> str:
    """ "Hindi (speaking: fluently)"."""
    words = dict(Fluency.Grade.choices)
    read = [
        f"{label}: {words[grade].lower()}"
        for label, name in (("speaking", "spoken"), ("writing", "written"))
        if (grade := grades.get(name, ""))
    ]
    return f"{language} ({', '.join(read)})" if read else language


class TakenWords(forms.Form):
    """Skills, languages and the few words about oneself."""

    skills = forms.MultipleChoiceField(
        label="Skills", required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label="Languages", required=False, widget=forms.CheckboxSelectMultiple
    )
    take_bio = forms.BooleanField(label="Add this summary", required=False)
    bio = forms.CharField(
        label="About you",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, guesses: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data, initial={"bio": guesses.get("bio", "")})
        for name in WORDS:
            self.fields[name].choices = [(word, word) for word in guesses.get(name, [])]  # type: ignore[attr-defined]
        self.graded = {row["language"]: row for row in guesses.get("fluency", [])}
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (name, _in_words(name, self.graded.get(name, {})))
            for name in guesses.get("languages", [])
        ]


class _Taken(forms.Form):
    """One thing that was read; only what is taken has to be right."""

    take = forms.BooleanField(label="Add this", required=False)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("take"):
            self._errors, self.cleaned_data = ErrorDict(), {"take": False}


def _list_of(form_class: type[forms.Form]) -> "type[BaseFormSet[Any]]":
    taken = type(f"Taken{form_class.__name__}", (_Taken, form_class), {})
    return formset_factory(taken, extra=0, max_num=MOST, absolute_max=MOST)


LISTS = {name: _list_of(ROWS[name]) for name in ("qualifications", "experiences")}
