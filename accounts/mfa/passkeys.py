"""Passkeys: what a browser or an app sends of one, checked by allauth and fido2.

Ours all live on the device and were made with a finger, a face or a PIN, so that one opens
the account alone and counts as both factors.
"""

import ipaddress
import json
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as theirs
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

LONGEST = 20_000
LONGEST_NAME = 60
#: What parsing made-up answers was seen to raise.
NONSENSE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class CredentialField(forms.CharField):
    """The answer of `navigator.credentials`, as JSON, or as the object it is in an API."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Passkey", max_length=LONGEST, **options)

    def to_python(self, value: Any) -> Any:
        """The object that the JSON stands for."""
        if value in self.empty_values or isinstance(value, dict):
            return value or ""
        try:
            found = json.loads(value)
        except (TypeError, ValueError, RecursionError) as fault:
            raise _wrong() from fault
        if not isinstance(found, dict) or len(value) > LONGEST:
            raise _wrong()
        return found

    def run_validators(self, value: Any) -> None:
        """Its length was looked at as text."""


class NameField(forms.CharField):
    """What its owner calls a passkey."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Name",
            help_text="For example, “My phone”.",
            max_length=LONGEST_NAME,
            **options,
        )


class NamePasskeyForm(forms.Form):
    """Another name."""

    name = NameField()


class AddPasskeyForm(theirs.AddWebAuthnForm):
    """A new passkey and its name."""

    name = NameField(required=False)
    credential = CredentialField()
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Only one that was made with a finger, a face or a PIN."""
        self.cleaned_data["passwordless"] = True
        with malformed_is_invalid():
            cleaned = dict(super().clean())
            if "credential" in cleaned:
                cleaned["credential"] = _kept(cleaned["credential"])
            return cleaned


class _Given:
    """A passkey that somebody gives."""

    def clean_credential(self) -> Authenticator:
        """The passkey it is, or a sentence."""
        with malformed_is_invalid():
            return super().clean_credential()  # type: ignore[misc]


class MFAPasskeyForm(_Given, theirs.AuthenticateWebAuthnForm):
    """As the second step of a log-in."""

    credential = CredentialField()


class ReauthenticatePasskeyForm(_Given, theirs.ReauthenticateWebAuthnForm):
    """Before something delicate."""

    credential = CredentialField()


class LoginPasskeyForm(_Given, theirs.LoginWebAuthnForm):
    """Alone, instead of a contact and a password."""

    credential = CredentialField()


@contextmanager
def malformed_is_invalid() -> Iterator[None]:
    """What cannot be parsed is a wrong passkey, never a fault of ours."""
    try:
        yield
    except ValidationError as wrong:
        raise _wrong() from wrong
    except NONSENSE as fault:
        raise _wrong() from fault


def are_supported_at(request: HttpRequest) -> bool:
    """Whether a browser makes and gives passkeys at this address: a name, not a number."""
    try:
        ipaddress.ip_address(rp_id(request).strip("[]"))
    except ValueError:
        return True
    return False


def rp_id(request: HttpRequest) -> str:
    """The host without its port: what passkeys belong to."""
    host = request.get_host()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def default_name(user: User, device: str) -> str:
    """A first name for a new passkey: where it is made, numbered when that one is taken."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    taken = {row.wrap().name for row in rows}
    name = device[: LONGEST_NAME - 4]
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    """Of what a browser says about a new passkey only what is needed, and no free text."""
    parts = {name: answer["response"][name] for name in ("clientDataJSON", "attestationObject")}
    facts = {"id": answer["id"], "rawId": answer["rawId"]}
    if not all(re.fullmatch(r"[\w=-]+", text, re.ASCII) for text in (parts | facts).values()):
        raise _wrong()
    extensions = {"credProps": {"rk": True}}
    return facts | {
        "type": "public-key",
        "response": parts,
        "clientExtensionResults": extensions,
    }


def _wrong() -> ValidationError:
    return ValidationError(
        "That passkey didn't work. Try again, or log in another way.", code="wrong_passkey"
    )
