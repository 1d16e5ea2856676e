"""API for adding or replacing one's own contacts."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView
from accounts.authentication import serializers
from accounts.authentication.api import login
from accounts.authentication.forms import ConfirmContactForm, ContactForm
from accounts.authentication.services import contacts
from accounts.security import origin
from accounts.security.reauthentication import require_reauthentication
from hitouch.core.api.forms import validated_form


class ContactCodeView(OwnAccountAPIView):
    """Adding or replacing a contact."""

    operation_ids = {"post": "contact_code"}

    @extend_schema(request=serializers.ContactIn, responses={202: None})
    def post(self, request: Request) -> Response:
        """Send a code to the contact. Needs re-authentication (403 `proof_required`)."""
        require_reauthentication(request, timezone.now())
        contact = validated_form(ContactForm, request).cleaned_data["contact"]
        contacts.request_contact_change(user=self.user, contact=contact, at=timezone.now())
        return Response(status=202)


class ContactConfirmView(OwnAccountAPIView):
    """Verifying a contact."""

    operation_ids = {"post": "contact_confirm"}

    @extend_schema(request=serializers.ContactCodeIn, responses=serializers.MeOut)
    def post(self, request: Request) -> Response:
        """Verify the contact. Replacing a contact logs out all other sessions."""
        data, now = validated_form(ConfirmContactForm, request).cleaned_data, timezone.now()
        user = contacts.confirm_contact_change(
            user=self.user,
            at=now,
            origin=origin.origin_of(request),
            **data,
            **self.current_login(),
        )
        return Response(login.serialize_me(user, now=now))
