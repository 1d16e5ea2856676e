"""API views of an agent's own assessments: invitations, setup, questions, events."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from proctoring import forms, queries
from proctoring.api import serializers
from proctoring.models import Invitation, Sitting
from proctoring.serializers import EventBatchOut, EventsIn, serialize_batch
from proctoring.services import invitations as services
from proctoring.services import monitoring, setup, sittings


class InvitationListView(AgentAPIView, ListAPIView[Invitation]):
    """Assessments you can take."""

    serializer_class = serializers.InvitationOut
    pagination_class = CursorPage
    queryset = Invitation.objects.none()

    def get_queryset(self) -> Any:
        return queries.invitations(self.agent, timezone.now())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class RequestAttemptView(AgentAPIView):
    """Request another attempt after failing."""

    @extend_schema(request=None, responses={201: serializers.InvitationOut})
    def post(self, request: Request) -> Response:
        agent = self.agent
        invitation = services.invite_again(agent=agent, by=agent.user, at=timezone.now())
        return Response(serializers.InvitationOut(invitation).data, status=201)


class OpenSittingView(AgentAPIView):
    """Open a sitting (one attempt) from an invitation."""

    operation_ids = {"post": "sittings_open"}

    @extend_schema(request=serializers.InvitationIn, responses={201: serializers.SittingOut})
    def post(self, request: Request) -> Response:
        form = validated_form(forms.InvitationForm, request)
        invitation_id = form.cleaned_data["invitation"]
        invitation = get_object_or_404(self.agent.invitations, pk=invitation_id)
        sitting = setup.open_sitting(invitation=invitation, at=timezone.now())
        return Response(serializers.SittingOut(sitting).data, status=201)


class OwnSittingAPIView(AgentAPIView):
    """Base class of the endpoints for one of the agent's own sittings."""

    def get_sitting(self, pk: uuid.UUID) -> Sitting:
        return get_object_or_404(self.agent.sittings.select_related("assessment"), pk=pk)

    @staticmethod
    def sitting_response(sitting: Sitting) -> Response:
        return Response(serializers.SittingOut(sitting).data)


class SittingDetailView(OwnSittingAPIView):
    """Get a sitting's state and times."""

    @extend_schema(responses=serializers.SittingOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return self.sitting_response(
            sittings.advance_clock(sitting=self.get_sitting(pk), at=timezone.now())
        )


class ConsentView(OwnSittingAPIView):
    """Consent to recording."""

    @extend_schema(request=serializers.ConsentIn, responses=serializers.SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        validated_form(forms.ConsentForm, request)
        agent = self.agent
        return self.sitting_response(
            setup.give_consent(sitting=sitting, by=agent.user, at=timezone.now())
        )


class SystemCheckView(OwnSittingAPIView):
    """Run the system check. Moves to the next step if every check passes."""

    @extend_schema(request=serializers.FactsIn, responses=serializers.SystemCheckOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.SystemCheckForm, request).facts()
        by = self.user
        check = setup.check_system(sitting=sitting, facts=facts, by=by, at=timezone.now())
        return Response(serializers.SystemCheckOut(check).data)


class DeviceTestView(OwnSittingAPIView):
    """Check camera and microphone. Moves to the next step if both pass."""

    @extend_schema(request=serializers.DevicesIn, responses=serializers.SystemCheckOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.DeviceTestForm, request).cleaned_data
        by = self.user
        check = setup.check_devices(sitting=sitting, by=by, at=timezone.now(), **facts)
        return Response(serializers.SystemCheckOut(check).data)


class IdentityPhotoView(OwnSittingAPIView):
    """Upload the photo taken before the assessment, as multipart `photo`."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": serializers.LivePhotoIn}, responses=serializers.SittingOut
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        photo = validated_form(forms.IdentityPhotoForm, request).cleaned_data["photo"]
        by = self.user
        return self.sitting_response(
            setup.save_identity_photo(sitting=sitting, photo=photo, by=by, at=timezone.now())
        )


class BeginSittingView(OwnSittingAPIView):
    """Start the assessment. Draws the questions and starts the timer."""

    @extend_schema(request=None, responses=serializers.SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        by = self.user
        return self.sitting_response(
            sittings.begin_sitting(sitting=self.get_sitting(pk), by=by, at=timezone.now())
        )


class SubmitSittingView(OwnSittingAPIView):
    """Submit the assessment. Grading starts automatically."""

    @extend_schema(request=None, responses=serializers.SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        by = self.user
        return self.sitting_response(
            sittings.submit_sitting(sitting=self.get_sitting(pk), by=by, at=timezone.now())
        )


class QuestionListView(OwnSittingAPIView):
    """Get the questions of the open section."""

    @extend_schema(responses=serializers.QuestionsOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        now = timezone.now()
        sitting = sittings.advance_clock(sitting=self.get_sitting(pk), at=now)
        part = queries.current_section(sitting) if sitting.is_live else None
        page = {
            "state": sitting.state,
            "server_time": now,
            "part": part,
            "last": queries.is_last(part),
            "questions": queries.questions_in(part) if part else [],
        }
        return Response(serializers.QuestionsOut(page).data)


class NextSectionView(OwnSittingAPIView):
    """Finish the open section, which locks it, and open the next one."""

    operation_ids = {"post": "sittings_next_section"}

    @extend_schema(request=serializers.SectionIn, responses=serializers.SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        position = validated_form(forms.SectionForm, request).cleaned_data["position"]
        return self.sitting_response(
            sittings.close_section(sitting=sitting, position=position, at=timezone.now())
        )


class AnswerView(OwnSittingAPIView):
    """Save an answer. The highest revision wins."""

    operation_ids = {"put": "sittings_answer"}

    @extend_schema(request=serializers.AnswerIn, responses=serializers.AnswerOut)
    def put(self, request: Request, pk: uuid.UUID, question: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        drawn = get_object_or_404(sitting.drawn.select_related("question"), pk=question)
        facts = validated_form(forms.AnswerForm, request).cleaned_data
        answer = sittings.save_answer(sitting=sitting, drawn=drawn, at=timezone.now(), **facts)
        return Response(serializers.AnswerOut(answer).data)


class EventBatchView(OwnSittingAPIView):
    """Report monitoring events, each id once. Returns warnings and points."""

    @extend_schema(request=EventsIn, responses=EventBatchOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        batch = EventsIn(data=request.data)
        batch.is_valid(raise_exception=True)
        result = monitoring.record_events(
            sitting=sitting, events=batch.reported(), at=timezone.now()
        )
        return Response(serialize_batch(result))


class SnapshotView(OwnSittingAPIView):
    """Upload a camera snapshot, as multipart `picture`."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "sittings_snapshot"}

    @extend_schema(
        request={"multipart/form-data": serializers.SnapshotIn},
        responses={201: serializers.SnapshotOut},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        data = validated_form(forms.SnapshotForm, request).cleaned_data
        snapshot = monitoring.save_snapshot(
            sitting=sitting, picture=data["picture"], event_id=data["event"], at=timezone.now()
        )
        return Response(serializers.SnapshotOut(snapshot).data, status=201)
