"""What apps send; codes are checked by our services, whose refusals keep their own status."""

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
    """A code, checked by our service; a refusal keeps its own status."""

    code = inputs.CharField(max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        super().__init__(*args, **kwargs)


class PasswordInput(CodeInput):
    """The password once more."""

    code = None
    password = PasswordField(autocomplete="current-password")


class SetUpAppInput(TOTPSetupForm, inputs.Input):
    """The first code of a new app."""


class AddPasskeyInput(passkeys.AddPasskeyForm, inputs.Input):
    """A new passkey and its name."""


class RenameInput(UpdateWebAuthnInput):
    """Which passkey, and its new name."""

    name = passkeys.NameField()


class LogInPasskeyInput(passkeys.LoginPasskeyForm, inputs.Input):
    """A passkey alone."""


class GivePasskeyInput(passkeys.MFAPasskeyForm, inputs.Input):
    """A passkey after the password."""


class GivePasskeyAgainInput(passkeys.ReauthenticatePasskeyForm, inputs.Input):
    """A passkey before something delicate."""
