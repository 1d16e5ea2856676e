"""Parsing and normalising contacts: e-mail addresses in lower case, phone numbers in E.164.

Every contact is normalised before it is looked up, stored or written to, so that look-alike
characters cannot stand for another person's address.
"""

import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hitouch.core.errors import Refusal

HOME_REGION = "IN"
MAX_LENGTH = 254
SMS_NUMBER_TYPES = (
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
    """Normalise a contact; raises `InvalidContact`."""
    if len(text) > MAX_LENGTH:
        raise InvalidContact
    text = unicodedata.normalize("NFKC", text).strip()
    return _normalise_email(text) if is_email(text) else _normalise_phone(text)


def _normalise_email(text: str) -> str:
    name, _, domain = text.lower().rpartition("@")
    try:
        # A domain in another script is stored in its ASCII form, so that it cannot be spoofed.
        email = f"{name}@{domain.encode('idna').decode()}"
        validate_email(email)
    except (ValidationError, UnicodeError) as fault:
        raise InvalidContact from fault
    return email


def _normalise_phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as fault:
        raise InvalidContact from fault
    if not phonenumbers.is_valid_number(number):
        raise InvalidContact
    if phonenumbers.number_type(number) not in SMS_NUMBER_TYPES:
        raise InvalidContact
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
