"""A section of the profile as it is typed: one form, and perhaps a list of rows, together."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet

from accounts.models import Agent
from onboarding.profile.forms import (
    FORMSETS,
    LISTS,
    MOST_ENTRIES,
    ROWS,
    AddressForm,
    EmploymentForm,
    NamesForm,
    PreferencesForm,
    WorkApiForm,
    initial_person,
    initial_work,
)
from onboarding.vocabulary import lexicon

#: The name of a field of a row, or the count of the rows, as Django's formsets write them.
ROW_FIELD = re.compile(r"(?P<list>[a-z]+)-(?:(?P<row>\d{1,2})-(?P<field>\w+)|TOTAL_FORMS)")


class ProfileSectionForm:
    """A form and its lists of rows, bound and checked together."""

    form_class: ClassVar[type[forms.Form]] = forms.Form
    lists: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        known = initial or {}
        self.form = self.form_class(data, initial=known)
        self.rows: dict[str, BaseFormSet[Any]] = {
            name: FORMSETS[name](data, prefix=name, initial=known.get(name, []))
            for name in self.lists
        }

    @classmethod
    def of(cls, agent: Agent, draft: Mapping[str, str]) -> "ProfileSectionForm":
        """What is saved, and over it what was typed and is not saved yet."""
        return cls(initial=cls.known_over(agent, draft))

    @classmethod
    def known_over(cls, agent: Agent, draft: Mapping[str, str]) -> dict[str, Any]:
        """The same under the names of the fields."""
        known = {**initial_person(agent), **initial_work(agent)}
        plain = {name: text for name, text in draft.items() if name in cls.form_class.base_fields}
        rows = {name: _rows_over(known[name], name, draft) for name in cls.lists}
        return {**known, **plain, **rows}

    @classmethod
    def takes(cls, name: str) -> bool:
        """Whether a field of this name belongs to the section."""
        if name in cls.form_class.base_fields:
            return True
        row = ROW_FIELD.fullmatch(name)
        if row is None or row["list"] not in cls.lists:
            return False
        inside = row["row"] is None or int(row["row"]) < MOST_ENTRIES
        return inside and row["field"] in (None, "DELETE", *ROWS[row["list"]].base_fields)

    @classmethod
    def typed_in(cls, data: Mapping[str, Any]) -> dict[str, str]:
        """What a page sent of this section; a tick that is not there was taken away."""
        found = {name: str(data[name]).replace("\0", "") for name in data if cls.takes(name)}
        ticks = {
            name: ""
            for name, field in cls.form_class.base_fields.items()
            if isinstance(field, forms.BooleanField)
        }
        return ticks | found

    @classmethod
    def one_more(cls, data: Mapping[str, Any], name: str) -> dict[str, str]:
        """The page as it was sent, with an empty row more in one list."""
        total = f"{name}-TOTAL_FORMS"
        there = str(data.get(total) or "0")
        count = int(there) if there.isdecimal() else 0
        return {**{key: data[key] for key in data}, total: str(min(count + 1, MOST_ENTRIES))}

    def parts(self) -> list[forms.BaseForm]:
        """The form, and each row of its lists."""
        return [self.form, *(form for formset in self.rows.values() for form in formset.forms)]

    def fields(self) -> Iterator[forms.BoundField]:
        """Every field of every row that is typed into."""
        for form in self.parts():
            yield from (field for field in form if field.name != "DELETE")

    def values(self) -> dict[str, str]:
        """What stands in every field, as text, by the name that a page sends it under."""
        return {field.html_name: _as_text(field.value()) for field in self.fields()}

    def differences(self, other: "ProfileSectionForm") -> list[tuple[str, str]]:
        """The label and the other's words of each field in which the two differ."""
        mine = self.values()
        return [
            (str(field.label), _in_words(field))
            for field in other.fields()
            if mine.get(field.html_name, "") != _as_text(field.value())
        ]

    def is_valid(self) -> bool:
        """Whether all of it is."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        told = self.form.facts() if hasattr(self.form, "facts") else {}
        return {**told, **{name: _rows(formset) for name, formset in self.rows.items()}}

    def errors(self) -> dict[str, Any]:
        """All errors, as the API names them."""
        found: dict[str, Any] = dict(self.form.errors.get_json_data())
        for name, formset in self.rows.items():
            rows = {str(i): form.errors.get_json_data() for i, form in enumerate(formset.forms)}
            faults = {index: errors for index, errors in rows.items() if errors}
            if faults:
                found[name] = faults
        return found

    def faults(self) -> list[tuple[str, str, str]]:
        """Every fault with the id and the label of its field, for the summary above them."""
        return [
            (field.id_for_label or field.auto_id, str(field.label), str(error))
            for field in self.fields()
            for error in field.errors
        ]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _in_words(field: forms.BoundField) -> str:
    text = _as_text(field.value())
    if isinstance(field.field, forms.BooleanField):
        return "yes" if text else "no"
    words = dict(getattr(field.field, "choices", ()))
    return str(words.get(text, text)) or "empty"


def _rows(formset: "BaseFormSet[Any]") -> list[dict[str, Any]]:
    kept = [form.cleaned_data for form in formset.forms if form not in formset.deleted_forms]
    return [{name: row[name] for name in row if name != "DELETE"} for row in kept if row]


def _rows_over(
    known: list[dict[str, Any]], name: str, draft: Mapping[str, str]
) -> list[dict[str, Any]]:
    typed: dict[int, dict[str, str]] = {}
    for key, text in draft.items():
        row = ROW_FIELD.fullmatch(key)
        if row and row["list"] == name and row["row"] is not None:
            typed.setdefault(int(row["row"]), {})[row["field"]] = text
    total = draft.get(f"{name}-TOTAL_FORMS", "")
    there = int(total) if total.isdecimal() else len(known)
    count = min(max(there, *(index + 1 for index in typed), 0), MOST_ENTRIES)
    before = [known[index] if index < len(known) else {} for index in range(count)]
    return [{**row, **typed.get(index, {})} for index, row in enumerate(before)]


class PersonInput(ProfileSectionForm):
    """Who the agent is."""

    form_class = NamesForm


class AddressInput(ProfileSectionForm):
    """Where the agent lives."""

    form_class = AddressForm


class PreferencesInput(ProfileSectionForm):
    """How the agent works, and how well the agent knows each language."""

    form_class = PreferencesForm
    lists = ("fluency",)

    def __init__(
        self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(_with_fluency(data), initial)

    @classmethod
    def known_over(cls, agent: Agent, draft: Mapping[str, str]) -> dict[str, Any]:
        """A row for each language that is typed; of two rows for one the last that says more."""
        known = super().known_over(agent, draft)
        typed = known["languages"]
        names = typed if isinstance(typed, list) else lexicon.parse_tags(typed)
        rows = {lexicon.word_key(name): {"language": name} for name in names}
        for row in known["fluency"]:
            key = lexicon.word_key(row.get("language", ""))
            rows[key] = {**rows.get(key, {}), **{name: row[name] for name in row if row[name]}}
        rows.pop("", None)
        return {**known, "fluency": list(rows.values())[: MOST_ENTRIES - 1]}


def _with_fluency(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A page, or a program, that knows nothing of it tells nothing of it."""
    if data is None or "fluency-TOTAL_FORMS" in data:
        return data
    none = {"fluency-TOTAL_FORMS": "0", "fluency-INITIAL_FORMS": "0"}
    return {**{name: data[name] for name in data}, **none}


class StudiesInput(ProfileSectionForm):
    """What the agent studied."""

    lists = ("qualifications",)


class JobsInput(ProfileSectionForm):
    """Where the agent has worked, and works besides."""

    form_class = EmploymentForm
    lists = ("experiences",)


SECTIONS: dict[str, type[ProfileSectionForm]] = {
    "person": PersonInput,
    "address": AddressInput,
    "work": PreferencesInput,
    "studies": StudiesInput,
    "jobs": JobsInput,
}


class WorkInput(ProfileSectionForm):
    """The three sections about work at once, for programs."""

    form_class = WorkApiForm
    lists = LISTS

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "WorkInput":
        """The API's lists and objects under the names of the page's fields."""
        flat = {name: value for name, value in data.items() if name not in (*LISTS, "employment")}
        job = data.get("employment")
        if isinstance(job, dict):
            flat |= {"employment_status": job.get("status")}
            flat |= {name: job.get(name, "") for name in ("employer", "job_title")}
        for name in LISTS:
            flat |= _as_formset(name, data.get(name))
        return cls(flat)


def _as_formset(name: str, rows: Any) -> dict[str, Any]:
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    flat: dict[str, Any] = {f"{name}-TOTAL_FORMS": len(found), f"{name}-INITIAL_FORMS": len(found)}
    for index, row in enumerate(found):
        flat |= {f"{name}-{index}-{key}": value for key, value in row.items() if key != "DELETE"}
    return flat
