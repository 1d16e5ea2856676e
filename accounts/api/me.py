"""API of the current user: account, contacts and password."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import network, services
from accounts.api import answers, shapes
from accounts.api_views import OwnAccountAPIView
from accounts.forms import ChangePasswordForm, ConfirmContactForm, ContactForm
from accounts.proof import require_proof
from hitouch.core.api import bound


class MeView(OwnAccountAPIView):
    """The current user."""

    scope = "me"

    @extend_schema(request=None, responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        """The current user, with masked contacts, roles and the next step."""
        return Response(answers.me_out(self.user, now=timezone.now()))


class ContactCodeView(OwnAccountAPIView):
    """Adding or replacing a contact."""

    operation_ids = {"post": "contact_code"}

    @extend_schema(request=shapes.ContactIn, responses={202: None})
    def post(self, request: Request) -> Response:
        """Send a code to the contact. Needs re-authentication (403 `proof_required`)."""
        require_proof(request, timezone.now())
        contact = bound(ContactForm, request).cleaned_data["contact"]
        services.begin_contact(
            user=self.user,
            contact=contact,
            at=timezone.now(),
            ip=network.address_of(request),
        )
        return Response(status=202)


class ContactConfirmView(OwnAccountAPIView):
    """Verifying a contact."""

    operation_ids = {"post": "contact_confirm"}

    @extend_schema(request=shapes.ContactCodeIn, responses=shapes.MeOut)
    def post(self, request: Request) -> Response:
        """Verify the contact. Replacing a contact logs out all other sessions."""
        typed, now = bound(ConfirmContactForm, request).cleaned_data, timezone.now()
        user = services.confirm_contact(user=self.user, at=now, **typed, **self.current_login())
        return Response(answers.me_out(user, now=now))


class ChangePasswordView(OwnAccountAPIView):
    """Change the password."""

    operation_ids = {"post": "change_password"}

    @extend_schema(request=shapes.ChangePasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the password. All other sessions are logged out."""
        typed = bound(ChangePasswordForm, request).cleaned_data
        services.change_password(user=self.user, at=timezone.now(), **typed, **self.current_login())
        return Response(status=204)
