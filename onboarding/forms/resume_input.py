"""Everything that was read in a résumé, as one form whose pieces are taken or dropped."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.models import Agent
from onboarding.forms.sections import SECTIONS
from onboarding.forms.taken import LISTS, WORDS, TakenWords
from onboarding.forms.typed import SectionInput
from onboarding.models import ResumeProposal

SECTION_OF = {"qualifications": "studies", "experiences": "jobs"}


class ResumeInput:
    """Everything that was read, to be taken or dropped piece by piece."""

    def __init__(self, proposal: ResumeProposal, data: Mapping[str, Any] | None = None) -> None:
        guesses = proposal.guesses
        self.words = TakenWords(guesses, data)
        self.lists = {
            name: formset(data, prefix=name, initial=guesses.get(name, []))
            for name, formset in LISTS.items()
        }

    @classmethod
    def from_json(cls, proposal: ResumeProposal, data: Mapping[str, Any]) -> "ResumeInput":
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

    def _typed_words(self, page: SectionInput) -> dict[str, str]:
        there, taken = page.values(), self.words.cleaned_data
        typed = {
            name: ", ".join(dict.fromkeys([*there[name].split(", "), *taken[name]])).strip(", ")
            for name in WORDS
            if taken[name]
        }
        typed |= self._typed_fluency(page) if taken["languages"] else {}
        return typed | ({"bio": taken["bio"]} if taken["take_bio"] else {})

    def _typed_fluency(self, page: SectionInput) -> dict[str, str]:
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

    def _typed_rows(self, name: str, page: SectionInput) -> dict[str, str]:
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
