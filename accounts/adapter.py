"""What allauth asks of us: where people go, how they are told, how secrets are kept."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import network, queries, services
from accounts.models import User
from accounts.news import News
from hitouch.core import crypto
from hitouch.core.errors import Refusal

SECRET_CONTEXT = "mfa.authenticator.secret"  # noqa: S105

NEWS = {
    "mfa/email/totp_activated": News.APP_ADDED,
    "mfa/email/totp_deactivated": News.APP_REMOVED,
    "mfa/email/recovery_codes_generated": News.RECOVERY_CODES_MADE,
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up, codes and passwords are ours; the stages of a log-in are allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts begin in `accounts.services`, never in allauth."""
        return False

    def get_login_stages(self) -> list[str]:
        """Contacts are confirmed before there is an account; the second factor is left."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff set up or give their second factor first."""
        user = request.user
        verified = getattr(user, "otp_device", None) is not None
        if isinstance(user, User) and user.is_staff and not verified:
            return reverse("accounts:second-factor")
        return str(super().get_login_redirect_url(request))

    def reauthenticate(self, user: User, password: str) -> bool:
        """The same password under the same limits as at log-in."""
        origin = network.origin_of(self.request)
        try:
            services.check_password(
                contact=user.contact, password=password, at=timezone.now(), origin=origin
            )
        except Refusal:
            return False
        return True

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell people what changed about their security, through the outbox."""
        if what := NEWS.get(template_prefix):
            services.tell_security_news(user=user, what=what, at=timezone.now())

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps are encrypted at rest, and staff keep theirs."""

    def encrypt(self, text: str) -> str:
        """Seal a key for the database."""
        return base64.b64encode(crypto.seal(text.encode(), context=SECRET_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` made."""
        sealed = base64.b64decode(encrypted_text)
        return crypto.unseal(sealed, context=SECRET_CONTEXT).decode()

    def get_totp_label(self, user: User) -> str:
        """The name under which an authenticator app lists us."""
        return user.contact

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff always have a second factor."""
        return not authenticator.user.is_staff

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """Asked by the log-in's stages."""
        if user.is_anonymous:
            return False
        return queries.has_factor(user, types)
