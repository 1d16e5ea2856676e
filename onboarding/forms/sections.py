"""The sections of the profile."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Agent
from onboarding import rules, vocabulary
from onboarding.forms.person import AddressForm, NamesForm
from onboarding.forms.typed import SectionInput
from onboarding.forms.work import (
    LISTS,
    MOST_ENTRIES,
    EmploymentForm,
    PreferencesForm,
    WorkApiForm,
)


class PersonInput(SectionInput):
    """Who the agent is."""

    form_class = NamesForm


class AddressInput(SectionInput):
    """Where the agent lives."""

    form_class = AddressForm


class PreferencesInput(SectionInput):
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
        names = typed if isinstance(typed, list) else rules.tags_of(typed)
        rows = {vocabulary.key_of(name): {"language": name} for name in names}
        for row in known["fluency"]:
            key = vocabulary.key_of(row.get("language", ""))
            rows[key] = {**rows.get(key, {}), **{name: row[name] for name in row if row[name]}}
        rows.pop("", None)
        return {**known, "fluency": list(rows.values())[: MOST_ENTRIES - 1]}


def _with_fluency(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A page, or a program, that knows nothing of it tells nothing of it."""
    if data is None or "fluency-TOTAL_FORMS" in data:
        return data
    none = {"fluency-TOTAL_FORMS": "0", "fluency-INITIAL_FORMS": "0"}
    return {**{name: data[name] for name in data}, **none}


class StudiesInput(SectionInput):
    """What the agent studied."""

    lists = ("qualifications",)


class JobsInput(SectionInput):
    """Where the agent has worked, and works besides."""

    form_class = EmploymentForm
    lists = ("experiences",)


SECTIONS: dict[str, type[SectionInput]] = {
    "person": PersonInput,
    "address": AddressInput,
    "work": PreferencesInput,
    "studies": StudiesInput,
    "jobs": JobsInput,
}


class WorkInput(SectionInput):
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
