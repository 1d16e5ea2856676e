"""API views of the steps before an assessment."""

import uuid
from typing import IO, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView, StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from proctoring.api_views import OwnSittingAPIView
from proctoring.delivery import services as sittings
from proctoring.invitations.forms import InvitationForm
from proctoring.invitations.serializers import InvitationIn
from proctoring.models import Sitting
from proctoring.serializers import SittingOut
from proctoring.setup import forms, network, serializers, services
from proctoring.setup import queries as checks
from proctoring.setup.identity_review.services import decide_identity


class ProbeParser(BaseParser):
    """Reads the raw bytes of a probe, one more than were sent at most."""

    media_type = "*/*"

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        return bytes(stream.read(network.BYTES + 1))


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


class CheckListView(OwnSittingAPIView):
    """Get which checks hold, and which have to be passed or repeated before the start."""

    operation_ids = {"get": "sittings_checks"}

    @extend_schema(responses=serializers.CheckListOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        rows = checks.statuses(sitting, timezone.now())
        return Response(serializers.CheckListOut({"state": sitting.state, "checks": rows}).data)


class NetworkProbeView(OwnSittingAPIView):
    """Measure the network: fetch random bytes, send them back, then answer tokens at once."""

    parser_classes = [ProbeParser]
    operation_ids = {"get": "sittings_probe", "post": "sittings_answer_probe"}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """The random bytes, with a token in the header `X-Probe-Token`."""
        token, content = services.start_probe(sitting=self.get_sitting(pk), at=timezone.now())
        response = HttpResponse(content, content_type="application/octet-stream")
        response["X-Probe-Token"], response["Cache-Control"] = token, "no-store"
        return response

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=serializers.ProbeOut,
        parameters=[OpenApiParameter("X-Probe-Token", str, OpenApiParameter.HEADER, required=True)],
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Send the bytes back. While the answer has a token, send that with an empty body."""
        content = request.data if isinstance(request.data, bytes) else b""
        token, check = services.answer_probe(
            sitting=self.get_sitting(pk),
            token=request.headers.get("X-Probe-Token", ""),
            content=content,
            by=self.user,
            at=timezone.now(),
        )
        return Response(serializers.ProbeOut({"token": token, "measured": check}).data)


class SystemCheckView(OwnSittingAPIView):
    """Run the system check, with the network as it was measured by the probe."""

    @extend_schema(request=serializers.FactsIn, responses=serializers.SystemCheckOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.SystemCheckForm, request).facts()
        by = self.user
        check = services.check_system(sitting=sitting, facts=facts, by=by, at=timezone.now())
        return Response(serializers.SystemCheckOut(check).data)


class DeviceTestView(OwnSittingAPIView):
    """Check camera and microphone by a still and three seconds of sound, as multipart."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": serializers.DevicesIn},
        responses=serializers.SystemCheckOut,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        sent = validated_form(forms.DeviceTestForm, request).cleaned_data
        by = self.user
        check = services.check_devices(sitting=sitting, by=by, at=timezone.now(), **sent)
        return Response(serializers.SystemCheckOut(check).data)


class IdentityPhotoView(OwnSittingAPIView):
    """Upload the photo taken before the assessment, as multipart `photo`."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": serializers.LivePhotoIn}, responses=serializers.IdentityOut
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        photo = validated_form(forms.IdentityPhotoForm, request).cleaned_data["photo"]
        tried = services.check_identity(
            sitting=sitting, photo=photo, by=self.user, at=timezone.now()
        )
        return Response(serializers.IdentityOut(tried).data)


class SittingPhotoHintView(OwnSittingAPIView):
    """Ask how a frame of the camera would do as a photo. It is not stored, and is no try."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "sittings_photo_hint"}

    @extend_schema(
        request={"multipart/form-data": serializers.LivePhotoIn},
        responses=serializers.SittingPhotoHintOut,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        frame = validated_form(forms.IdentityPhotoForm, request).cleaned_data["photo"]
        code, hint = services.photo_hint(sitting=sitting, frame=frame, at=timezone.now())
        return Response(
            serializers.SittingPhotoHintOut({"ready": not code, "code": code, "hint": hint}).data
        )


class SentenceView(OwnSittingAPIView):
    """The sentence to say aloud. What was said is listened to in the background: ask again."""

    parser_classes = [MultiPartParser]
    operation_ids = {"get": "sittings_sentence", "post": "sittings_say_sentence"}

    @extend_schema(responses=serializers.SentenceOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return self._sentence_response(self.get_sitting(pk))

    @extend_schema(
        request={"multipart/form-data": serializers.SentenceIn}, responses=serializers.SentenceOut
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        sound = validated_form(forms.SentenceForm, request).cleaned_data["sound"]
        services.say_sentence(sitting=sitting, sound=sound, by=self.user, at=timezone.now())
        return self._sentence_response(self.get_sitting(pk))

    @staticmethod
    def _sentence_response(sitting: Sitting) -> Response:
        shown = services.sentence_status(sitting=sitting, at=timezone.now())
        return Response(serializers.SentenceOut(shown).data)


class DecideIdentityView(StaffAPIView):
    """Decide whether the photo of a sitting shows the agent. The agent is told."""

    permission_classes = [IsStaff.of("proctor")]
    tag = "Assessments (staff)"
    operation_ids = {"post": "staff_sittings_decide_identity"}

    @extend_schema(request=serializers.IdentityDecisionIn, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        decision = validated_form(forms.IdentityDecisionForm, request).cleaned_data
        decided = decide_identity(sitting=sitting, by=self.user, at=timezone.now(), **decision)
        return Response(SittingOut(decided).data)
