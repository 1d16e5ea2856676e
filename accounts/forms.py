"""What people and programs type on their way in. No rules here: those are in the services."""

import re
import unicodedata
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone

from accounts import contacts, network, passwords, services, tickets
from accounts.bridge.models import BreakGlass
from hitouch.core.errors import Refusal

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
        except contacts.NotAContact as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal


class PasswordField(forms.CharField):
    """A password as it was typed."""

    def __init__(self, *, autocomplete: str, **options: Any) -> None:
        attrs: dict[str, object] = {"autocomplete": autocomplete}
        if autocomplete == "new-password":
            attrs["data-least"] = passwords.least_length()
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


class ContactForm(forms.Form):
    """Which contact a code goes to."""

    contact = ContactField()


class CodeForm(forms.Form):
    """The code that came."""

    code = CodeField()


class NewPasswordForm(forms.Form):
    """The password to sign in with from now on."""

    password = PasswordField(
        label="New password",
        autocomplete="new-password",
        help_text=(
            f"At least {passwords.least_length()} characters. "
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


class PasswordAgainForm(forms.Form):
    """The password once more, before something delicate."""

    password = PasswordField(label="Your password", autocomplete="current-password")


class FactorAgainForm(forms.Form):
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

    ticket = forms.CharField(max_length=tickets.LONGEST)


class ProofForm(forms.Form):
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


class TokensForm(forms.Form):
    """A program's log-in: a contact and its password, or a ticket and its code."""

    contact = ContactField(required=False)
    password = PasswordField(autocomplete="current-password", required=False)
    ticket = forms.CharField(max_length=tickets.LONGEST, required=False)
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


class PurposeForm(forms.Form):
    """What a consent is for."""

    purpose = forms.CharField(max_length=20)


class RefreshForm(forms.Form):
    """A refresh token."""

    refresh_token = forms.CharField(max_length=200)


class _OurLimits:
    """An authenticator's code is checked by our service, under its limits, for every door."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Check and use the code up."""
        code = str(self.cleaned_data["code"])
        try:
            self.authenticator = services.check_second_factor(
                user=self.user,
                code=code,
                at=timezone.now(),
                origin=network.origin_of(context.request),
            )
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        self.authenticator.user = self.user
        return code


class GiveFactorForm(_OurLimits, AuthenticateForm):
    """The second step of a log-in. Staff who lost theirs type a break-glass token here."""

    glass: BreakGlass | None = None

    def clean_code(self) -> str:
        """Check and use up what was typed."""
        code = str(self.cleaned_data["code"])
        if not services.is_break_glass(code):
            return super().clean_code()
        try:
            self.glass = services.use_break_glass(user=self.user, code=code, at=timezone.now())
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        return code

    def save(self) -> None:
        """Keep it for the moment of signing in."""
        if self.glass is None:
            super().save()
        else:
            context.request.given_factor = self.glass


class GiveFactorAgainForm(_OurLimits, ReauthenticateForm):
    """The second factor once more, before something delicate."""


class SetUpFactorForm(ActivateTOTPForm):
    """The first code of a new authenticator app; it is not good a second time."""

    def clean_code(self) -> str:
        """Check, and keep the step of the app's clock, which is used up with it."""
        code = str(super().clean_code())
        self.user.used_step = services.step_of(secret=self.secret, code=code, at=timezone.now())
        return code


for _form in (GiveFactorForm, GiveFactorAgainForm, SetUpFactorForm):
    _field = _form.base_fields["code"]
    _field.label = "Code"
    _field.widget.attrs = {"autocomplete": "one-time-code", "class": "code"}
