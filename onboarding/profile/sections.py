"""Sections of the profile: a form and its formsets, bound and validated together."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet

from accounts.models import Agent
from onboarding.profile.forms import (
    FORMSETS,
    LISTS,
    MAX_FORMS,
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

#: Field names of Django's formsets: a field of a row, or the number of rows.
ROW_FIELD = re.compile(r"(?P<list>[a-z]+)-(?:(?P<row>\d{1,2})-(?P<field>\w+)|TOTAL_FORMS)")


class ProfileSectionForm:
    """A form and its formsets, bound and validated together."""

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
        """The section with saved values, overridden by the draft."""
        return cls(initial=cls.initial_with_draft(agent, draft))

    @classmethod
    def initial_with_draft(cls, agent: Agent, draft: Mapping[str, str]) -> dict[str, Any]:
        """Initial data by field name: saved values, overridden by the draft."""
        known = {**initial_person(agent), **initial_work(agent)}
        plain = {name: text for name, text in draft.items() if name in cls.form_class.base_fields}
        rows = {name: _rows_with_draft(known[name], name, draft) for name in cls.lists}
        return {**known, **plain, **rows}

    @classmethod
    def has_field(cls, name: str) -> bool:
        """Whether the section has a field of this name."""
        if name in cls.form_class.base_fields:
            return True
        row = ROW_FIELD.fullmatch(name)
        if row is None or row["list"] not in cls.lists:
            return False
        in_range = row["row"] is None or int(row["row"]) < MAX_FORMS
        return in_range and row["field"] in (None, "DELETE", *ROWS[row["list"]].base_fields)

    @classmethod
    def field_named(cls, name: str) -> forms.Field | None:
        """The field of this name, in the form or in a row; None for what counts or deletes rows."""
        row = ROW_FIELD.fullmatch(name)
        if row is None or row["list"] not in cls.lists or name in cls.form_class.base_fields:
            return cls.form_class.base_fields.get(name)
        return ROWS[row["list"]].base_fields.get(row["field"] or "")

    @classmethod
    def submitted_fields(cls, data: Mapping[str, Any]) -> dict[str, str]:
        """Fields of this section in a POST. Absent checkboxes are unticked."""
        submitted = {
            name: str(data[name]).replace("\0", "") for name in data if cls.has_field(name)
        }
        unticked = {
            name: ""
            for name, field in cls.form_class.base_fields.items()
            if isinstance(field, forms.BooleanField)
        }
        return unticked | submitted

    @classmethod
    def with_extra_row(cls, data: Mapping[str, Any], name: str) -> dict[str, str]:
        """The POST data with one more empty row in one formset."""
        total = f"{name}-TOTAL_FORMS"
        submitted = str(data.get(total) or "0")
        count = int(submitted) if submitted.isdecimal() else 0
        return {**{key: data[key] for key in data}, total: str(min(count + 1, MAX_FORMS))}

    def parts(self) -> list[forms.BaseForm]:
        """The form and all forms of its formsets."""
        return [self.form, *(form for formset in self.rows.values() for form in formset.forms)]

    def fields(self) -> Iterator[forms.BoundField]:
        """All fields except the formsets' DELETE."""
        for form in self.parts():
            yield from (field for field in form if field.name != "DELETE")

    def values(self) -> dict[str, str]:
        """The value of every field as text, by its HTML name."""
        return {field.html_name: _as_text(field.value()) for field in self.fields()}

    def differences(self, other: "ProfileSectionForm") -> list[tuple[str, str]]:
        """Label and the other's value of each field that differs."""
        own = self.values()
        return [
            (str(field.label), _display_text(field))
            for field in other.fields()
            if own.get(field.html_name, "") != _as_text(field.value())
        ]

    def is_valid(self) -> bool:
        """Whether the form and all formsets are valid."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        facts = self.form.facts() if hasattr(self.form, "facts") else {}
        return {**facts, **{name: _cleaned_rows(formset) for name, formset in self.rows.items()}}

    def errors(self) -> dict[str, Any]:
        """All errors, keyed as in the API."""
        errors: dict[str, Any] = dict(self.form.errors.get_json_data())
        for name, formset in self.rows.items():
            rows = {str(i): form.errors.get_json_data() for i, form in enumerate(formset.forms)}
            if row_errors := {index: row for index, row in rows.items() if row}:
                errors[name] = row_errors
        return errors

    def faults(self) -> list[tuple[str, str, str]]:
        """ID, label and message of every field error, for the error summary."""
        return [
            (field.id_for_label or field.auto_id, str(field.label), str(error))
            for field in self.fields()
            for error in field.errors
        ]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _display_text(field: forms.BoundField) -> str:
    text = _as_text(field.value())
    if isinstance(field.field, forms.BooleanField):
        return "yes" if text else "no"
    labels = dict(getattr(field.field, "choices", ()))
    return str(labels.get(text, text)) or "empty"


def _cleaned_rows(formset: "BaseFormSet[Any]") -> list[dict[str, Any]]:
    kept = [form.cleaned_data for form in formset.forms if form not in formset.deleted_forms]
    return [{name: row[name] for name in row if name != "DELETE"} for row in kept if row]


def _rows_with_draft(
    known: list[dict[str, Any]], name: str, draft: Mapping[str, str]
) -> list[dict[str, Any]]:
    typed: dict[int, dict[str, str]] = {}
    for key, text in draft.items():
        row = ROW_FIELD.fullmatch(key)
        if row and row["list"] == name and row["row"] is not None:
            typed.setdefault(int(row["row"]), {})[row["field"]] = text
    total = draft.get(f"{name}-TOTAL_FORMS", "")
    wanted = int(total) if total.isdecimal() else len(known)
    count = min(max(wanted, *(index + 1 for index in typed), 0), MAX_FORMS)
    saved = [known[index] if index < len(known) else {} for index in range(count)]
    return [{**row, **typed.get(index, {})} for index, row in enumerate(saved)]


class PersonSection(ProfileSectionForm):
    """Names and date of birth."""

    form_class = NamesForm


class AddressSection(ProfileSectionForm):
    """Addresses."""

    form_class = AddressForm


class PreferencesSection(ProfileSectionForm):
    """Work preferences and language proficiency."""

    form_class = PreferencesForm
    lists = ("fluency",)

    def __init__(
        self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(_with_fluency_counts(data), initial)

    @classmethod
    def initial_with_draft(cls, agent: Agent, draft: Mapping[str, str]) -> dict[str, Any]:
        """One proficiency row per language; duplicate rows of a language are merged."""
        known = super().initial_with_draft(agent, draft)
        typed = known["languages"]
        names = typed if isinstance(typed, list) else lexicon.parse_tags(typed)
        rows = {lexicon.word_key(name): {"language": name} for name in names}
        for row in known["fluency"]:
            key = lexicon.word_key(row.get("language", ""))
            rows[key] = {**rows.get(key, {}), **{name: row[name] for name in row if row[name]}}
        rows.pop("", None)
        return {**known, "fluency": list(rows.values())[: MAX_FORMS - 1]}


def _with_fluency_counts(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Add an empty management form if the client sent no proficiency rows."""
    if data is None or "fluency-TOTAL_FORMS" in data:
        return data
    empty = {"fluency-TOTAL_FORMS": "0", "fluency-INITIAL_FORMS": "0"}
    return {**{name: data[name] for name in data}, **empty}


class QualificationsSection(ProfileSectionForm):
    """Qualifications."""

    lists = ("qualifications",)


class JobsSection(ProfileSectionForm):
    """Past jobs and current employment."""

    form_class = EmploymentForm
    lists = ("experiences",)


SECTIONS: dict[str, type[ProfileSectionForm]] = {
    "person": PersonSection,
    "address": AddressSection,
    "work": PreferencesSection,
    "studies": QualificationsSection,
    "jobs": JobsSection,
}


class WorkSections(ProfileSectionForm):
    """The three sections about work in one, for the API."""

    form_class = WorkApiForm
    lists = LISTS

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "WorkSections":
        """Convert the API's lists and objects to form field names."""
        flat = {name: value for name, value in data.items() if name not in (*LISTS, "employment")}
        job = data.get("employment")
        if isinstance(job, dict):
            flat |= {"employment_status": job.get("status")}
            flat |= {name: job.get(name, "") for name in ("employer", "job_title")}
        for name in LISTS:
            flat |= _as_formset(name, data.get(name))
        return cls(flat)


def _as_formset(name: str, value: Any) -> dict[str, Any]:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    flat: dict[str, Any] = {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": len(rows)}
    for index, row in enumerate(rows):
        flat |= {f"{name}-{index}-{key}": value for key, value in row.items() if key != "DELETE"}
    return flat
