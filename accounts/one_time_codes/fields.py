"""Form fields for contacts, passwords and one-time codes."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from accounts import contacts
from accounts.security import validators

MAX_PASSWORD_LENGTH = 128
MAX_PASTED_LENGTH = 200


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


class CodeField(forms.CharField):
    """A six-digit one-time code."""

    #: Six digits, perhaps in groups, that stand alone.
    SIX_DIGITS = re.compile(r"(?<!\d)(?:\d[\s-]?){5}\d(?!\d)")

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        options.setdefault("label", "6-digit code")
        options.setdefault(
            "help_text", "Enter or paste the code. We'll continue once it's complete."
        )
        options.setdefault("widget", forms.TextInput(attrs=attrs | {"autofocus": True}))
        super().__init__(max_length=MAX_PASTED_LENGTH, **options)
        self.validators.append(
            RegexValidator(r"^\d{6}$", "Enter the 6-digit code, such as 123456.")
        )

    def to_python(self, value: Any) -> str:
        """Accept digits in groups, from any keyboard, or inside a pasted message."""
        text = str(super().to_python(value) or "")
        digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
        match = self.SIX_DIGITS.search(digits)
        return re.sub(r"[\s-]", "", match[0]) if match else digits
