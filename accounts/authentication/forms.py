"""Forms of log-in, sign-up, passwords and re-authentication, for pages and API.

They check the shape of the input only; rules are in the services.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.one_time_codes import challenges
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.fields import CodeField, ContactField, PasswordField
from accounts.one_time_codes.forms import CodeForm
from accounts.security import validators
from accounts.security.origin import MAX_DEVICE_TOKEN_LENGTH


class ContactForm(forms.Form):
    """The contact that a code is sent to."""

    contact = ContactField()


class CodeRequestForm(ContactForm):
    """API: the contact, and what shows who asks."""

    device_token = forms.CharField(max_length=MAX_DEVICE_TOKEN_LENGTH, required=False)
    challenge = forms.CharField(max_length=challenges.MAX_CHALLENGE_LENGTH, required=False)
    solution = forms.CharField(max_length=challenges.MAX_SOLUTION_LENGTH, required=False)


class NewPasswordForm(forms.Form):
    """A new password."""

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
    """The current password and the new one."""

    present_password = PasswordField(label="Current password", autocomplete="current-password")
    field_order = ("present_password", "password")


class ReauthenticatePasswordForm(forms.Form):
    """The password, before a sensitive act."""

    password = PasswordField(label="Your password", autocomplete="current-password")


class ReauthenticateFactorForm(forms.Form):
    """The second factor, before a sensitive act."""

    second_factor = forms.CharField(
        label="Authenticator app code or recovery code",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
    )


class ConfirmContactForm(ContactForm):
    """API: the contact and the code sent to it."""

    code = CodeField()


class TicketCodeForm(CodeForm):
    """API: the ticket and the code that was sent."""

    ticket = forms.CharField(max_length=one_time_codes.MAX_TICKET_LENGTH)


class ReauthenticationForm(forms.Form):
    """API: one of password, second factor or code."""

    password = PasswordField(autocomplete="current-password", required=False)
    second_factor = forms.CharField(max_length=20, required=False)
    code = CodeField(required=False)

    def clean(self) -> dict[str, Any]:
        """Of two only one would be compared, and the caller would take both for right."""
        cleaned = super().clean() or {}
        if sum(bool(cleaned.get(name)) for name in self.fields) > 1:
            raise ValidationError("Send a password, a second factor or a code, not several.")
        return cleaned


class SignUpPasswordForm(NewPasswordForm):
    """API: the last step of a sign-up."""

    sign_up_token = forms.CharField(max_length=1000)


class ResetPasswordForm(NewPasswordForm):
    """API: the last step of a password reset."""

    reset_token = forms.CharField(max_length=1000)


class TokenLoginForm(forms.Form):
    """API: a log-in with contact and password, or with ticket and code."""

    device_token = forms.CharField(max_length=MAX_DEVICE_TOKEN_LENGTH, required=False)
    contact = ContactField(required=False)
    password = PasswordField(autocomplete="current-password", required=False)
    ticket = forms.CharField(max_length=one_time_codes.MAX_TICKET_LENGTH, required=False)
    code = CodeField(required=False)
    second_factor = forms.CharField(max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """Exactly one complete pair has to be sent."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        sent = [name for name in ("contact", "password", "ticket", "code") if cleaned[name]]
        if sent not in (["contact", "password"], ["ticket", "code"]):
            raise ValidationError("Send a contact and password, or a ticket and code.")
        return cleaned


class RefreshForm(forms.Form):
    """A refresh token."""

    refresh_token = forms.CharField(max_length=200)
