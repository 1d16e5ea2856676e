"""API of re-authentication before sensitive acts."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView
from accounts.authentication import serializers
from accounts.authentication.forms import ReauthenticationForm
from accounts.authentication.services import reauthentication
from accounts.models import TokenFamily
from accounts.security import origin
from accounts.security.reauthentication import record_reauthentication
from accounts.sessions import tokens
from accounts.sessions.login import login_id_of
from hitouch.core.api.forms import validated_form
from hitouch.core.masking import mask_contact


class ReauthenticationCodeView(OwnAccountAPIView):
    """The code to re-authenticate with."""

    @extend_schema(request=None, responses={202: serializers.ProofCodeOut})
    def post(self, request: Request) -> Response:
        """Send a code to your verified contact."""
        now = timezone.now()
        contact = reauthentication.send_reauthentication_code(user=self.user, at=now)
        return Response({"contact": mask_contact(contact)}, status=202)


class ReauthenticationView(OwnAccountAPIView):
    """Re-authentication. It lasts five minutes."""

    operation_ids = {"post": "prove"}

    @extend_schema(request=serializers.ProofIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Re-authenticate with your password, a second factor or the code we sent."""
        user, now = self.user, timezone.now()
        data = validated_form(ReauthenticationForm, request).cleaned_data
        method = reauthentication.reauthenticate(
            user=user,
            at=now,
            origin=origin.origin_of(request),
            login_id=login_id_of(request),
            **data,
        )
        family = getattr(request.auth, "family", None)
        if isinstance(family, TokenFamily):
            tokens.record_reauthentication(family=family, at=now, second_factor=method == "mfa")
        else:
            record_reauthentication(request._request, method)
        return Response(status=204)
