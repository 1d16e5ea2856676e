"""Everything that was read in a résumé, as one form whose pieces are taken or dropped."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict

from accounts.models import Agent
from onboarding.models import Fluency, ResumeProposal
from onboarding.profile.forms import ROWS
from onboarding.profile.sections import SECTIONS, ProfileSectionForm
from onboarding.resume import llm

SECTION_OF = {"qualifications": "studies", "experiences": "jobs"}
WORDS = ("skills", "languages")
MOST = 10


class ResumeSelection:
    """Everything that was read, to be taken or dropped piece by piece."""

    def __init__(self, proposal: ResumeProposal, data: Mapping[str, Any] | None = None) -> None:
        guesses = proposal.guesses
        self.words = ResumeWordsForm(guesses, data)
        self.lists = {
            name: formset(data, prefix=name, initial=guesses.get(name, []))
            for name, formset in LISTS.items()
        }

    @classmethod
    def from_json(cls, proposal: ResumeProposal, data: Mapping[str, Any]) -> "ResumeSelection":
        """What a program sends back is what it takes, corrected or not."""
        flat: dict[str, Any] = {name: data.get(name) or [] for name in WORDS}
        flat |= {"bio": data.get("bio") or "", "take_bio": "on" if data.get("bio") else ""}
        for name in LISTS:
            sent = data.get(name)
            rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
            flat |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": len(rows)}
            for index, row in enumerate(rows):
                flat |= {f"{name}-{index}-{key}": value for key, value in row.items()}
                flat[f"{name}-{index}-take"] = "on"
        return cls(proposal, flat)

    def word_fields(self) -> list[forms.BoundField]:
        """The fields of which something was read."""
        names = [name for name in WORDS if self.words.fields[name].choices]  # type: ignore[attr-defined]
        bio = ["take_bio", "bio"] if self.words.initial["bio"] else []
        return [self.words[name] for name in [*names, *bio]]

    def parts(self) -> list[forms.Form]:
        """The form and each row."""
        return [self.words, *(form for formset in self.lists.values() for form in formset.forms)]

    def is_valid(self) -> bool:
        """Whether everything that is taken is right."""
        return all([self.words.is_valid(), *(rows.is_valid() for rows in self.lists.values())])

    def errors(self) -> dict[str, Any]:
        """All errors, as the API names them."""
        found: dict[str, Any] = dict(self.words.errors.get_json_data())
        for name, formset in self.lists.items():
            rows = {str(i): form.errors.get_json_data() for i, form in enumerate(formset.forms)}
            if faults := {index: errors for index, errors in rows.items() if errors}:
                found[name] = faults
        return found

    def sections(self, agent: Agent, drafts: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """What is taken, as it would be typed into the profile's sections after what is there."""
        found = {"work": self._typed_words(SECTIONS["work"].of(agent, drafts["work"]))}
        for name, section in SECTION_OF.items():
            page = SECTIONS[section].of(agent, drafts[section])
            found[section] = self._typed_rows(name, page)
        return {section: fields for section, fields in found.items() if fields}

    def _typed_words(self, page: ProfileSectionForm) -> dict[str, str]:
        there, taken = page.values(), self.words.cleaned_data
        typed = {
            name: ", ".join(dict.fromkeys([*there[name].split(", "), *taken[name]])).strip(", ")
            for name in WORDS
            if taken[name]
        }
        typed |= self._typed_fluency(page) if taken["languages"] else {}
        return typed | ({"bio": taken["bio"]} if taken["take_bio"] else {})

    def _typed_fluency(self, page: ProfileSectionForm) -> dict[str, str]:
        """How well each language that is taken is known; what the person told before stays."""
        rows = {form.initial["language"]: form.initial for form in page.rows["fluency"].forms}
        for name in self.words.cleaned_data["languages"]:
            rows[name] = {**self.words.graded.get(name, {"language": name}), **rows.get(name, {})}
        typed = {
            f"fluency-{index}-{key}": text
            for index, row in enumerate(rows.values())
            for key, text in row.items()
        }
        return {**typed, "fluency-TOTAL_FORMS": str(len(rows))} if self.words.graded else {}

    def _typed_rows(self, name: str, page: ProfileSectionForm) -> dict[str, str]:
        formset = self.lists[name]
        rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("take")]
        there = [form for form in page.rows[name].forms if any(form.initial.values())]
        typed = {
            f"{name}-{len(there) + index}-{key}": "" if value is None else str(value)
            for index, row in enumerate(rows)
            for key, value in row.items()
            if key != "take"
        }
        total = {f"{name}-TOTAL_FORMS": str(len(there) + len(rows))}
        return typed | total if typed else {}


def _in_words(language: str, grades: Mapping[str, str]) -> str:
    """ "Hindi (speaking: fluently)"."""
    words = dict(Fluency.Grade.choices)
    read = [
        f"{label}: {words[grade].lower()}"
        for label, name in (("speaking", "spoken"), ("writing", "written"))
        if (grade := grades.get(name, ""))
    ]
    return f"{language} ({', '.join(read)})" if read else language


class ResumeWordsForm(forms.Form):
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


class ResumeEntryForm(forms.Form):
    """One thing that was read; only what is taken has to be right."""

    take = forms.BooleanField(label="Add this", required=False)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("take"):
            self._errors, self.cleaned_data = ErrorDict(), {"take": False}


def _list_of(form_class: type[forms.Form]) -> "type[BaseFormSet[Any]]":
    taken = type(f"Taken{form_class.__name__}", (ResumeEntryForm, form_class), {})
    return formset_factory(taken, extra=0, max_num=MOST, absolute_max=MOST)


LISTS = {name: _list_of(ROWS[name]) for name in ("qualifications", "experiences")}


class ResumeForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="Résumé",
        help_text="PDF or DOCX, up to 5 MB and 10 pages. We don't store the file.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )
    agreed_to_model = forms.BooleanField(
        label="A language model of another company may read the text of this résumé too, "
        "without my contacts. It may find more.",
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not llm.is_configured():
            del self.fields["agreed_to_model"]
