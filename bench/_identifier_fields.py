"""What page and API accept as an identifier. Import it after Django is set up."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.authentication.forms import ContactForm
from hitouch.core.api.forms import validated_form
from hitouch.core.errors import Refusal
from onboarding import identifiers
from onboarding.kyc.forms import PanForm
from onboarding.payees import rules
from onboarding.payees.forms import BankAccountForm
from onboarding.profile.forms import NamesForm, PersonForm

#: What a service makes of a form's value; nothing if it refuses it.
Normalise = Callable[[str], str | None]

holds_aadhaar = identifiers.holds_full_aadhaar


def without_aadhaar(text: str) -> str | None:
    return None if holds_aadhaar(text) else text


CONTACT, BANK = ContactForm.base_fields["contact"], BankAccountForm.base_fields
FIELDS: dict[str, tuple[forms.Field, Normalise]] = {
    "phone": (CONTACT, str),
    "email": (CONTACT, str),
    "account": (BANK["account_number"], rules.normalise_account_number),
    "ifsc": (BANK["ifsc"], rules.normalise_ifsc),
    "upi": (BANK["vpa"], rules.normalise_vpa),
    "pan": (PanForm.base_fields["number"], identifiers.normalise_pan),
    "pin": (PersonForm.base_fields["current_pin"], str),
    "name": (NamesForm.base_fields["given_name"], without_aadhaar),
}


def answers(kind: str, typed: Any) -> Iterator[tuple[str, str | None]]:
    """What API and page would store, or nothing."""
    field = FIELDS[kind][0]
    field.required = True
    form_class = type("OneField", (forms.Form,), {"value": field})
    yield "API", _stored(kind, _form_of_api(form_class, typed))
    if isinstance(typed, str):
        form = form_class({"value": typed})
        yield "page", _stored(kind, form if form.is_valid() else None)


def _form_of_api(form_class: type[forms.Form], typed: Any) -> forms.Form | None:
    sent = APIRequestFactory().post(
        "/", json.dumps({"value": typed}), content_type="application/json"
    )
    try:
        return validated_form(form_class, Request(sent, parsers=[JSONParser()]))
    except APIException:
        return None


def _stored(kind: str, form: forms.Form | None) -> str | None:
    if form is None:
        return None
    try:
        return FIELDS[kind][1](form.cleaned_data["value"]) or None
    except (Refusal, ValueError):
        return None
