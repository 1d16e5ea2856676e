"""Forms of second factors: at log-in, for re-authentication, and the set-up of an app."""

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
from accounts.sessions.login import login_id_of
from hitouch.core.errors import Refusal


class RateLimitedCodeMixin:
    """Checks the code with our service, which has its rate limits and uses it up."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    @property
    def login_id(self) -> str | None:
        """The session of a user who is logged in; None during a log-in."""
        request = context.request
        return login_id_of(request) if request.user.is_authenticated else None

    def clean_code(self) -> str:
        """Check and use up the code."""
        code = str(self.cleaned_data["code"])
        try:
            self.authenticator = services.check_second_factor(
                user=self.user,
                code=code,
                at=timezone.now(),
                origin=origin.origin_of(context.request),
                login_id=self.login_id,
            )
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        self.authenticator.user = self.user
        return code


class MFAChallengeForm(RateLimitedCodeMixin, AuthenticateForm):
    """The second step of a log-in; also accepts a break-glass token."""

    used_break_glass: BreakGlass | None = None

    def clean_code(self) -> str:
        """Check and use up the code or the token."""
        code = str(self.cleaned_data["code"])
        if not break_glass.is_break_glass(code):
            return super().clean_code()
        try:
            self.used_break_glass = break_glass.use_break_glass(
                user=self.user,
                code=code,
                at=timezone.now(),
                origin=origin.origin_of(context.request),
            )
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        return code

    def save(self) -> None:
        """Keep the token on the request until the session begins."""
        if self.used_break_glass is None:
            super().save()
        else:
            context.request.used_factor = self.used_break_glass


class MFAReauthenticateForm(RateLimitedCodeMixin, ReauthenticateForm):
    """A code of the second factor, before a sensitive act."""


class TOTPSetupForm(ActivateTOTPForm):
    """The first code of a new authenticator app; it cannot be used a second time."""

    def clean_code(self) -> str:
        """Check the code and remember its time step, which is used up with it."""
        self.cleaned_data["code"] = services.normalise_code(self.cleaned_data["code"])
        code = str(super().clean_code())
        self.user.used_totp_step = services.totp_step_of(
            secret=self.secret, code=code, at=timezone.now()
        )
        return code


for _form in (MFAChallengeForm, MFAReauthenticateForm, TOTPSetupForm):
    _field = _form.base_fields["code"]
    _field.label = "Code"
    _field.widget.attrs = {"autocomplete": "one-time-code", "class": "code"}
