"""Input forms of allauth's headless API.

Codes are checked by our services, so that refusals keep their status.
"""

from typing import Any

from allauth.headless.internal.restkit import inputs
from allauth.headless.mfa.inputs import UpdateWebAuthnInput

from accounts.authentication.forms import LogInForm
from accounts.mfa import passkeys
from accounts.mfa.forms import TOTPSetupForm
from accounts.one_time_codes.fields import PasswordField


class LogInInput(LogInForm, inputs.Input):
    """A contact and its password."""


class CodeInput(inputs.Input):
    """A code, checked by the service."""

    code = inputs.CharField(max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        super().__init__(*args, **kwargs)


class PasswordInput(CodeInput):
    """The password, for re-authentication."""

    code = None
    password = PasswordField(autocomplete="current-password")


class SetUpAppInput(TOTPSetupForm, inputs.Input):
    """The first code of a new authenticator app."""


class AddPasskeyInput(passkeys.AddPasskeyForm, inputs.Input):
    """A new passkey and its name."""


class RenameInput(UpdateWebAuthnInput):
    """The id of a passkey and its new name."""

    name = passkeys.NameField()


class LogInPasskeyInput(passkeys.LoginPasskeyForm, inputs.Input):
    """A passkey, as the only factor."""


class GivePasskeyInput(passkeys.MFAPasskeyForm, inputs.Input):
    """A passkey, as the second factor."""


class GivePasskeyAgainInput(passkeys.ReauthenticatePasskeyForm, inputs.Input):
    """A passkey, for re-authentication."""
