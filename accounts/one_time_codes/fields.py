"""Form fields for contacts, passwords and one-time codes."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import contacts
from accounts.security import validators
from hitouch.core import identifiers
from hitouch.core.web.forms import IdentifierField

MAX_PASSWORD_LENGTH = 128
MAX_PASTED_LENGTH = 200
CODE_DIGITS = 6
#: Six digits, perhaps in two groups, that stand alone: no amount, no part of a longer number.
_CODE_IN_MESSAGE = re.compile(
    r"(?<![0-9A-Za-z.,/+-])(?<![0-9][ ])[0-9]{3}[ -]?[0-9]{3}(?![0-9A-Za-z/-]|[.,][0-9]|[ ][0-9])"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


class ContactField(forms.CharField):
    """An e-mail address or a phone number; cleans to its normalised form."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Email or mobile number")
        options.setdefault("help_text", "Include the country code if your number is not Indian.")
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        options.setdefault("widget", forms.TextInput(attrs=attrs | {"autofocus": True}))
        super().__init__(max_length=contacts.MAX_LENGTH, **options)

    def clean(self, value: Any) -> str:
        """Normalise the contact, or show an example of one."""
        if value is not None and not isinstance(value, str):
            raise ValidationError(str(contacts.InvalidContact()), code=contacts.InvalidContact.code)
        text = super().clean(value)
        if not text:
            return ""
        try:
            return contacts.parse(text)
        except contacts.InvalidContact as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal


class PasswordField(forms.CharField):
    """A password, not stripped."""

    def __init__(self, *, autocomplete: str, **options: Any) -> None:
        attrs: dict[str, object] = {"autocomplete": autocomplete}
        if autocomplete == "new-password":
            attrs["data-least"] = validators.min_length()
        options.setdefault("widget", forms.PasswordInput(attrs=attrs))
        super().__init__(strip=False, max_length=MAX_PASSWORD_LENGTH, **options)


class CodeField(IdentifierField):
    """A six-digit one-time code, typed or pasted with the message that brought it."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        options.setdefault("label", "6-digit code")
        options.setdefault(
            "help_text", "Enter or paste the code. We'll continue once it's complete."
        )
        options.setdefault("widget", forms.TextInput(attrs=attrs | {"autofocus": True}))
        super().__init__(
            normalise=_code_in,
            message="Enter the 6-digit code, such as 123456.",
            max_length=MAX_PASTED_LENGTH,
            **options,
        )


def _code_in(text: str) -> str | None:
    """The code that the text is, or the only one in a message of several words."""
    if len(text) > MAX_PASTED_LENGTH:
        return None
    if code := identifiers.normalise_digits(text, least=CODE_DIGITS):
        return code
    message = identifiers.to_ascii_digits(text) or ""
    codes = {re.sub("[ -]", "", found) for found in _CODE_IN_MESSAGE.findall(message)}
    return codes.pop() if len(codes) == 1 and len(_WORD.findall(message)) > 1 else None
