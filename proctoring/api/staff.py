"""The proctor's part, for programs."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audience import IsStaff
from hitouch.core.api import Page, bound
from proctoring import forms, queries, services
from proctoring.api import asked, shapes
from proctoring.models import Sitting

IsProctor = IsStaff.of("proctor")


class StaffSittings(ListAPIView[Sitting]):
    """All sittings, newest first; `?state=GRADED` are those to look at."""

    permission_classes = [IsProctor]
    serializer_class = shapes.StaffSittingOut
    pagination_class = Page
    queryset = Sitting.objects.none()
    tag = "Assessments, staff"

    def get_queryset(self) -> Any:
        found = queries.tallied(Sitting.objects.all())
        state = self.request.query_params.get("state")
        return found.filter(state=state) if state else found

    @extend_schema(parameters=[OpenApiParameter("state", enum=Sitting.State.values)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class StaffSitting(APIView):
    """One sitting with what was seen and answered."""

    permission_classes = [IsProctor]
    tag = "Assessments, staff"

    @extend_schema(responses=shapes.StaffCaseOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return _told(get_object_or_404(Sitting, pk=pk))


class ClearSitting(APIView):
    """The photo shows the agent, and nothing seen speaks against the result."""

    permission_classes = [IsProctor]
    tag = "Assessments, staff"

    @extend_schema(request=None, responses=shapes.StaffCaseOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        by: Any = request.user
        return _told(services.clear_sitting(sitting=sitting, by=by, at=timezone.now()))


class VoidSitting(APIView):
    """Takes the result back, with a reason that the agent reads."""

    permission_classes = [IsProctor]
    tag = "Assessments, staff"

    @extend_schema(request=asked.VoidIn, responses=shapes.StaffCaseOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        reason = bound(forms.VoidForm, request).cleaned_data["reason"]
        by: Any = request.user
        return _told(
            services.void_sitting(sitting=sitting, reason=reason, by=by, at=timezone.now())
        )


def _told(sitting: Sitting) -> Response:
    case: Any = queries.case_of(sitting)
    case.photo_url = reverse("proctoring:case-photo", args=[case.pk])
    case.profile_photo_url = reverse("proctoring:case-profile-photo", args=[case.pk])
    return Response(shapes.StaffCaseOut(case).data)
