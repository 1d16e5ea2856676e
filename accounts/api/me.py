"""The person who asks, and their contacts and password, for programs."""

from typing import TypedDict, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import network, services
from accounts.api import answers, shapes
from accounts.audience import IsPerson
from accounts.forms import ChangePasswordForm, ConfirmContactForm, ContactForm
from accounts.models import TokenFamily, User
from accounts.proof import require_proof
from hitouch.core.api import bound


class Here(TypedDict):
    """The session or the program that asks."""

    keep_session: str
    keep_family: TokenFamily | None


class OwnDoor(APIView):
    """An endpoint about oneself."""

    permission_classes = [IsPerson]
    tag = "Me"

    def here(self) -> Here:
        """Where the request comes from, so that logging out elsewhere leaves it alone."""
        session = getattr(self.request, "session", None)
        key = (session.session_key if session is not None else "") or ""
        return {"keep_session": key, "keep_family": getattr(self.request.auth, "family", None)}


class Me(OwnDoor):
    """Who is asking."""

    scope = "me"

    @extend_schema(request=None, responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        """The person, with masked contacts, roles and the next step."""
        return Response(answers.me_out(cast(User, request.user), now=timezone.now()))


class ContactCode(OwnDoor):
    """Send a code to a new contact of one's own."""

    operation_ids = {"post": "contact_code"}

    @extend_schema(request=shapes.ContactIn, responses={202: None})
    def post(self, request: Request) -> Response:
        """Send a code to the contact. Needs a fresh proof (403 `proof_required`)."""
        require_proof(request, timezone.now())
        contact = bound(ContactForm, request).cleaned_data["contact"]
        services.begin_contact(
            user=cast(User, request.user),
            contact=contact,
            at=timezone.now(),
            ip=network.address_of(request),
        )
        return Response(status=202)


class ContactConfirm(OwnDoor):
    """Take the code; the contact is one's own from now on."""

    operation_ids = {"post": "contact_confirm"}

    @extend_schema(request=shapes.ContactCodeIn, responses=shapes.MeOut)
    def post(self, request: Request) -> Response:
        """Confirm the contact. Replacing one logs out everywhere else."""
        typed, now = bound(ConfirmContactForm, request).cleaned_data, timezone.now()
        user = services.confirm_contact(
            user=cast(User, request.user), at=now, **typed, **self.here()
        )
        return Response(answers.me_out(user, now=now))


class Password(OwnDoor):
    """Change the password."""

    operation_ids = {"post": "change_password"}

    @extend_schema(request=shapes.ChangePasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the password; every other session and program is logged out."""
        typed = bound(ChangePasswordForm, request).cleaned_data
        services.change_password(
            user=cast(User, request.user), at=timezone.now(), **typed, **self.here()
        )
        return Response(status=204)
