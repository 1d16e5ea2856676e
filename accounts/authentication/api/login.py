"""API of log-in, tokens and the current user."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView, PublicAPIView
from accounts.authentication import serializers
from accounts.authentication.forms import CodeRequestForm, RefreshForm, TokenLoginForm
from accounts.authentication.services import login
from accounts.authentication.view_helpers import requester_of
from accounts.consents import registry as consents_registry
from accounts.hooks import landing_for
from accounts.mfa import services as mfa
from accounts.models import LogInEvent, User
from accounts.security import login_history
from accounts.security.origin import KnownBrowser, origin_of, sign_known_browser
from accounts.sessions import tokens
from accounts.sessions.tokens import Tokens
from hitouch.core.api.forms import validated_form
from hitouch.core.masking import mask_contact


class MeView(OwnAccountAPIView):
    """The current user."""

    scope = "me"

    @extend_schema(request=None, responses=serializers.MeOut)
    def get(self, request: Request) -> Response:
        """The current user, with masked contacts, roles and the next step."""
        return Response(serialize_me(self.user, now=timezone.now()))


class LoginCodeView(PublicAPIView):
    """The code to log in with. The response is the same for every contact."""

    @extend_schema(
        request=serializers.CodeRequestIn,
        responses=serializers.CODE_RESPONSES,
    )
    def post(self, request: Request) -> Response:
        """Send a login code."""
        data = validated_form(CodeRequestForm, request).cleaned_data
        requester = requester_of(request, data)
        ticket = login.begin_log_in_by_code(
            contact=data["contact"], at=timezone.now(), requester=requester
        )
        return Response({"ticket": ticket}, status=202)


class TokenObtainView(PublicAPIView):
    """Tokens for a password or code, and a second factor if the account has one."""

    operation_ids = {"post": "log_in"}

    @extend_schema(
        request=serializers.TokensIn,
        responses={201: serializers.TokensOut},
    )
    def post(self, request: Request) -> Response:
        """Log in. 401 `second_factor_required` means a second factor is needed."""
        data, now = validated_form(TokenLoginForm, request).cleaned_data, timezone.now()
        user = _check_credentials(request, data, now)
        factor_at = mfa.require_second_factor(
            user=user,
            code=data["second_factor"],
            at=now,
            origin=origin_of(request),
        )
        method = LogInEvent.Way.CODE if data["code"] else LogInEvent.Way.PASSWORD
        issued = start_api_login(request, user, method=method, now=now, second_factor_at=factor_at)
        return Response(login_response(issued, now=now), status=201)


class TokenRefreshView(PublicAPIView):
    """A new pair of tokens. Reusing an old refresh token ends the session.

    If the answer was lost, send the same token again within 10 seconds, from the same network and
    with the same `User-Agent`: the same pair is returned.
    """

    operation_ids = {"post": "refresh_tokens"}

    @extend_schema(
        request=serializers.RefreshIn,
        responses=serializers.RefreshedOut,
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token."""
        refresh_token = validated_form(RefreshForm, request).cleaned_data["refresh_token"]
        issued = tokens.refresh(
            refresh_token=refresh_token,
            at=timezone.now(),
            origin=origin_of(request),
            user_agent=request.headers.get("User-Agent", ""),
        )
        return Response(serialize_tokens(issued))


class TokenRevokeView(PublicAPIView):
    """End a session and all its tokens."""

    operation_ids = {"post": "revoke_tokens"}

    @extend_schema(request=serializers.RefreshIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out. The response is the same for an unknown token."""
        refresh_token = validated_form(RefreshForm, request).cleaned_data["refresh_token"]
        tokens.revoke(refresh_token=refresh_token, at=timezone.now())
        return Response(status=204)


def start_api_login(
    request: Request,
    user: User,
    *,
    method: str,
    now: datetime,
    second_factor_at: datetime | None = None,
) -> Tokens:
    """Issue the first pair of tokens of an app and record its log-in."""
    program = request.headers.get("User-Agent", "")
    issued = tokens.issue(user=user, at=now, second_factor_at=second_factor_at, program=program)
    # After it: a refused log-in must not make its network known to the account.
    origin, outcome = origin_of(request), LogInEvent.Outcome.IN
    login_history.record_login(user=user, outcome=outcome, method=method, origin=origin, at=now)
    return issued


def serialize_tokens(issued: Tokens) -> dict[str, Any]:
    """A pair of tokens, shown only once, and what makes the app known later."""
    user = issued.family.user
    known = KnownBrowser(str(user.pk), str(issued.family.pk), user.login_epoch)
    return {
        "access_token": issued.access_token,
        "token_type": issued.token_type,
        "expires_in": issued.expires_in,
        "refresh_token": issued.refresh_token,
        "device_token": sign_known_browser(known),
    }


def login_response(issued: Tokens, *, now: datetime) -> dict[str, Any]:
    """Tokens of a new login, with the next step."""
    step = landing_for(issued.family.user, now=now).next_step
    return serialize_tokens(issued) | {"next_step": step}


def serialize_me(user: User, *, now: datetime) -> dict[str, Any]:
    """The current user."""
    return {
        "id": str(user.pk),
        "name": user.agent_or_none.name if user.agent_or_none else "",
        "email": mask_contact(user.email) if user.email else None,
        "phone": mask_contact(user.phone) if user.phone else None,
        "email_verified": user.email_verified_at is not None,
        "phone_verified": user.phone_verified_at is not None,
        "roles": sorted(user.role_names),
        "consents_due": [purpose.name for purpose in consents_registry.missing_consents(user)],
        "next_step": landing_for(user, now=now).next_step,
    }


def _check_credentials(request: Request, data: dict[str, Any], now: datetime) -> User:
    origin = origin_of(request, device_token=data["device_token"])
    if data["code"]:
        return login.check_log_in_code(
            ticket=data["ticket"], code=data["code"], at=now, origin=origin
        )
    return login.check_password(
        contact=data["contact"], password=data["password"], at=now, origin=origin
    )
