"""Forms of the profile: names, addresses, preferences, education, jobs, languages, photo."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from accounts.models import Agent
from hitouch.core.web.forms import (
    IdentifierField,
    PersonNameField,
    PictureField,
    PrintableField,
)
from onboarding.models import Employment, Experience, Fluency, Qualification
from onboarding.reference import postcodes
from onboarding.reference.postcodes import STATES
from onboarding.vocabulary import lexicon
from onboarding.vocabulary import queries as vocabulary_queries

MAX_TAGS = 30
MAX_TAG_LENGTH = 60
#: One more than the service accepts, so that too many rows are refused and not cut off.
MAX_FORMS = 21
STATE_CHOICES = [("", "Select state"), *((name, name) for name in STATES)]
ADDRESS = ("pin", "line1", "line2", "city", "state")
GRADE_CHOICES = [("", "Select"), *Fluency.Grade.choices]


class TagsField(forms.CharField):
    """A list of tags, from comma-separated text or a list."""

    takes_list = True

    def to_python(self, value: Any) -> Any:
        parts = value if isinstance(value, (list, tuple)) else [value or ""]
        return lexicon.parse_tags(",".join(str(part) for part in parts))

    def run_validators(self, value: Any) -> None:
        if len(value) > MAX_TAGS or any(len(tag) > MAX_TAG_LENGTH for tag in value):
            raise forms.ValidationError(
                f"Enter up to {MAX_TAGS}, each up to {MAX_TAG_LENGTH} characters."
            )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def range_errors(sentence: str) -> dict[str, str]:
    """Error messages of a number field for values out of range."""
    return dict.fromkeys(("min_value", "max_value"), sentence)


class PreferencesForm(forms.Form):
    """Shift, hours, skills, languages and bio."""

    shift = forms.ChoiceField(
        label="Preferred shift", choices=[("", "Select a shift"), *Agent.Shift.choices]
    )
    hours_a_day = forms.IntegerField(
        label="Hours per day",
        min_value=1,
        max_value=24,
        error_messages=range_errors("Give 1 to 24 hours."),
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
        """Arguments for the service."""
        names = ("shift", "hours_a_day", "skills", "languages", "bio")
        return {name: self.cleaned_data[name] for name in names}


class EmploymentForm(forms.Form):
    """Current employment."""

    employment_status = forms.ChoiceField(
        label="Employment status", choices=[("", "Select"), *Employment.Status.choices]
    )
    employer = forms.CharField(
        label="Employer", max_length=120, required=False, help_text="Only if you're employed."
    )
    job_title = forms.CharField(label="Job title", max_length=120, required=False)

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        data = self.cleaned_data
        job = {name: data[name] for name in ("employer", "job_title")}
        return {"employment": {"status": data["employment_status"], **job}}


class WorkApiForm(PreferencesForm, EmploymentForm):
    """Both forms in one, for the API."""

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        return {**PreferencesForm.facts(self), **EmploymentForm.facts(self)}


class QualificationForm(forms.Form):
    """One qualification."""

    level = forms.ChoiceField(
        label="Level", choices=[("", "Select a level"), *Qualification.Level.choices]
    )
    title = forms.CharField(label="Course or subject", max_length=120)
    institution = forms.CharField(label="School or college", max_length=160, required=False)
    year = forms.IntegerField(
        label="Year of completion",
        min_value=1950,
        max_value=2100,
        error_messages=range_errors("Enter a 4-digit year, such as 2019."),
    )


class NativeDateInput(forms.DateInput):
    """A date field with the browser's date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ExperienceForm(forms.Form):
    """One job."""

    company = forms.CharField(label="Company", max_length=120)
    role = forms.CharField(label="Job title", max_length=120)
    domain = forms.ChoiceField(
        label="Type of work", choices=[("", "Select a type"), *Experience.Domain.choices]
    )
    started_on = forms.DateField(label="From", widget=NativeDateInput())
    ended_on = forms.DateField(
        label="To",
        required=False,
        help_text="Leave empty if you still work there.",
        widget=NativeDateInput(),
    )


def _formset(form_class: type[forms.Form]) -> "type[BaseFormSet[Any]]":
    return formset_factory(
        form_class,
        extra=0,
        can_delete=True,
        max_num=MAX_FORMS,
        absolute_max=MAX_FORMS,
        validate_max=True,
    )


class FluencyForm(forms.Form):
    """Proficiency in one language. Optional."""

    language = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    spoken = forms.ChoiceField(label="Speaking", choices=GRADE_CHOICES, required=False)
    written = forms.ChoiceField(label="Writing", choices=GRADE_CHOICES, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        name = self["language"].value()
        if isinstance(name, str) and name:
            self.fields["spoken"].label = f"Speaking {name}"
            self.fields["written"].label = f"Writing {name}"


ROWS: dict[str, type[forms.Form]] = {
    "fluency": FluencyForm,
    "qualifications": QualificationForm,
    "experiences": ExperienceForm,
}
LISTS = tuple(ROWS)
FORMSETS = {name: _formset(form_class) for name, form_class in ROWS.items()}


def initial_work(agent: Agent) -> dict[str, Any]:
    """Initial data of the sections about work, by form field name."""
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
        "fluency": vocabulary_queries.fluency_of(agent)[: MAX_FORMS - 1],
    }


def _address_field(label: str, autocomplete: str, **options: Any) -> PrintableField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return PrintableField(label=label, max_length=120, widget=widget, **options)


def _pin_field(kind: str, **options: Any) -> IdentifierField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": f"{kind} postal-code"})
    return IdentifierField(
        normalise=postcodes.normalise_pin,
        message="Enter a 6-digit PIN code.",
        label="PIN code",
        max_length=20,
        widget=widget,
        **options,
    )


class NamesForm(forms.Form):
    """Names and date of birth."""

    given_name = PersonNameField(
        label="First name",
        max_length=80,
        help_text="As on your PAN card.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = PersonNameField(
        label="Surname",
        max_length=80,
        required=False,
        help_text="Leave empty if you use a single name.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    birth_on = forms.DateField(
        label="Date of birth", help_text="You must be 18 or older.", widget=NativeDateInput()
    )

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        return {name: self.cleaned_data[name] for name in ("given_name", "family_name", "birth_on")}


class AddressForm(forms.Form):
    """Current and permanent address. Empty city and state are filled from the PIN code."""

    current_pin = _pin_field("section-now")
    current_line1 = _address_field("House number and street", "section-now address-line1")
    current_line2 = _address_field("Area, landmark", "section-now address-line2", required=False)
    current_city = _address_field("City or town", "section-now address-level2")
    current_state = forms.ChoiceField(label="State", choices=STATE_CHOICES)
    same_as_current = forms.BooleanField(label="Same as current address", required=False)
    permanent_pin = _pin_field("section-home", required=False)
    permanent_line1 = _address_field(
        "House number and street", "section-home address-line1", required=False
    )
    permanent_line2 = _address_field("Area, landmark", "section-home address-line2", required=False)
    permanent_city = _address_field("City or town", "section-home address-level2", required=False)
    permanent_state = forms.ChoiceField(label="State", choices=STATE_CHOICES, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data and _fill_places(data), **options)
        for name in ("current_city", "permanent_city"):
            self.fields[name].help_text = "Leave empty to fill it from the PIN code."

    def clean(self) -> dict[str, Any]:
        """Require the permanent address unless it is the same as the current one."""
        data = super().clean() or {}
        if not data.get("same_as_current"):
            for part in ("line1", "city", "state", "pin"):
                name = f"permanent_{part}"
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Enter this, or tick “Same as current address”.")
        return data

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        permanent_kind = "current" if self.cleaned_data["same_as_current"] else "permanent"
        return {
            "current_address": self._address("current"),
            "permanent_address": self._address(permanent_kind),
        }

    def _address(self, kind: str) -> dict[str, str]:
        return {part: self.cleaned_data[f"{kind}_{part}"] for part in ADDRESS}

    @property
    def current_fields(self) -> list[forms.BoundField]:
        """The fields of the current address."""
        return [self[f"current_{part}"] for part in ADDRESS]

    @property
    def permanent_fields(self) -> list[forms.BoundField]:
        """The fields of the permanent address."""
        return [self[f"permanent_{part}"] for part in ADDRESS]


class PersonForm(NamesForm, AddressForm):
    """Both forms in one, for the API."""

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        return {**NamesForm.facts(self), **AddressForm.facts(self)}


def _fill_places(data: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in city and state from the PIN code where they are missing."""
    filled = dict(data.items())
    for kind in ("current", "permanent"):
        pin = postcodes.normalise_pin(str(filled.get(f"{kind}_pin") or ""))
        place = postcodes.place_of_pin(pin or "")
        if place:
            filled[f"{kind}_city"] = filled.get(f"{kind}_city") or place.city
            filled[f"{kind}_state"] = filled.get(f"{kind}_state") or place.state
    return filled


def initial_person(agent: Agent) -> dict[str, Any]:
    """Initial data of names, date of birth and addresses, by form field name."""
    current, permanent = agent.current_address, agent.permanent_address
    return {
        "given_name": agent.given_name,
        "family_name": agent.family_name,
        "birth_on": agent.birth_on,
        "same_as_current": current == permanent,
        **{f"current_{part}": text for part, text in current.items()},
        **{f"permanent_{part}": text for part, text in permanent.items()},
    }


def flatten_addresses(data: dict[str, Any]) -> dict[str, Any]:
    """Convert the API's nested addresses to form field names."""
    flat = {name: value for name, value in data.items() if not isinstance(value, dict)}
    for kind in ("current", "permanent"):
        address = data.get(f"{kind}_address")
        if isinstance(address, dict):
            flat |= {f"{kind}_{part}": address.get(part, "") for part in ADDRESS}
    return flat


class PhotoForm(forms.Form):
    """A photo; phones open the front camera."""

    file = PictureField("Photo")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["capture"] = "user"
