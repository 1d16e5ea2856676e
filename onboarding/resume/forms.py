"""Forms of résumés: the upload, and the selection of the details that were read."""

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
from onboarding.resume.parser.proposal import MAX_ENTRIES
from onboarding.resume.parser.unplaced import MAX_PIECES

SECTION_OF = {"qualifications": "studies", "experiences": "jobs"}
WORDS = ("skills", "languages")
#: Rows that were read, and empty ones beside text that was not understood.
MAX_ROWS = MAX_ENTRIES + MAX_PIECES


class ResumeSelection:
    """The details read from a résumé, each accepted or not. Combines a form with two formsets."""

    def __init__(self, proposal: ResumeProposal, data: Mapping[str, Any] | None = None) -> None:
        guesses = proposal.guesses
        self.words = ResumeWordsForm(guesses, data)
        self.lists = {
            name: formset(data, prefix=name, initial=_initial_rows(guesses, name))
            for name, formset in FORMSETS.items()
        }

    @classmethod
    def from_json(cls, proposal: ResumeProposal, data: Mapping[str, Any]) -> "ResumeSelection":
        """From the API: the details that are sent are accepted, as corrected."""
        flat: dict[str, Any] = {name: data.get(name) or [] for name in WORDS}
        flat |= {"bio": data.get("bio") or "", "take_bio": "on" if data.get("bio") else ""}
        for name in FORMSETS:
            sent = data.get(name)
            rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
            flat |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": len(rows)}
            for index, row in enumerate(rows):
                flat |= {f"{name}-{index}-{key}": value for key, value in row.items()}
                flat[f"{name}-{index}-take"] = "on"
        return cls(proposal, flat)

    def word_fields(self) -> list[forms.BoundField]:
        """The bound fields for which details were read."""
        names = [name for name in WORDS if self.words.fields[name].choices]  # type: ignore[attr-defined]
        bio = ["take_bio", "bio"] if self.words.initial["bio"] else []
        return [self.words[name] for name in [*names, *bio]]

    def parts(self) -> list[forms.Form]:
        """The form and each form of the formsets."""
        return [self.words, *(form for formset in self.lists.values() for form in formset.forms)]

    def is_valid(self) -> bool:
        """Whether all accepted details are valid."""
        return all([self.words.is_valid(), *(rows.is_valid() for rows in self.lists.values())])

    def errors(self) -> dict[str, Any]:
        """All errors, in the structure of the API."""
        result: dict[str, Any] = dict(self.words.errors.get_json_data())
        for name, formset in self.lists.items():
            rows = {str(i): form.errors.get_json_data() for i, form in enumerate(formset.forms)}
            if faults := {index: errors for index, errors in rows.items() if errors}:
                result[name] = faults
        return result

    def sections(self, agent: Agent, drafts: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """The accepted details as fields of profile sections, appended to the existing values."""
        result = {"work": self._word_fields(SECTIONS["work"].of(agent, drafts["work"]))}
        for name, section in SECTION_OF.items():
            section_form = SECTIONS[section].of(agent, drafts[section])
            result[section] = self._row_fields(name, section_form)
        return {section: fields for section, fields in result.items() if fields}

    def _word_fields(self, section_form: ProfileSectionForm) -> dict[str, str]:
        existing, accepted = section_form.values(), self.words.cleaned_data
        fields = {
            name: ", ".join(dict.fromkeys([*existing[name].split(", "), *accepted[name]])).strip(
                ", "
            )
            for name in WORDS
            if accepted[name]
        }
        fields |= self._fluency_fields(section_form) if accepted["languages"] else {}
        return fields | ({"bio": accepted["bio"]} if accepted["take_bio"] else {})

    def _fluency_fields(self, section_form: ProfileSectionForm) -> dict[str, str]:
        """Proficiency of the accepted languages. Values that the agent entered before are kept."""
        rows = {
            form.initial["language"]: form.initial for form in section_form.rows["fluency"].forms
        }
        for name in self.words.cleaned_data["languages"]:
            rows[name] = {**self.words.levels.get(name, {"language": name}), **rows.get(name, {})}
        fields = {
            f"fluency-{index}-{key}": text
            for index, row in enumerate(rows.values())
            for key, text in row.items()
        }
        return {**fields, "fluency-TOTAL_FORMS": str(len(rows))} if self.words.levels else {}

    def _row_fields(self, name: str, section_form: ProfileSectionForm) -> dict[str, str]:
        formset = self.lists[name]
        rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("take")]
        existing = [form for form in section_form.rows[name].forms if any(form.initial.values())]
        fields = {
            f"{name}-{len(existing) + index}-{key}": "" if value is None else str(value)
            for index, row in enumerate(rows)
            for key, value in row.items()
            if key != "take"
        }
        total = {f"{name}-TOTAL_FORMS": str(len(existing) + len(rows))}
        return fields | total if fields else {}


def _initial_rows(guesses: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """What was read, and an empty row beside each text of this list that was not understood."""
    unplaced = [piece for piece in guesses.get("unplaced", []) if piece["section"] == name]
    return [*guesses.get(name, []), *({"text": piece["text"]} for piece in unplaced)]


def _language_label(language: str, grades: Mapping[str, str]) -> str:
    """For example "Hindi (speaking: fluently)"."""
    words = dict(Fluency.Grade.choices)
    levels_text = [
        f"{label}: {words[grade].lower()}"
        for label, name in (("speaking", "spoken"), ("writing", "written"))
        if (grade := grades.get(name, ""))
    ]
    return f"{language} ({', '.join(levels_text)})" if levels_text else language


class ResumeWordsForm(forms.Form):
    """Skills, languages and the summary."""

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
        self.levels = {row["language"]: row for row in guesses.get("fluency", [])}
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (name, _language_label(name, self.levels.get(name, {})))
            for name in guesses.get("languages", [])
        ]


class ResumeEntryForm(forms.Form):
    """A qualification or job that was read. It is validated only if accepted."""

    take = forms.BooleanField(label="Add this", required=False)

    @property
    def text(self) -> str:
        """Text of the résumé that was not understood, for the agent to fill in the row."""
        return str(self.initial.get("text", ""))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("take"):
            self._errors, self.cleaned_data = ErrorDict(), {"take": False}


def _selectable_formset(form_class: type[forms.Form]) -> "type[BaseFormSet[Any]]":
    accepted = type(f"Taken{form_class.__name__}", (ResumeEntryForm, form_class), {})
    return formset_factory(accepted, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


FORMSETS = {name: _selectable_formset(ROWS[name]) for name in ("qualifications", "experiences")}


class ResumeForm(forms.Form):
    """The résumé file."""

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
