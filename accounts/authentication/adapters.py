"""What allauth asks of us: where people go, how they are told, how secrets are kept."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.authentication.services import login
from accounts.bridge import verification as bridge_verification
from accounts.hooks import mfa_required
from accounts.mfa import passkeys
from accounts.mfa import queries as mfa_queries
from accounts.models import User
from accounts.security import notifications as security_notifications
from accounts.security import origin as security_origin
from accounts.security.notifications import SecurityNotification
from accounts.security.reauthentication import recently_reauthenticated
from hitouch.core import crypto
from hitouch.core.errors import Refusal

SECRET_CONTEXT = "mfa.authenticator.secret"  # noqa: S105
NOTIFICATIONS = {
    "mfa/email/totp_activated": SecurityNotification.APP_ADDED,
    "mfa/email/totp_deactivated": SecurityNotification.APP_REMOVED,
    "mfa/email/recovery_codes_generated": SecurityNotification.RECOVERY_CODES_MADE,
    "mfa/email/webauthn_added": SecurityNotification.PASSKEY_ADDED,
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
        """Who has to have a second factor sets it up, or gives it, first."""
        if _has_to_set_up(request):
            return reverse("accounts:second-factor")
        return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        """The same for somebody who wanted to go to another page."""
        if _has_to_set_up(request):
            facts["redirect_url"] = reverse("accounts:second-factor")
        return super().post_login(request, user, **facts)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Asked by allauth's own pages: the same rule as for ours."""
        return not recently_reauthenticated(self.request, timezone.now())

    def reauthenticate(self, user: User, password: str) -> bool:
        """The same password under the same limits as at log-in."""
        origin = security_origin.origin_of(self.request)
        try:
            login.check_password(
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
        if what := NOTIFICATIONS.get(template_prefix):
            security_notifications.notify_security_change(user=user, what=what, at=timezone.now())

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""


def _has_to_set_up(request: HttpRequest) -> bool:
    user, device = request.user, getattr(request.user, "otp_device", None)
    is_glass = device is not None and bridge_verification.session_used_break_glass(request)
    return isinstance(user, User) and mfa_required(user) and (device is None or is_glass)


class MFAAdapter(DefaultMFAAdapter):
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
        """Never in allauth: `services.remove_factor` knows who has to keep one."""
        return False

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of this site."""
        return {"id": passkeys.rp_id(context.request), "name": "HitouchCX"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """What a device lists its passkeys under."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.contact, "display_name": user.name}

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """Asked by the log-in's stages."""
        if user.is_anonymous:
            return False
        return mfa_queries.has_factor(user, types)
