"""What counts as a contact, and the one way each is written: e-mail lower case, phone E.164."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hitouch.core.errors import Refusal

HOME_REGION = "IN"
LONGEST = 254


class NotAContact(Refusal):
    """The text is neither an e-mail address nor a phone number."""

    code = "not_a_contact"
    status = 422
    field = "contact"
    message = "Type an e-mail address, or a mobile number such as 98765 43210."


def is_email(contact: str) -> bool:
    """Whether a contact is an e-mail address; otherwise it is a phone number."""
    return "@" in contact


def parse(text: str) -> str:
    """The contact in its one written form, or `NotAContact`."""
    text = text.strip()
    if len(text) > LONGEST:
        raise NotAContact
    return _email(text) if is_email(text) else _phone(text)


def _email(text: str) -> str:
    email = text.lower()
    try:
        validate_email(email)
    except ValidationError as fault:
        raise NotAContact from fault
    return email


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as fault:
        raise NotAContact from fault
    if not phonenumbers.is_valid_number(number):
        raise NotAContact
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
