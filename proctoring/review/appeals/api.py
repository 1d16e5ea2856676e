"""API of appeals: what was recorded, contesting it, and the reviewer's answer."""

import uuid

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from proctoring.api_views import OwnSittingAPIView
from proctoring.models import Appeal
from proctoring.review.api import ProctorAPIView
from proctoring.review.appeals import forms, queries, serializers, services
from proctoring.review.forms import AppealAnswerForm
from proctoring.review.serializers import AppealAnswerIn, AppealOut


class RecordedView(OwnSittingAPIView):
    """What was recorded of one of your own sittings."""

    @extend_schema(responses=serializers.RecordedSittingOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        found = queries.recorded(self.get_sitting(pk), timezone.now())
        return Response(serializers.RecordedSittingOut(found).data)


class AppealView(OwnSittingAPIView):
    """Contest an entry or the decision, once each. Another person answers by `due_at`."""

    operation_ids = {"post": "sittings_appeal"}

    @extend_schema(request=serializers.AppealIn, responses={201: AppealOut})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        facts = validated_form(forms.EntryAppealForm, request).cleaned_data
        number = facts["entry"]
        observation = queries.entry_of(sitting, number) if number else None
        if number and observation is None:
            raise Http404
        appeal = services.file_appeal(
            sitting=sitting,
            observation=observation,
            text=facts["text"],
            by=self.user,
            at=timezone.now(),
        )
        return Response(AppealOut(appeal).data, status=201)


class AnswerAppealView(ProctorAPIView):
    """Answer an appeal. Whoever decided before, or ruled on the entry, may not."""

    operation_ids = {"post": "staff_appeals_answer"}

    @extend_schema(request=AppealAnswerIn, responses=AppealOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        appeal = get_object_or_404(Appeal.objects.select_related("sitting", "observation"), pk=pk)
        facts = validated_form(AppealAnswerForm, request).cleaned_data
        row = services.decide_appeal(appeal=appeal, **facts, by=self.user, at=timezone.now())
        return Response(AppealOut(row).data)
