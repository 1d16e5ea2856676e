"""Forms of billing: a client's details, and which client to bill."""

import re
from typing import Any

from django import forms

from gigs.models import Client
from hitouch.core.web.forms import IdentifierField, PrintableField
from payments.billing.services import GstinInvalid
from payments.gst_numbers import STATE_CODES, normalise_gstin
from payments.models import BillingDetails

STATE_CHOICES = [
    ("", "Select state"),
    *sorted(STATE_CODES.items(), key=lambda state: state[1]),
]
_PIN_CODE = re.compile(r"[1-9][0-9]{5}")


def _normalise_pin_code(text: str) -> str | None:
    digits = "".join(text.split())
    return digits if _PIN_CODE.fullmatch(digits) else None


class BillingDetailsForm(forms.Form):
    """To whom a client's bills are addressed."""

    legal_name = PrintableField(
        label="Legal name", min_length=3, max_length=100, help_text="As registered for GST."
    )
    gstin = IdentifierField(
        label="GSTIN",
        normalise=normalise_gstin,
        message=GstinInvalid.message,
        required=False,
        help_text="15 characters. Leave empty if your company is not registered for GST.",
    )
    address_1 = PrintableField(label="Address", max_length=100)
    address_2 = PrintableField(label="Address, second line", max_length=100, required=False)
    place = PrintableField(label="City or town", min_length=3, max_length=50)
    pin_code = IdentifierField(
        label="PIN code", normalise=_normalise_pin_code, message="Enter the six digits."
    )
    state_code = forms.ChoiceField(
        label="State", choices=STATE_CHOICES, help_text="Its GST is on your bills."
    )
    is_sez = forms.BooleanField(
        label="This address is in a special economic zone (SEZ)", required=False
    )

    @classmethod
    def initial_of(cls, details: BillingDetails | None) -> dict[str, Any]:
        """What the form shows first: the details as they are."""
        return {name: getattr(details, name) for name in cls.base_fields} if details else {}


class ClientDetailsForm(BillingDetailsForm):
    """Billing details of a client, entered by finance."""

    client = forms.ModelChoiceField(Client.objects.order_by("name"))
    field_order = ["client"]


class BillClientForm(forms.Form):
    """Which client to bill."""

    client = forms.ModelChoiceField(
        Client.objects.order_by("name"),
        help_text="All months that have ended and are not billed yet get their bills.",
    )
