"""How the agent works: shift, hours, skills, languages, schooling, jobs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from accounts.models import Agent
from onboarding import rules
from onboarding.forms.person import DayInput
from onboarding.models import Employment, Experience, Qualification

MOST_TAGS = 30
LONGEST_TAG = 60


class TagsField(forms.CharField):
    """A list typed with commas, or a list."""

    takes_list = True

    def to_python(self, value: Any) -> Any:
        parts = value if isinstance(value, (list, tuple)) else [value or ""]
        return rules.tags_of(",".join(str(part) for part in parts))

    def run_validators(self, value: Any) -> None:
        if len(value) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in value):
            raise forms.ValidationError(
                f"Give at most {MOST_TAGS}, each of at most {LONGEST_TAG} letters."
            )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class WorkForm(forms.Form):
    """Everything of the page that is there once."""

    shift = forms.ChoiceField(
        label="When do you like to work?", choices=[("", "Choose a shift"), *Agent.Shift.choices]
    )
    hours_a_day = forms.IntegerField(label="Hours a day", min_value=1, max_value=24)
    skills = TagsField(label="Skills", help_text="With commas: chat support, typing, Excel")
    languages = TagsField(label="Languages", help_text="With commas: English, Hindi, Marathi")
    bio = forms.CharField(
        label="A few words about you",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    employment_status = forms.ChoiceField(
        label="Are you employed?", choices=[("", "Choose one"), *Employment.Status.choices]
    )
    employer = forms.CharField(
        label="Employer", max_length=120, required=False, help_text="If you are employed."
    )
    job_title = forms.CharField(label="Your work there", max_length=120, required=False)


class QualificationForm(forms.Form):
    """One thing the agent studied."""

    level = forms.ChoiceField(
        label="Level", choices=[("", "Choose a level"), *Qualification.Level.choices]
    )
    title = forms.CharField(label="What you studied", max_length=120)
    institution = forms.CharField(label="School or college", max_length=160, required=False)
    year = forms.IntegerField(label="Year you finished", min_value=1950, max_value=2100)


class ExperienceForm(forms.Form):
    """One job."""

    company = forms.CharField(label="Company", max_length=120)
    role = forms.CharField(label="Your role", max_length=120)
    domain = forms.ChoiceField(
        label="Kind of work", choices=[("", "Choose a kind"), *Experience.Domain.choices]
    )
    started_on = forms.DateField(label="From", widget=DayInput())
    ended_on = forms.DateField(
        label="To",
        required=False,
        help_text="Leave empty if you still work there.",
        widget=DayInput(),
    )


Qualifications = formset_factory(
    QualificationForm, extra=0, can_delete=True, max_num=20, absolute_max=20
)
Experiences = formset_factory(ExperienceForm, extra=0, can_delete=True, max_num=20, absolute_max=20)
QUALIFICATION = ("level", "title", "institution", "year")
EXPERIENCE = ("company", "role", "domain", "started_on", "ended_on")
LISTS = ("qualifications", "experiences")


class WorkInput:
    """The form and its two lists, bound and checked together."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        known = initial or {}
        self.form = WorkForm(data, initial=known)
        self.qualifications: BaseFormSet[QualificationForm] = Qualifications(
            data, prefix="qualifications", initial=known.get("qualifications", [{}])
        )
        self.experiences: BaseFormSet[ExperienceForm] = Experiences(
            data, prefix="experiences", initial=known.get("experiences", [])
        )

    @classmethod
    def of(cls, agent: Agent) -> "WorkInput":
        """What is known, with room for a first qualification."""
        qualifications = list(agent.qualifications.order_by("-year").values(*QUALIFICATION))
        experiences = agent.experiences.order_by("-started_on").values(*EXPERIENCE)
        job = Employment.objects.filter(agent=agent).first() or Employment()
        return cls(
            initial={
                "shift": agent.shift,
                "hours_a_day": agent.hours_a_day,
                "skills": agent.skills,
                "languages": agent.languages,
                "bio": agent.bio,
                "employment_status": job.status,
                "employer": job.employer,
                "job_title": job.job_title,
                "qualifications": qualifications or [{}],
                "experiences": list(experiences),
            }
        )

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

    @classmethod
    def with_one_more(cls, data: Mapping[str, Any], name: str) -> "WorkInput":
        """The page as it was sent, with an empty row more in one list."""
        counted = {key: data[key] for key in data}
        total = f"{name}-TOTAL_FORMS"
        counted[total] = str(int(counted.get(total) or 0) + 1)
        return cls(counted)

    def forms(self) -> list[forms.BaseForm]:
        """The form, and each row of its lists."""
        return [self.form, *self.qualifications.forms, *self.experiences.forms]

    def is_valid(self) -> bool:
        """Whether all three are."""
        return all(
            [self.form.is_valid(), self.qualifications.is_valid(), self.experiences.is_valid()]
        )

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.form.cleaned_data)
        job = {"status": data.pop("employment_status")}
        job |= {name: data.pop(name) for name in ("employer", "job_title")}
        return {
            **data,
            "employment": job,
            "qualifications": _rows(self.qualifications),
            "experiences": _rows(self.experiences),
        }

    def add_error(self, field: str, sentence: str) -> None:
        """Put a refusal beside the field it is about, or above them all."""
        self.form.add_error(field if field in self.form.fields else None, sentence)

    def errors(self) -> dict[str, Any]:
        """All errors, as the API names them."""
        found: dict[str, Any] = dict(self.form.errors.get_json_data())
        for name in LISTS:
            formset = getattr(self, name)
            rows = {str(i): form.errors.get_json_data() for i, form in enumerate(formset.forms)}
            faults = {index: errors for index, errors in rows.items() if errors}
            if faults:
                found[name] = faults
        return found


def _rows(formset: "BaseFormSet[Any]") -> list[dict[str, Any]]:
    kept = [form.cleaned_data for form in formset.forms if form not in formset.deleted_forms]
    return [{name: row[name] for name in row if name != "DELETE"} for row in kept if row]


def _as_formset(name: str, rows: Any) -> dict[str, Any]:
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    flat: dict[str, Any] = {f"{name}-TOTAL_FORMS": len(found), f"{name}-INITIAL_FORMS": len(found)}
    for index, row in enumerate(found):
        flat |= {f"{name}-{index}-{key}": value for key, value in row.items() if key != "DELETE"}
    return flat
