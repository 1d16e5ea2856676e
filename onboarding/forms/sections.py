"""The sections of the profile."""

from typing import Any

from onboarding.forms.person import AddressForm, NamesForm
from onboarding.forms.typed import SectionInput
from onboarding.forms.work import LISTS, EmploymentForm, PreferencesForm, WorkForm


class PersonInput(SectionInput):
    """Who the agent is."""

    form_class = NamesForm


class AddressInput(SectionInput):
    """Where the agent lives."""

    form_class = AddressForm


class PreferencesInput(SectionInput):
    """How the agent works."""

    form_class = PreferencesForm


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

    form_class = WorkForm
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
