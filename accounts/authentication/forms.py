"""What people and programs type on their way in. No rules here: those are in the services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.mfa.forms import MFAChallengeForm, MFAReauthenticateForm, TOTPSetupForm
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.fields import CodeField, ContactField, PasswordField
from accounts.one_time_codes.forms import CodeForm
from accounts.security import validators


class ContactForm(forms.Form):
    """Which contact a code goes to."""

    contact = ContactField()


class NewPasswordForm(forms.Form):
    """The password to sign in with from now on."""

    password = PasswordField(
        label="New password",
        autocomplete="new-password",
        help_text=(
            f"At least {validators.min_length()} characters. "
            "Three random words make a strong password."
        ),
    )


class LogInForm(forms.Form):
    """A contact and its password."""

    contact = ContactField(help_text="")
    password = PasswordField(label="Password", autocomplete="current-password")


class ChangePasswordForm(NewPasswordForm):
    """The present password and the next one."""

    present_password = PasswordField(label="Current password", autocomplete="current-password")
    field_order = ("present_password", "password")


class ReauthenticatePasswordForm(forms.Form):
    """The password once more, before something delicate."""

    password = PasswordField(label="Your password", autocomplete="current-password")


class ReauthenticateFactorForm(forms.Form):
    """The second factor once more, before something delicate."""

    second_factor = forms.CharField(
        label="Authenticator app code or recovery code",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
    )


class ConfirmContactForm(ContactForm):
    """A program names the contact again with its code."""

    code = CodeField()


class TicketCodeForm(CodeForm):
    """A program sends the ticket that it was given with its code."""

    ticket = forms.CharField(max_length=one_time_codes.LONGEST)


class ReauthenticationForm(forms.Form):
    """One of the ways to prove who one is."""

    password = PasswordField(autocomplete="current-password", required=False)
    second_factor = forms.CharField(max_length=20, required=False)
    code = CodeField(required=False)


class SignUpPasswordForm(NewPasswordForm):
    """A program's last step of signing up."""

    sign_up_token = forms.CharField(max_length=1000)


class ResetPasswordForm(NewPasswordForm):
    """A program's last step of a reset."""

    reset_token = forms.CharField(max_length=1000)


class TokenLoginForm(forms.Form):
    """A program's log-in: a contact and its password, or a ticket and its code."""

    contact = ContactField(required=False)
    password = PasswordField(autocomplete="current-password", required=False)
    ticket = forms.CharField(max_length=one_time_codes.LONGEST, required=False)
    code = CodeField(required=False)
    second_factor = forms.CharField(max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """One proof, whole, not none and not two."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        given = [name for name in ("contact", "password", "ticket", "code") if cleaned[name]]
        if given not in (["contact", "password"], ["ticket", "code"]):
            raise ValidationError("Send a contact and password, or a ticket and code.")
        return cleaned


class RefreshForm(forms.Form):
    """A refresh token."""

    refresh_token = forms.CharField(max_length=200)


for _form in (MFAChallengeForm, MFAReauthenticateForm, TOTPSetupForm):
    _field = _form.base_fields["code"]
    _field.label = "Code"
    _field.widget.attrs = {"autocomplete": "one-time-code", "class": "code"}
