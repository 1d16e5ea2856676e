"""API views of the steps before an assessment."""

import uuid

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api.forms import validated_form
from proctoring.api_views import OwnSittingAPIView
from proctoring.delivery import services as sittings
from proctoring.invitations.forms import InvitationForm
from proctoring.invitations.serializers import InvitationIn
from proctoring.serializers import SittingOut
from proctoring.setup import forms, serializers, services


class OpenSittingView(AgentAPIView):
    """Open a sitting (one attempt) from an invitation."""

    operation_ids = {"post": "sittings_open"}

    @extend_schema(request=InvitationIn, responses={201: SittingOut})
    def post(self, request: Request) -> Response:
        form = validated_form(InvitationForm, request)
        invitation_id = form.cleaned_data["invitation"]
        invitation = get_object_or_404(self.agent.invitations, pk=invitation_id)
        sitting = services.open_sitting(invitation=invitation, at=timezone.now())
        return Response(SittingOut(sitting).data, status=201)


class SittingDetailView(OwnSittingAPIView):
    """Get a sitting's state and times."""

    @extend_schema(responses=SittingOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return self.sitting_response(
            sittings.advance_clock(sitting=self.get_sitting(pk), at=timezone.now())
        )


class ConsentView(OwnSittingAPIView):
    """Consent to recording."""

    @extend_schema(request=serializers.ConsentIn, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        validated_form(forms.ConsentForm, request)
        agent = self.agent
        return self.sitting_response(
            services.give_consent(sitting=sitting, by=agent.user, at=timezone.now())
        )


class SystemCheckView(OwnSittingAPIView):
    """Run the system check. Moves to the next step if every check passes."""

    @extend_schema(request=serializers.FactsIn, responses=serializers.SystemCheckOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.SystemCheckForm, request).facts()
        by = self.user
        check = services.check_system(sitting=sitting, facts=facts, by=by, at=timezone.now())
        return Response(serializers.SystemCheckOut(check).data)


class DeviceTestView(OwnSittingAPIView):
    """Check camera and microphone. Moves to the next step if both pass."""

    @extend_schema(request=serializers.DevicesIn, responses=serializers.SystemCheckOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.DeviceTestForm, request).cleaned_data
        by = self.user
        check = services.check_devices(sitting=sitting, by=by, at=timezone.now(), **facts)
        return Response(serializers.SystemCheckOut(check).data)


class IdentityPhotoView(OwnSittingAPIView):
    """Upload the photo taken before the assessment, as multipart `photo`."""

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": serializers.LivePhotoIn}, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        photo = validated_form(forms.IdentityPhotoForm, request).cleaned_data["photo"]
        by = self.user
        return self.sitting_response(
            services.save_identity_photo(sitting=sitting, photo=photo, by=by, at=timezone.now())
        )
