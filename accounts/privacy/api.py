"""API of data export and closing an account."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView
from accounts.models import User
from accounts.privacy import services
from accounts.security.reauthentication import require_reauthentication
from hitouch.core.web.downloads import as_private_download


class HoldOut(serializers.Serializer[Any]):
    """Something to be settled before the account can be closed."""

    code = serializers.CharField()
    detail = serializers.CharField()
    page = serializers.CharField()


class ClosingOut(serializers.Serializer[Any]):
    """Status of a closing request, and what has to be settled first."""

    asked_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Until then it can be cancelled.")
    days = serializers.IntegerField(help_text="How many days a closing can be cancelled for.")
    holds = HoldOut(many=True)


class DataExportView(OwnAccountAPIView):
    """A copy of all data held about the user."""

    operation_ids = {"get": "export_data"}

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> HttpResponseBase:
        """Download your data as JSON. Up to three times a day, after re-authentication."""
        now = timezone.now()
        require_reauthentication(request, now)
        document = services.export_data(user=self.user, at=now)
        return as_private_download(JsonResponse(document), "hitouchcx.json")


class FileExportView(OwnAccountAPIView):
    """The files the user uploaded."""

    @extend_schema(request=None, responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponseBase:
        """Download your files as a ZIP. Up to three times a day, after re-authentication."""
        now = timezone.now()
        require_reauthentication(request, now)
        archive = services.export_files(user=self.user, at=now)
        answer = HttpResponse(archive.read(), content_type="application/zip")
        return as_private_download(answer, "hitouchcx-files.zip")


class ClosingView(OwnAccountAPIView):
    """Closing the account."""

    operation_ids = {"post": "ask_closing"}

    @extend_schema(request=None, responses=ClosingOut)
    def get(self, request: Request) -> Response:
        """Whether closing was requested, and what has to be settled first."""
        return Response(_closing(self.user))

    @extend_schema(request=None, responses={202: ClosingOut})
    def post(self, request: Request) -> Response:
        """Request to close the account. Needs re-authentication. Waits while there are holds."""
        now = timezone.now()
        require_reauthentication(request, now)
        services.request_closing(user=self.user, at=now)
        return Response(_closing(self.user), status=202)


class CancelClosingView(OwnAccountAPIView):
    """Cancelling a closing request."""

    operation_ids = {"post": "take_back_closing"}

    @extend_schema(request=None, responses=ClosingOut)
    def post(self, request: Request) -> Response:
        """Cancel the closing request."""
        services.cancel_closing(user=self.user, at=timezone.now())
        return Response(_closing(self.user))


def _closing(user: User) -> dict[str, Any]:
    closing = services.open_closing(user)
    holds = services.closing_blockers(user, now=timezone.now())
    return {
        "asked_at": closing.asked_at if closing else None,
        "due_at": closing.due_at if closing else None,
        "days": services.grace_days(),
        "holds": [{"code": hold.code, "detail": hold.sentence, "page": hold.url} for hold in holds],
    }
