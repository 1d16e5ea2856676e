"""Who the agent is and where the agent lives."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.models import Agent
from onboarding import pins
from onboarding.places import STATES

PIN = RegexValidator(r"^[1-9][0-9]{5}$", "A PIN code has six digits.")
STATE_CHOICES = [("", "Choose a state"), *((name, name) for name in STATES)]
ADDRESS = ("line1", "line2", "city", "state", "pin")


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PinField(forms.CharField):
    """Six digits, whatever is typed between them and in whichever of India's digits."""

    def to_python(self, value: Any) -> Any:
        return pins.normal_pin(str(value or ""))


def _line(label: str, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=120, widget=widget, **options)


def _pin(kind: str, **options: Any) -> PinField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": f"{kind} postal-code"})
    return PinField(label="PIN code", max_length=6, validators=[PIN], widget=widget, **options)


class PersonForm(forms.Form):
    """Names, date of birth, current and permanent address."""

    given_name = forms.CharField(
        label="Given name",
        max_length=80,
        help_text="As on your PAN card.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label="Surname",
        max_length=80,
        required=False,
        help_text="Leave empty if you have a single name.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    birth_on = forms.DateField(
        label="Date of birth", help_text="You have to be 18 or older.", widget=DayInput()
    )
    current_line1 = _line("House and street", "section-now address-line1")
    current_line2 = _line("Area, landmark", "section-now address-line2", required=False)
    current_city = _line("City or town", "section-now address-level2")
    current_state = forms.ChoiceField(label="State", choices=STATE_CHOICES)
    current_pin = _pin("section-now")
    same_as_current = forms.BooleanField(label="My permanent address is the same", required=False)
    permanent_line1 = _line("House and street", "section-home address-line1", required=False)
    permanent_line2 = _line("Area, landmark", "section-home address-line2", required=False)
    permanent_city = _line("City or town", "section-home address-level2", required=False)
    permanent_state = forms.ChoiceField(label="State", choices=STATE_CHOICES, required=False)
    permanent_pin = _pin("section-home", required=False)

    @classmethod
    def of(cls, agent: Agent) -> "PersonForm":
        """The form with what is known."""
        known = {
            "given_name": agent.given_name,
            "family_name": agent.family_name,
            "birth_on": agent.birth_date,
            "same_as_current": agent.current_address == agent.permanent_address,
        }
        return cls(initial={**known, **flat_addresses(agent)})

    def clean(self) -> dict[str, Any]:
        """Without the tick, the permanent address is asked for like the current one."""
        data = super().clean() or {}
        if not data.get("same_as_current"):
            for part in ("line1", "city", "state", "pin"):
                name = f"permanent_{part}"
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Fill this in, or tick that both addresses are the same.")
        return data

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        home = "current" if data["same_as_current"] else "permanent"
        return {
            **{name: data[name] for name in ("given_name", "family_name", "birth_on")},
            "current_address": self._address("current"),
            "permanent_address": self._address(home),
        }

    def _address(self, kind: str) -> dict[str, str]:
        return {part: self.cleaned_data[f"{kind}_{part}"] for part in ADDRESS}

    @property
    def person_fields(self) -> list[forms.BoundField]:
        """The fields about the person."""
        return [self[name] for name in ("given_name", "family_name", "birth_on")]

    @property
    def current_fields(self) -> list[forms.BoundField]:
        """The fields of the current address."""
        return [self[f"current_{part}"] for part in ADDRESS]

    @property
    def permanent_fields(self) -> list[forms.BoundField]:
        """The fields of the permanent address."""
        return [self[f"permanent_{part}"] for part in ADDRESS]


def flat_addresses(agent: Agent) -> dict[str, str]:
    """Both addresses under the names of the form's fields."""
    both = {"current": agent.current_address, "permanent": agent.permanent_address}
    return {f"{kind}_{part}": text for kind, known in both.items() for part, text in known.items()}


def flattened(data: dict[str, Any]) -> dict[str, Any]:
    """The API's nested addresses under the names of the form's fields."""
    found = {name: value for name, value in data.items() if not isinstance(value, dict)}
    for kind in ("current", "permanent"):
        address = data.get(f"{kind}_address")
        if isinstance(address, dict):
            found |= {f"{kind}_{part}": address.get(part, "") for part in ADDRESS}
    return found
