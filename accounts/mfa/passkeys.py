"""Passkeys (WebAuthn): form fields and forms for credentials, checked by allauth and fido2.

Ours are discoverable credentials with user verification (fingerprint, face or PIN), so that one
alone logs in and counts as both factors.
"""

import ipaddress
import json
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

MAX_LENGTH = 20_000
MAX_NAME_LENGTH = 60
#: Exceptions that parsing a malformed credential can raise.
PARSE_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class CredentialField(forms.CharField):
    """The result of `navigator.credentials`, as JSON text or as an object of an API request."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Passkey", max_length=MAX_LENGTH, **options)

    def to_python(self, value: Any) -> Any:
        """Parse the JSON text."""
        if value in self.empty_values or isinstance(value, dict):
            return value or ""
        try:
            credential = json.loads(value)
        except (TypeError, ValueError, RecursionError) as fault:
            raise _invalid_passkey() from fault
        if not isinstance(credential, dict) or len(value) > MAX_LENGTH:
            raise _invalid_passkey()
        return credential

    def run_validators(self, value: Any) -> None:
        """None: the length was checked as text."""


class NameField(forms.CharField):
    """The owner's name for a passkey."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Name",
            help_text="For example, “My phone”.",
            max_length=MAX_NAME_LENGTH,
            **options,
        )


class NamePasskeyForm(forms.Form):
    """Rename a passkey."""

    name = NameField()


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A new passkey and its name."""

    name = NameField(required=False)
    credential = CredentialField()
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Require user verification; malformed input is an invalid passkey."""
        self.cleaned_data["passwordless"] = True
        with malformed_is_invalid():
            cleaned = dict(super().clean())
            if "credential" in cleaned:
                cleaned["credential"] = _without_free_text(cleaned["credential"])
            return cleaned


class _PasskeyCredentialMixin:
    """Verifies a passkey; malformed input is an invalid passkey."""

    def clean_credential(self) -> Authenticator:
        """The authenticator of the passkey."""
        with malformed_is_invalid():
            return super().clean_credential()  # type: ignore[misc]


class MFAPasskeyForm(_PasskeyCredentialMixin, webauthn_forms.AuthenticateWebAuthnForm):
    """A passkey as the second step of a log-in."""

    credential = CredentialField()


class ReauthenticatePasskeyForm(_PasskeyCredentialMixin, webauthn_forms.ReauthenticateWebAuthnForm):
    """A passkey before a sensitive act."""

    credential = CredentialField()


class LoginPasskeyForm(_PasskeyCredentialMixin, webauthn_forms.LoginWebAuthnForm):
    """A passkey in place of contact and password."""

    credential = CredentialField()


@contextmanager
def malformed_is_invalid() -> Iterator[None]:
    """Turn any error while parsing a credential into one validation error."""
    try:
        yield
    except ValidationError as wrong:
        raise _invalid_passkey() from wrong
    except PARSE_ERRORS as fault:
        raise _invalid_passkey() from fault


def are_supported_at(request: HttpRequest) -> bool:
    """Whether passkeys work at this address: they need a host name, not an IP address."""
    try:
        ipaddress.ip_address(rp_id(request).strip("[]"))
    except ValueError:
        return True
    return False


def rp_id(request: HttpRequest) -> str:
    """The relying party id: the host without its port."""
    host = request.get_host()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def default_name(user: User, device: str) -> str:
    """A default name for a new passkey: the device, numbered if the name is taken."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    taken = {row.wrap().name for row in rows}
    name = device[: MAX_NAME_LENGTH - 4]
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (name, *numbered) if name not in taken)


def _without_free_text(credential: dict[str, Any]) -> dict[str, Any]:
    """Keep only the required parts of a registration, so that no free text is stored."""
    parts = {name: credential["response"][name] for name in ("clientDataJSON", "attestationObject")}
    facts = {"id": credential["id"], "rawId": credential["rawId"]}
    if not all(re.fullmatch(r"[\w=-]+", text, re.ASCII) for text in (parts | facts).values()):
        raise _invalid_passkey()
    extensions = {"credProps": {"rk": True}}
    return facts | {
        "type": "public-key",
        "response": parts,
        "clientExtensionResults": extensions,
    }


def _invalid_passkey() -> ValidationError:
    return ValidationError(
        "That passkey didn't work. Try again, or log in another way.", code="wrong_passkey"
    )
