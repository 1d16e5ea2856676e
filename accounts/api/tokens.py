"""API of login, token refresh and logout."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import network, services, tokens
from accounts.api import answers, shapes
from accounts.api_views import PublicAPIView
from accounts.forms import ContactForm, RefreshForm, TokensForm
from accounts.models import LogInEvent, User
from hitouch.core.api import bound


class LoginCodeView(PublicAPIView):
    """The code to log in with. The response is the same for every contact."""

    @extend_schema(request=shapes.ContactIn, responses={202: shapes.CodeTicketOut})
    def post(self, request: Request) -> Response:
        """Send a login code."""
        contact = bound(ContactForm, request).cleaned_data["contact"]
        ip = network.address_of(request)
        ticket = services.begin_log_in_by_code(contact=contact, at=timezone.now(), ip=ip)
        return Response({"ticket": ticket}, status=202)


class TokenObtainView(PublicAPIView):
    """Tokens for a password or code, and a second factor if the account has one."""

    operation_ids = {"post": "log_in"}

    @extend_schema(request=shapes.TokensIn, responses={201: shapes.TokensOut})
    def post(self, request: Request) -> Response:
        """Log in. 401 `second_factor_required` means a second factor is needed."""
        typed, now = bound(TokensForm, request).cleaned_data, timezone.now()
        user = _person(request, typed, now)
        factor_at = services.require_second_factor(
            user=user, code=typed["second_factor"], at=now, origin=network.origin_of(request)
        )
        way = LogInEvent.Way.CODE if typed["code"] else LogInEvent.Way.PASSWORD
        issued = answers.come_in(request, user, way=way, now=now, second_factor_at=factor_at)
        return Response(answers.logged_in(issued, now=now), status=201)


class TokenRefreshView(PublicAPIView):
    """A new pair of tokens. Reusing an old refresh token ends the session."""

    operation_ids = {"post": "refresh_tokens"}

    @extend_schema(request=shapes.RefreshIn, responses=shapes.RefreshedOut)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token."""
        given = bound(RefreshForm, request).cleaned_data["refresh_token"]
        return Response(answers.tokens_out(tokens.refresh(refresh_token=given, at=timezone.now())))


class TokenRevokeView(PublicAPIView):
    """End a session and all its tokens."""

    operation_ids = {"post": "revoke_tokens"}

    @extend_schema(request=shapes.RefreshIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out. The response is the same for an unknown token."""
        given = bound(RefreshForm, request).cleaned_data["refresh_token"]
        tokens.revoke(refresh_token=given, at=timezone.now())
        return Response(status=204)


def _person(request: Request, typed: dict[str, Any], now: datetime) -> User:
    origin = network.origin_of(request)
    if typed["code"]:
        return services.check_log_in_code(
            ticket=typed["ticket"], code=typed["code"], at=now, origin=origin
        )
    return services.check_password(
        contact=typed["contact"], password=typed["password"], at=now, origin=origin
    )
