"""API for changing a password, and for resetting it with a code."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView, PublicAPIView
from accounts.authentication import serializers
from accounts.authentication.forms import (
    ChangePasswordForm,
    CodeRequestForm,
    ResetPasswordForm,
    TicketCodeForm,
)
from accounts.authentication.services import passwords
from accounts.authentication.view_helpers import requester_of
from accounts.security import origin
from hitouch.core.api.forms import validated_form


class ChangePasswordView(OwnAccountAPIView):
    """Change the password."""

    operation_ids = {"post": "change_password"}

    @extend_schema(request=serializers.ChangePasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the password. All other sessions are logged out."""
        data = validated_form(ChangePasswordForm, request).cleaned_data
        passwords.change_password(
            user=self.user,
            at=timezone.now(),
            origin=origin.origin_of(request),
            **data,
            **self.current_login(),
        )
        return Response(status=204)


class ResetCodeView(PublicAPIView):
    """Send a reset code. The response is the same for every contact."""

    @extend_schema(
        request=serializers.CodeRequestIn,
        responses=serializers.CODE_RESPONSES,
    )
    def post(self, request: Request) -> Response:
        """Send a reset code."""
        data = validated_form(CodeRequestForm, request).cleaned_data
        requester = requester_of(request, data)
        ticket = passwords.begin_reset(
            contact=data["contact"], at=timezone.now(), requester=requester
        )
        return Response({"ticket": ticket}, status=202)


class ResetConfirmView(PublicAPIView):
    """Checking the code."""

    @extend_schema(
        request=serializers.TicketCodeIn,
        responses=serializers.ResetTokenOut,
    )
    def post(self, request: Request) -> Response:
        """Exchange a code for a reset token."""
        form, ip = validated_form(TicketCodeForm, request), origin.address_of(request)
        grant = passwords.confirm_reset(**form.cleaned_data, at=timezone.now(), ip=ip)
        return Response({"reset_token": grant})


class ResetPasswordView(PublicAPIView):
    """Set the new password. All sessions are logged out."""

    @extend_schema(request=serializers.ResetPasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set the new password."""
        data = validated_form(ResetPasswordForm, request).cleaned_data
        passwords.finish_reset(
            grant=data["reset_token"],
            password=data["password"],
            at=timezone.now(),
            ip=origin.address_of(request),
        )
        return Response(status=204)
