"""API views of the console: live sittings, one of them, and the acts of proctors."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from proctoring.console import forms, queries, serializers, services
from proctoring.models import Intervention, Sitting


class ConsoleAPIView(StaffAPIView):
    """An endpoint of the console."""

    permission_classes = [IsStaff.of("proctor")]
    tag = "Assessments (staff)"


class LiveSittingListView(ConsoleAPIView):
    """All live sittings, sorted by what they need. A need may lie ahead: see `since`."""

    operation_ids = {"get": "staff_sittings_live"}

    @extend_schema(responses=serializers.ConsoleOut)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        return Response(serializers.console_data(queries.console_rows(now), now))


class LiveSittingView(ConsoleAPIView):
    """One live sitting, with its newest pictures, observations and acts."""

    operation_ids = {"get": "staff_sittings_live_read"}

    @extend_schema(responses=serializers.LiveSittingOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        now = timezone.now()
        view = queries.live_view(get_object_or_404(Sitting, pk=pk), now)
        if view is None:
            raise Http404("This assessment is not in progress.")
        return Response(serializers.live_data(view, now))


class InterventionAPIView(ConsoleAPIView):
    """Base class of the acts on a live sitting."""

    form_class: ClassVar[type[Form]] = forms.InterventionForm

    def act(
        self, request: Request, pk: uuid.UUID, service: Callable[..., Intervention]
    ) -> Response:
        """Call the service with what was sent; an empty field is left to the service."""
        sitting = get_object_or_404(Sitting, pk=pk)
        facts: dict[str, Any] = dict(validated_form(self.form_class, request).cleaned_data)
        facts["act_id"] = facts.pop("id")
        given = {name: value for name, value in facts.items() if value not in (None, "")}
        done = service(sitting=sitting, by=self.user, at=timezone.now(), **given)
        return Response(serializers.InterventionDoneOut(done).data)


class SendMessageView(InterventionAPIView):
    """Show a message on the candidate's page."""

    operation_ids = {"post": "staff_sittings_message"}

    @extend_schema(request=serializers.InterventionIn, responses=serializers.InterventionDoneOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return self.act(request, pk, services.send_message)


class WarnView(InterventionAPIView):
    """Show a warning on the candidate's page. It adds no points."""

    operation_ids = {"post": "staff_sittings_warn"}

    @extend_schema(request=serializers.InterventionIn, responses=serializers.InterventionDoneOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return self.act(request, pk, services.warn)


class PauseView(InterventionAPIView):
    """Stop the clock and hide the questions, until it is resumed or a limit is reached."""

    operation_ids = {"post": "staff_sittings_pause"}

    @extend_schema(request=serializers.InterventionIn, responses=serializers.InterventionDoneOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return self.act(request, pk, services.pause)


class ResumeSittingView(InterventionAPIView):
    """Let the clock of a paused sitting go on."""

    form_class = forms.ResumeSittingForm
    operation_ids = {"post": "staff_sittings_resume"}

    @extend_schema(request=serializers.ResumeSittingIn, responses=serializers.InterventionDoneOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return self.act(request, pk, services.resume)


class MoreTimeView(InterventionAPIView):
    """Add minutes to the open section, and show the candidate the new end."""

    form_class = forms.MoreTimeForm
    operation_ids = {"post": "staff_sittings_more_time"}

    @extend_schema(request=serializers.MoreTimeIn, responses=serializers.InterventionDoneOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return self.act(request, pk, services.add_time)


class EndSittingView(InterventionAPIView):
    """End a sitting. What was answered is graded, and a reviewer decides about the result."""

    operation_ids = {"post": "staff_sittings_end"}

    @extend_schema(request=serializers.InterventionIn, responses=serializers.InterventionDoneOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return self.act(request, pk, services.end_sitting_by_proctor)


class WatchView(ConsoleAPIView):
    """Watch a sitting. Several proctors may."""

    operation_ids = {"post": "staff_sittings_watch"}

    @extend_schema(request=None, responses=serializers.SupervisionOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        services.watch(sitting=sitting, by=self.user, at=timezone.now())
        return _watchers(sitting)


class UnwatchView(ConsoleAPIView):
    """Watch a sitting no longer."""

    operation_ids = {"post": "staff_sittings_unwatch"}

    @extend_schema(request=None, responses=serializers.SupervisionOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        services.unwatch(sitting=sitting, by=self.user, at=timezone.now())
        return _watchers(sitting)


def _watchers(sitting: Sitting) -> Response:
    watchers = queries.watchers_of([sitting.pk])[sitting.pk]
    return Response(serializers.SupervisionOut({"watchers": watchers}).data)
