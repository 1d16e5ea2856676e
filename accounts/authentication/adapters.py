"""allauth's adapters: redirects, notifications, and encryption of second-factor secrets."""

import base64
from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.authentication.services import reauthentication
from accounts.bridge.verification import session_used_break_glass
from accounts.hooks import mfa_required
from accounts.mfa import passkeys
from accounts.mfa import queries as mfa_queries
from accounts.models import User
from accounts.security import locks
from accounts.security.notifications import SecurityNotification, notify_security_change
from accounts.security.origin import origin_of
from accounts.security.reauthentication import recently_reauthenticated
from accounts.sessions import tokens
from accounts.sessions.login import keep_login_stamp, login_id_of, login_stamp_of
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
    """Sign-up, codes and passwords are our own; allauth runs the stages of a log-in."""

    def is_safe_url(self, url: str) -> bool:
        """Whether an address to go to is on this site; what cannot be read as one is not."""
        try:
            return bool(super().is_safe_url(url)) and not url.startswith("//")
        except ValueError:
            return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are created by our services, never by allauth."""
        return False

    def get_login_stages(self) -> list[str]:
        """Only the second factor: contacts are verified before an account exists."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Users who must have a second factor set it up, or use it, first."""
        if _must_set_up_mfa(request):
            return reverse("accounts:second-factor")
        return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        """The same when the user wanted to go to another page."""
        if _must_set_up_mfa(request):
            facts["redirect_url"] = reverse("accounts:second-factor")
        return super().post_login(request, user, **facts)

    def pre_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse | None:
        """The credentials are checked: keep what the account was like, for the stages to come."""
        response: HttpResponse | None = super().pre_login(request, user, **facts)
        if response is None:
            keep_login_stamp(request, user)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, unless the account was changed or suspended since `pre_login`.

        The session is listed under the same lock, so that whatever ends all sessions finds it.
        """
        try:
            with transaction.atomic():
                locks.lock_for_login(user, stamp=login_stamp_of(request))
                super().login(request, user)
                UserSession.objects.purge_and_list(user)
                UserSession.objects.create_from_request(request)
        except (locks.AccountNotActive, locks.LoginOutdated) as refusal:
            clear_login(request)
            if is_headless_request(request):
                raise
            raise ImmediateHttpResponse(self._login_refused(request, user, refusal)) from refusal

    def logout(self, request: HttpRequest) -> None:
        """End the session, and the tokens that an app was issued in it."""
        tokens.revoke_of_session(session_key=request.session.session_key or "", at=timezone.now())
        super().logout(request)

    def _login_refused(self, request: HttpRequest, user: User, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, locks.AccountNotActive):
            response: HttpResponse = self.respond_user_inactive(request, user)
            return response
        messages.error(request, str(refusal))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The same rule for allauth's own pages as for ours."""
        return not recently_reauthenticated(self.request, timezone.now())

    def reauthenticate(self, user: User, password: str) -> bool:
        """The same check and limits as on our pages."""
        try:
            reauthentication.reauthenticate(
                user=user,
                password=password,
                at=timezone.now(),
                origin=origin_of(self.request),
                login_id=login_id_of(self.request),
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
        """Notify the user of a security change, through the outbox."""
        if what := NOTIFICATIONS.get(template_prefix):
            notify_security_change(user=user, change=what, at=timezone.now())

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Our pages show their own messages."""


def _must_set_up_mfa(request: HttpRequest) -> bool:
    user, device = request.user, getattr(request.user, "otp_device", None)
    used_break_glass = device is not None and session_used_break_glass(request)
    return isinstance(user, User) and mfa_required(user) and (device is None or used_break_glass)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """An app ends sessions in its list."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End them with the tokens that were issued in them."""
        for session in sessions:
            tokens.revoke_of_session(session_key=session.session_key, at=timezone.now())
            session.end()


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return base64.b64encode(crypto.seal(text.encode(), context=SECRET_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` returned."""
        sealed = base64.b64decode(encrypted_text)
        return crypto.unseal(sealed, context=SECRET_CONTEXT).decode()

    def get_totp_label(self, user: User) -> str:
        """The account's name in an authenticator app."""
        return user.contact

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Never by allauth: `mfa.services.remove_factor` checks who has to keep one."""
        return False

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of this site."""
        return {"id": passkeys.rp_id(context.request), "name": "HitouchCX"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """The account's name in the list of passkeys on a device."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.contact, "display_name": user.name}

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """Whether a log-in needs a second factor; called by the log-in stages."""
        if user.is_anonymous:
            return False
        return mfa_queries.has_factor(user, types)
