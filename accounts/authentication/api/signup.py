"""API of sign-up: contact, code, password."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import PublicAPIView
from accounts.authentication import serializers
from accounts.authentication.api import login
from accounts.authentication.forms import CodeRequestForm, SignUpPasswordForm, TicketCodeForm
from accounts.authentication.services import signup
from accounts.authentication.view_helpers import requester_of
from accounts.models import Consent, LogInEvent
from accounts.security import origin
from hitouch.core.api.forms import validated_form


class SignUpCodeView(PublicAPIView):
    """Send a sign-up code. The response is the same for every contact."""

    @extend_schema(
        request=serializers.CodeRequestIn,
        responses=serializers.CODE_RESPONSES,
    )
    def post(self, request: Request) -> Response:
        """Send a sign-up code."""
        data = validated_form(CodeRequestForm, request).cleaned_data
        requester = requester_of(request, data)
        ticket = signup.begin_sign_up(
            contact=data["contact"], at=timezone.now(), requester=requester
        )
        return Response({"ticket": ticket}, status=202)


class SignUpConfirmView(PublicAPIView):
    """Checking the code."""

    @extend_schema(
        request=serializers.TicketCodeIn,
        responses=serializers.SignUpTokenOut,
    )
    def post(self, request: Request) -> Response:
        """Exchange a code for a sign-up token."""
        form = validated_form(TicketCodeForm, request)
        grant = signup.confirm_sign_up(**form.cleaned_data, at=timezone.now())
        return Response({"sign_up_token": grant})


class SignUpPasswordView(PublicAPIView):
    """Set the password. Creating an account accepts the terms and the privacy notice.

    Show the person both (`/terms/`, `/privacy/`) before: this call agrees to them.
    """

    @extend_schema(
        request=serializers.SignUpPasswordIn,
        responses={201: serializers.TokensOut},
    )
    def post(self, request: Request) -> Response:
        """Create the account and log in."""
        data = validated_form(SignUpPasswordForm, request).cleaned_data
        now = timezone.now()
        user = signup.finish_sign_up(
            grant=data["sign_up_token"],
            password=data["password"],
            at=now,
            where=Consent.Where.API,
            network=origin.origin_of(request).network,
        )
        issued = login.start_api_login(request, user, method=LogInEvent.Way.SIGN_UP, now=now)
        return Response(login.login_response(issued, now=now), status=201)
