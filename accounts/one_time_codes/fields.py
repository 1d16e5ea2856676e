"""Fields of one_time_codes."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from accounts import contacts
from accounts.security import validators

LONGEST_PASSWORD = 128
LONGEST_MESSAGE = 200


class ContactField(forms.CharField):
    """An e-mail address or a phone number, in its one written form."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Email or mobile number")
        options.setdefault("help_text", "Include the country code if your number is not Indian.")
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        options.setdefault("widget", forms.TextInput(attrs=attrs | {"autofocus": True}))
        super().__init__(max_length=contacts.LONGEST, **options)

    def clean(self, value: Any) -> str:
        """Normalise, or say what a contact looks like."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return contacts.parse(text)
        except contacts.InvalidContact as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal


class PasswordField(forms.CharField):
    """A password as it was typed."""

    def __init__(self, *, autocomplete: str, **options: Any) -> None:
        attrs: dict[str, object] = {"autocomplete": autocomplete}
        if autocomplete == "new-password":
            attrs["data-least"] = validators.min_length()
        options.setdefault("widget", forms.PasswordInput(attrs=attrs))
        super().__init__(strip=False, max_length=LONGEST_PASSWORD, **options)


class CodeField(forms.CharField):
    """The six digits of a one-time code."""

    #: Six digits, perhaps in groups, that stand alone.
    SIX = re.compile(r"(?<!\d)(?:\d[\s-]?){5}\d(?!\d)")

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        options.setdefault("label", "6-digit code")
        options.setdefault(
            "help_text", "Enter or paste the code. We'll continue once it's complete."
        )
        options.setdefault("widget", forms.TextInput(attrs=attrs | {"autofocus": True}))
        super().__init__(max_length=LONGEST_MESSAGE, **options)
        self.validators.append(
            RegexValidator(r"^\d{6}$", "Enter the 6-digit code, such as 123456.")
        )

    def to_python(self, value: Any) -> str:
        """Digits may come in groups, of any keyboard, or with the words they were sent in."""
        typed = str(super().to_python(value) or "")
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in typed)
        found = self.SIX.search(text)
        return re.sub(r"[\s-]", "", found[0]) if found else text
