"""API of sign-up and password reset."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import network, services
from accounts.api import answers, shapes
from accounts.api_views import PublicAPIView
from accounts.forms import ContactForm, ResetPasswordForm, SignUpPasswordForm, TicketCodeForm
from accounts.models import Consent, LogInEvent
from hitouch.core.api import bound


class SignUpCodeView(PublicAPIView):
    """Send a sign-up code. The response is the same for every contact."""

    @extend_schema(request=shapes.ContactIn, responses={202: shapes.CodeTicketOut})
    def post(self, request: Request) -> Response:
        """Send a sign-up code."""
        contact = bound(ContactForm, request).cleaned_data["contact"]
        ip = network.address_of(request)
        ticket = services.begin_sign_up(contact=contact, at=timezone.now(), ip=ip)
        return Response({"ticket": ticket}, status=202)


class SignUpConfirmView(PublicAPIView):
    """Checking the code."""

    @extend_schema(request=shapes.TicketCodeIn, responses=shapes.SignUpTokenOut)
    def post(self, request: Request) -> Response:
        """Exchange a code for a sign-up token."""
        form = bound(TicketCodeForm, request)
        grant = services.confirm_sign_up(**form.cleaned_data, at=timezone.now())
        return Response({"sign_up_token": grant})


class SignUpPasswordView(PublicAPIView):
    """Set the password. Creating an account accepts the terms and the privacy notice.

    Show the person both (`/terms/`, `/privacy/`) before: this call agrees to them.
    """

    @extend_schema(request=shapes.SignUpPasswordIn, responses={201: shapes.TokensOut})
    def post(self, request: Request) -> Response:
        """Create the account and log in."""
        typed = bound(SignUpPasswordForm, request).cleaned_data
        now = timezone.now()
        user = services.finish_sign_up(
            grant=typed["sign_up_token"],
            password=typed["password"],
            at=now,
            where=Consent.Where.API,
            network=network.origin_of(request).network,
        )
        issued = answers.come_in(request, user, way=LogInEvent.Way.SIGN_UP, now=now)
        return Response(answers.logged_in(issued, now=now), status=201)


class ResetCodeView(PublicAPIView):
    """Send a reset code. The response is the same for every contact."""

    @extend_schema(request=shapes.ContactIn, responses={202: shapes.CodeTicketOut})
    def post(self, request: Request) -> Response:
        """Send a reset code."""
        contact = bound(ContactForm, request).cleaned_data["contact"]
        ip = network.address_of(request)
        ticket = services.begin_reset(contact=contact, at=timezone.now(), ip=ip)
        return Response({"ticket": ticket}, status=202)


class ResetConfirmView(PublicAPIView):
    """Checking the code."""

    @extend_schema(request=shapes.TicketCodeIn, responses=shapes.ResetTokenOut)
    def post(self, request: Request) -> Response:
        """Exchange a code for a reset token."""
        form, ip = bound(TicketCodeForm, request), network.address_of(request)
        grant = services.confirm_reset(**form.cleaned_data, at=timezone.now(), ip=ip)
        return Response({"reset_token": grant})


class ResetPasswordView(PublicAPIView):
    """Set the new password. All sessions are logged out."""

    @extend_schema(request=shapes.ResetPasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set the new password."""
        typed = bound(ResetPasswordForm, request).cleaned_data
        services.finish_reset(
            grant=typed["reset_token"],
            password=typed["password"],
            at=timezone.now(),
            ip=network.address_of(request),
        )
        return Response(status=204)
