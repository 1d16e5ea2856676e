"""API views of a running assessment: start, questions, answers, sections, submission."""

import uuid
from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.parsers import StrictJSONParser, UncheckedTextParser
from proctoring import queries
from proctoring.api_views import OwnSittingAPIView
from proctoring.delivery import (
    accommodations,
    forms,
    journal,
    rescue,
    serializers,
    services,
)
from proctoring.delivery.queries import HeldAnswer, add_others, heads, held_answers
from proctoring.delivery.serving import serve_section
from proctoring.models import Accommodation, RescueFile, Sitting
from proctoring.serializers import SittingOut


class BeginSittingView(OwnSittingAPIView):
    """Start the assessment. Draws the questions and starts the timer."""

    @extend_schema(request=None, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        by = self.user
        return self.sitting_response(
            services.begin_sitting(sitting=self.get_sitting(pk), by=by, at=timezone.now())
        )


class SubmitSittingView(OwnSittingAPIView):
    """Submit the assessment. Without `confirm`, it is refused while answers are missing."""

    # A program that has nothing to say sends no JSON.
    parser_classes = [StrictJSONParser, FormParser, MultiPartParser]

    @extend_schema(request={"application/json": serializers.SubmitIn}, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.ConfirmForm, request).cleaned_data
        return self.sitting_response(
            services.submit_sitting(sitting=sitting, by=self.user, at=timezone.now(), **facts)
        )


class QuestionListView(OwnSittingAPIView):
    """Get the questions of the open section, with the answers that are held."""

    @extend_schema(responses=serializers.QuestionsOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        now = timezone.now()
        sitting = services.advance_clock(sitting=self.get_sitting(pk), at=now)
        page = serve_section(sitting, now)
        return Response(serializers.QuestionsOut(page, context={"held": page.held}).data)


class NextSectionView(OwnSittingAPIView):
    """Finish the open section, which locks it, and open the next one."""

    operation_ids = {"post": "sittings_next_section"}

    @extend_schema(request=serializers.SectionIn, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.SectionForm, request).cleaned_data
        return self.sitting_response(
            services.close_section(
                sitting=sitting,
                position=facts["position"],
                confirm=facts["confirm"] is not False,
                at=timezone.now(),
            )
        )


class AnswerView(OwnSittingAPIView):
    """Save an answer, for programs that keep no journal."""

    operation_ids = {"put": "sittings_answer"}

    @extend_schema(request=serializers.AnswerIn, responses=serializers.AnswerOut)
    def put(self, request: Request, pk: uuid.UUID, question: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        drawn = get_object_or_404(sitting.drawn, pk=question)
        facts = validated_form(forms.AnswerForm, request).cleaned_data
        entry = journal.save_answer(sitting=sitting, question=drawn, at=timezone.now(), **facts)
        return Response(serializers.AnswerOut(entry).data)


class JournalView(OwnSittingAPIView):
    """The journal of answers: one chain of entries per device."""

    parser_classes = [UncheckedTextParser]
    operation_ids = {"get": "sittings_journal", "post": "sittings_append_to_journal"}

    @extend_schema(responses=serializers.HeadsOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Where the chain of each device goes on, and the answers of the open section."""
        now = timezone.now()
        sitting = services.advance_clock(sitting=self.get_sitting(pk), at=now)
        part = queries.current_section(sitting) if sitting.is_live else None
        held = held_answers(list(part.drawn.values_list("pk", flat=True)) if part else [])
        add_others(held)
        devices = [
            {"device": device, "next_sequence": head.next_sequence, "hash": head.hash}
            for device, head in heads(sitting).items()
        ]
        ends_at = part.ends_at if part else None
        facts = {**_held_facts(sitting, held, now, ends_at), "devices": devices}
        return Response(serializers.HeadsOut(facts).data)

    @extend_schema(request=serializers.JournalIn, responses=serializers.JournalOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Append entries. Each gets its own receipt; sending one again changes nothing."""
        sitting = self.get_sitting(pk)
        device = validated_form(forms.DeviceForm, request).cleaned_data["device"]
        raw = request.data.get("entries")
        if not isinstance(raw, list):
            raise ValidationError({"entries": ["Send a list of entries."]})
        now = timezone.now()
        batch = journal.append_entries(sitting=sitting, device=device, raw_entries=raw, at=now)
        facts = {
            **_held_facts(batch.sitting, batch.held, now, batch.ends_at),
            "results": batch.receipts,
            "next_sequence": batch.head.next_sequence,
            "head_hash": batch.head.hash,
        }
        return Response(serializers.JournalOut(facts).data)


def _held_facts(
    sitting: Sitting, held: dict[uuid.UUID, HeldAnswer], now: datetime, ends_at: datetime | None
) -> dict[str, Any]:
    answers = {str(pk): answer for pk, answer in held.items() if answer.entry}
    return {
        "now": now,
        "state": sitting.state,
        "ends_at": ends_at if sitting.is_live else None,
        "held": answers,
    }


class DeliveryStaffAPIView(StaffAPIView):
    """An endpoint for proctors."""

    permission_classes = [IsStaff.of("proctor")]
    tag = "Assessments (staff)"


class AccommodationListView(DeliveryStaffAPIView, ListAPIView[Accommodation]):
    """Accommodations, newest first."""

    serializer_class = serializers.AccommodationOut
    pagination_class = CursorPage
    queryset = Accommodation.objects.all()
    operation_ids = {"post": "staff_accommodations_grant"}

    @extend_schema(
        request=serializers.AccommodationIn, responses={201: serializers.AccommodationOut}
    )
    def post(self, request: Request) -> Response:
        """Grant more time or breaks to an agent."""
        facts = validated_form(forms.AccommodationForm, request).cleaned_data
        now = timezone.now()
        granted = accommodations.grant_accommodation(**facts, by=self.user, at=now)
        return Response(serializers.AccommodationOut(granted).data, status=201)


class RevokeAccommodationView(DeliveryStaffAPIView):
    """Revoke an accommodation for sittings that have not begun."""

    operation_ids = {"post": "staff_accommodations_revoke"}

    @extend_schema(request=None, responses=serializers.AccommodationOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        row = get_object_or_404(Accommodation, pk=pk)
        revoked = accommodations.revoke_accommodation(
            accommodation=row, by=self.user, at=timezone.now()
        )
        return Response(serializers.AccommodationOut(revoked).data)


class RescueView(OwnSittingAPIView):
    """Upload the file of answers that could not be sent, in the seven days after the end."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "sittings_rescue"}

    @extend_schema(
        request={"multipart/form-data": serializers.RescueIn},
        responses={201: serializers.RescueOut},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        upload = validated_form(forms.RescueForm, request).cleaned_data["file"]
        row = rescue.receive_rescue(sitting=sitting, upload=upload, at=timezone.now())
        return Response(serializers.RescueOut(row).data, status=201)


class StaffRescueListView(DeliveryStaffAPIView, ListAPIView[RescueFile]):
    """Rescue files, newest first."""

    serializer_class = serializers.StaffRescueOut
    pagination_class = CursorPage
    queryset = RescueFile.objects.all()


class AdmitRescueView(DeliveryStaffAPIView):
    """Let the answers of a rescue file count that were written in time."""

    operation_ids = {"post": "staff_rescue_files_admit"}

    @extend_schema(request=serializers.RescueDecisionIn, responses=serializers.StaffRescueOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        row = get_object_or_404(RescueFile, pk=pk)
        facts = validated_form(forms.RescueDecisionForm, request).cleaned_data
        row = rescue.admit_rescue(rescue=row, by=self.user, at=timezone.now(), **facts)
        return Response(serializers.StaffRescueOut(row).data)


class RefuseRescueView(DeliveryStaffAPIView):
    """Refuse a rescue file. Nothing of it counts."""

    operation_ids = {"post": "staff_rescue_files_refuse"}

    @extend_schema(request=serializers.RescueDecisionIn, responses=serializers.StaffRescueOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        row = get_object_or_404(RescueFile, pk=pk)
        facts = validated_form(forms.RescueDecisionForm, request).cleaned_data
        row = rescue.refuse_rescue(rescue=row, by=self.user, at=timezone.now(), **facts)
        return Response(serializers.StaffRescueOut(row).data)
