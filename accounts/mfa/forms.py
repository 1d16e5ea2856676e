"""Forms of mfa."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.bridge.models import BreakGlass
from accounts.mfa import break_glass, services
from accounts.security import origin
from hitouch.core.errors import Refusal


class RateLimitedCodeMixin:
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
                origin=origin.origin_of(context.request),
            )
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        self.authenticator.user = self.user
        return code


class MFAChallengeForm(RateLimitedCodeMixin, AuthenticateForm):
    """The second step of a log-in. Staff who lost theirs type a break-glass token here."""

    glass: BreakGlass | None = None

    def clean_code(self) -> str:
        """Check and use up what was typed."""
        code = str(self.cleaned_data["code"])
        if not break_glass.is_break_glass(code):
            return super().clean_code()
        try:
            self.glass = break_glass.use_break_glass(user=self.user, code=code, at=timezone.now())
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        return code

    def save(self) -> None:
        """Keep it for the moment of signing in."""
        if self.glass is None:
            super().save()
        else:
            context.request.given_factor = self.glass


class MFAReauthenticateForm(RateLimitedCodeMixin, ReauthenticateForm):
    """The second factor once more, before something delicate."""


class TOTPSetupForm(ActivateTOTPForm):
    """The first code of a new authenticator app; it is not good a second time."""

    def clean_code(self) -> str:
        """Check, and keep the step of the app's clock, which is used up with it."""
        code = str(super().clean_code())
        self.user.used_step = services.totp_step_of(
            secret=self.secret, code=code, at=timezone.now()
        )
        return code
