"""Who the agent is and where the agent lives."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.models import Agent
from onboarding import pins
from onboarding.places import STATES

PIN = RegexValidator(r"^[1-9][0-9]{5}$", "Enter a 6-digit PIN code.")
STATE_CHOICES = [("", "Select state"), *((name, name) for name in STATES)]
ADDRESS = ("pin", "line1", "line2", "city", "state")


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


class NamesForm(forms.Form):
    """Names and date of birth."""

    given_name = forms.CharField(
        label="First name",
        max_length=80,
        help_text="As on your PAN card.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label="Surname",
        max_length=80,
        required=False,
        help_text="Leave empty if you use a single name.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    birth_on = forms.DateField(
        label="Date of birth", help_text="You must be 18 or older.", widget=DayInput()
    )

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("given_name", "family_name", "birth_on")}


class AddressForm(forms.Form):
    """Current and permanent address. City and state come from the PIN code when left empty."""

    current_pin = _pin("section-now")
    current_line1 = _line("House number and street", "section-now address-line1")
    current_line2 = _line("Area, landmark", "section-now address-line2", required=False)
    current_city = _line("City or town", "section-now address-level2")
    current_state = forms.ChoiceField(label="State", choices=STATE_CHOICES)
    same_as_current = forms.BooleanField(label="Same as current address", required=False)
    permanent_pin = _pin("section-home", required=False)
    permanent_line1 = _line("House number and street", "section-home address-line1", required=False)
    permanent_line2 = _line("Area, landmark", "section-home address-line2", required=False)
    permanent_city = _line("City or town", "section-home address-level2", required=False)
    permanent_state = forms.ChoiceField(label="State", choices=STATE_CHOICES, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data and _with_places(data), **options)
        for name in ("current_city", "permanent_city"):
            self.fields[name].help_text = "Leave empty to fill it from the PIN code."

    def clean(self) -> dict[str, Any]:
        """Without the tick, the permanent address is asked for like the current one."""
        data = super().clean() or {}
        if not data.get("same_as_current"):
            for part in ("line1", "city", "state", "pin"):
                name = f"permanent_{part}"
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Enter this, or tick “Same as current address”.")
        return data

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        home = "current" if self.cleaned_data["same_as_current"] else "permanent"
        return {
            "current_address": self._address("current"),
            "permanent_address": self._address(home),
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
    """Both at once, for programs."""

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {**NamesForm.facts(self), **AddressForm.facts(self)}


def _with_places(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, with the city and state of each PIN code that stands without them."""
    filled = dict(data.items())
    for kind in ("current", "permanent"):
        place = pins.place_of(pins.normal_pin(str(filled.get(f"{kind}_pin") or "")))
        if place:
            filled[f"{kind}_city"] = filled.get(f"{kind}_city") or place.city
            filled[f"{kind}_state"] = filled.get(f"{kind}_state") or place.state
    return filled


def known_person(agent: Agent) -> dict[str, Any]:
    """Names, date of birth and addresses under the names of the forms' fields."""
    current, permanent = agent.current_address, agent.permanent_address
    return {
        "given_name": agent.given_name,
        "family_name": agent.family_name,
        "birth_on": agent.birth_on,
        "same_as_current": current == permanent,
        **{f"current_{part}": text for part, text in current.items()},
        **{f"permanent_{part}": text for part, text in permanent.items()},
    }


def flattened(data: dict[str, Any]) -> dict[str, Any]:
    """The API's nested addresses under the names of the form's fields."""
    found = {name: value for name, value in data.items() if not isinstance(value, dict)}
    for kind in ("current", "permanent"):
        address = data.get(f"{kind}_address")
        if isinstance(address, dict):
            found |= {f"{kind}_{part}": address.get(part, "") for part in ADDRESS}
    return found
