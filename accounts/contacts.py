"""What counts as a contact, and the one way each is written: e-mail lower case, phone E.164.

Whatever is typed is brought to one form first and only that form is looked up, kept and written
to, so that no look-alike of a letter can stand for another person's address.
"""

import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hitouch.core.errors import Refusal

HOME_REGION = "IN"
LONGEST = 254
TEXTED = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


class InvalidContact(Refusal):
    """The text is neither an e-mail address nor a phone number."""

    code = "not_a_contact"
    status = 422
    field = "contact"
    message = "Enter an email address, or a mobile number such as 98765 43210."


def is_email(contact: str) -> bool:
    """Whether a contact is an e-mail address; otherwise it is a phone number."""
    return "@" in contact


def parse(text: str) -> str:
    """The contact in its one written form, or `NotAContact`."""
    if len(text) > LONGEST:
        raise InvalidContact
    text = unicodedata.normalize("NFKC", text).strip()
    return _email(text) if is_email(text) else _phone(text)


def _email(text: str) -> str:
    name, _, domain = text.lower().rpartition("@")
    try:
        # A domain in another script is kept as the registry has it, so that it cannot be mistaken.
        email = f"{name}@{domain.encode('idna').decode()}"
        validate_email(email)
    except (ValidationError, UnicodeError) as fault:
        raise InvalidContact from fault
    return email


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as fault:
        raise InvalidContact from fault
    if not phonenumbers.is_valid_number(number):
        raise InvalidContact
    if phonenumbers.number_type(number) not in TEXTED:
        raise InvalidContact
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
