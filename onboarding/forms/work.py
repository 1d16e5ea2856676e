"""How the agent works: shift, hours, skills, languages, schooling, jobs."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from accounts.models import Agent
from onboarding import queries, rules
from onboarding.forms.fluency import FluencyForm
from onboarding.forms.person import DayInput
from onboarding.models import Employment, Experience, Qualification

MOST_TAGS = 30
LONGEST_TAG = 60
#: Room for one more than is taken, so that too many are refused in words and not cut off.
MOST_ENTRIES = 21


class TagsField(forms.CharField):
    """A list typed with commas, or a list."""

    takes_list = True

    def to_python(self, value: Any) -> Any:
        parts = value if isinstance(value, (list, tuple)) else [value or ""]
        return rules.tags_of(",".join(str(part) for part in parts))

    def run_validators(self, value: Any) -> None:
        if len(value) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in value):
            raise forms.ValidationError(
                f"Enter up to {MOST_TAGS}, each up to {LONGEST_TAG} characters."
            )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def outside(sentence: str) -> dict[str, str]:
    """What a number field says of a number that is too small or too large."""
    return dict.fromkeys(("min_value", "max_value"), sentence)


class PreferencesForm(forms.Form):
    """When the agent works, with what skills and languages, and a few words."""

    shift = forms.ChoiceField(
        label="Preferred shift", choices=[("", "Select a shift"), *Agent.Shift.choices]
    )
    hours_a_day = forms.IntegerField(
        label="Hours per day",
        min_value=1,
        max_value=24,
        error_messages=outside("Give 1 to 24 hours."),
    )
    skills = TagsField(
        label="Skills", help_text="Separate with commas: chat support, typing, Excel"
    )
    languages = TagsField(
        label="Languages", help_text="Separate with commas: English, Hindi, Marathi"
    )
    bio = forms.CharField(
        label="About you",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("shift", "hours_a_day", "skills", "languages", "bio")
        return {name: self.cleaned_data[name] for name in names}


class EmploymentForm(forms.Form):
    """A job besides."""

    employment_status = forms.ChoiceField(
        label="Employment status", choices=[("", "Select"), *Employment.Status.choices]
    )
    employer = forms.CharField(
        label="Employer", max_length=120, required=False, help_text="Only if you're employed."
    )
    job_title = forms.CharField(label="Job title", max_length=120, required=False)

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        job = {name: data[name] for name in ("employer", "job_title")}
        return {"employment": {"status": data["employment_status"], **job}}


class WorkApiForm(PreferencesForm, EmploymentForm):
    """Both at once, for programs."""

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {**PreferencesForm.facts(self), **EmploymentForm.facts(self)}


class QualificationForm(forms.Form):
    """One thing the agent studied."""

    level = forms.ChoiceField(
        label="Level", choices=[("", "Select a level"), *Qualification.Level.choices]
    )
    title = forms.CharField(label="Course or subject", max_length=120)
    institution = forms.CharField(label="School or college", max_length=160, required=False)
    year = forms.IntegerField(
        label="Year of completion",
        min_value=1950,
        max_value=2100,
        error_messages=outside("Enter a 4-digit year, such as 2019."),
    )


class ExperienceForm(forms.Form):
    """One job."""

    company = forms.CharField(label="Company", max_length=120)
    role = forms.CharField(label="Job title", max_length=120)
    domain = forms.ChoiceField(
        label="Type of work", choices=[("", "Select a type"), *Experience.Domain.choices]
    )
    started_on = forms.DateField(label="From", widget=DayInput())
    ended_on = forms.DateField(
        label="To",
        required=False,
        help_text="Leave empty if you still work there.",
        widget=DayInput(),
    )


def _list_of(form_class: type[forms.Form]) -> "type[BaseFormSet[Any]]":
    return formset_factory(
        form_class,
        extra=0,
        can_delete=True,
        max_num=MOST_ENTRIES,
        absolute_max=MOST_ENTRIES,
        validate_max=True,
    )


ROWS: dict[str, type[forms.Form]] = {
    "fluency": FluencyForm,
    "qualifications": QualificationForm,
    "experiences": ExperienceForm,
}
LISTS = tuple(ROWS)
FORMSETS = {name: _list_of(form_class) for name, form_class in ROWS.items()}


def known_work(agent: Agent) -> dict[str, Any]:
    """Everything about the agent's work under the names of the pages' fields."""
    job = Employment.objects.filter(agent=agent).first() or Employment()
    studies = agent.qualifications.order_by("-year", "created_at")
    jobs = agent.experiences.order_by("-started_on", "created_at")
    return {
        **{name: getattr(agent, name) for name in PreferencesForm.base_fields},
        "employment_status": job.status,
        "employer": job.employer,
        "job_title": job.job_title,
        "qualifications": list(studies.values(*QualificationForm.base_fields)) or [{}],
        "experiences": list(jobs.values(*ExperienceForm.base_fields)),
        "fluency": queries.fluency_of(agent)[: MOST_ENTRIES - 1],
    }
