"""API views for proctors: list sittings, confirm or cancel results."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.query import choice_filter
from proctoring import queries
from proctoring.models import Sitting
from proctoring.review import forms, serializers, services


class ProctorAPIView(StaffAPIView):
    """An endpoint for proctors."""

    permission_classes = [IsStaff.of("proctor")]
    tag = "Assessments (staff)"


class StaffSittingListView(ProctorAPIView, ListAPIView[Sitting]):
    """All sittings, newest first. Use `?state=GRADED` for those to services."""

    serializer_class = serializers.StaffSittingOut
    pagination_class = CursorPage
    query_form = choice_filter("state", Sitting.State)
    queryset = Sitting.objects.none()

    def get_queryset(self) -> Any:
        sittings = queries.with_tallies(Sitting.objects.all())
        state = self.query.get("state")
        return sittings.filter(state=state) if state else sittings

    @extend_schema(parameters=[OpenApiParameter("state", enum=Sitting.State.values)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class StaffSittingDetailView(ProctorAPIView):
    """Get a sitting with its recorded events and answers."""

    @extend_schema(responses=serializers.StaffCaseOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return _case_response(get_object_or_404(Sitting, pk=pk))


class ClearSittingView(ProctorAPIView):
    """Confirm the result of a sitting."""

    @extend_schema(request=None, responses=serializers.StaffCaseOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        return _case_response(
            services.clear_sitting(sitting=sitting, by=self.user, at=timezone.now())
        )


class VoidSittingView(ProctorAPIView):
    """Cancel the result of a sitting. The agent sees the reason."""

    @extend_schema(request=serializers.VoidIn, responses=serializers.StaffCaseOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        reason = validated_form(forms.VoidForm, request).cleaned_data["reason"]
        return _case_response(
            services.void_sitting(sitting=sitting, reason=reason, by=self.user, at=timezone.now())
        )


def _case_response(sitting: Sitting) -> Response:
    case: Any = queries.case_of(sitting)
    case.photo_url = reverse("proctoring:case-photo", args=[case.pk])
    case.profile_photo_url = reverse("proctoring:case-profile-photo", args=[case.pk])
    return Response(serializers.StaffCaseOut(case).data)
