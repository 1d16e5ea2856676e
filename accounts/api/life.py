"""One's own data, what one agreed to, and closing the account, for programs."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import consents, network, services
from accounts.api_views import OwnAccountAPIView
from accounts.forms import PurposeForm
from accounts.models import Consent, User
from accounts.proof import require_proof
from hitouch.core.api import bound
from hitouch.core.http import keep_to_oneself


class PurposeIn(serializers.Serializer[Any]):
    """One purpose of a consent."""

    purpose = serializers.CharField(help_text="Such as `news`.")


class ConsentOut(serializers.Serializer[Any]):
    """One purpose, and where the person stands with it."""

    purpose = serializers.CharField()
    version = serializers.CharField(help_text="The present version.")
    says = serializers.CharField()
    page = serializers.CharField(help_text="Where the text stands.")
    is_required = serializers.BooleanField()
    given_version = serializers.CharField(allow_null=True)
    given_at = serializers.DateTimeField(allow_null=True)


class HoldOut(serializers.Serializer[Any]):
    """Something that has to be settled before the account can be closed."""

    code = serializers.CharField()
    detail = serializers.CharField()
    page = serializers.CharField()


class ClosingOut(serializers.Serializer[Any]):
    """Whether the account is about to be closed, and what holds that back."""

    asked_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Until then it can be undone.")
    days = serializers.IntegerField(help_text="How long a closing can be taken back.")
    holds = HoldOut(many=True)


class ConsentListView(OwnAccountAPIView):
    """What there is to agree to."""

    operation_ids = {"post": "give_consent"}

    @extend_schema(request=None, responses=ConsentOut(many=True))
    def get(self, request: Request) -> Response:
        """Every purpose, and where the person stands with it."""
        return Response(_consents(self.user))

    @extend_schema(request=PurposeIn, responses=ConsentOut(many=True))
    def post(self, request: Request) -> Response:
        """Agree to the present version of one purpose."""
        services.give_consent(
            user=self.user,
            purpose=bound(PurposeForm, request).cleaned_data["purpose"],
            at=timezone.now(),
            where=Consent.Where.API,
            network=network.origin_of(request).network,
        )
        return Response(_consents(self.user))


class WithdrawConsentView(OwnAccountAPIView):
    """Take a consent back."""

    operation_ids = {"post": "withdraw_consent"}

    @extend_schema(request=PurposeIn, responses=ConsentOut(many=True))
    def post(self, request: Request) -> Response:
        """Take back what an account can be without."""
        purpose = bound(PurposeForm, request).cleaned_data["purpose"]
        services.withdraw_consent(user=self.user, purpose=purpose, at=timezone.now())
        return Response(_consents(self.user))


class DataExportView(OwnAccountAPIView):
    """A copy of everything we know of the person."""

    operation_ids = {"get": "export_data"}

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> HttpResponseBase:
        """The copy, as JSON; three times a day, after a fresh proof."""
        now = timezone.now()
        require_proof(request, now)
        document = services.export_data(user=self.user, at=now)
        return keep_to_oneself(JsonResponse(document), "hitouchcx.json")


class FileExportView(OwnAccountAPIView):
    """The files the person gave us."""

    @extend_schema(request=None, responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponseBase:
        """All of them, as a ZIP; three times a day, after a fresh proof."""
        now = timezone.now()
        require_proof(request, now)
        archive = services.export_files(user=self.user, at=now)
        answer = HttpResponse(archive.read(), content_type="application/zip")
        return keep_to_oneself(answer, "hitouchcx-files.zip")


class ClosingView(OwnAccountAPIView):
    """Closing the account."""

    operation_ids = {"post": "ask_closing"}

    @extend_schema(request=None, responses=ClosingOut)
    def get(self, request: Request) -> Response:
        """Whether it was asked for, and what holds it back."""
        return Response(_closing(self.user))

    @extend_schema(request=None, responses={202: ClosingOut})
    def post(self, request: Request) -> Response:
        """Ask to close the account; needs a fresh proof. It waits while there are holds."""
        now = timezone.now()
        require_proof(request, now)
        services.ask_closing(user=self.user, at=now)
        return Response(_closing(self.user), status=202)


class CancelClosingView(OwnAccountAPIView):
    """Keeping the account after all."""

    operation_ids = {"post": "take_back_closing"}

    @extend_schema(request=None, responses=ClosingOut)
    def post(self, request: Request) -> Response:
        """Take the closing back."""
        services.take_back(user=self.user, at=timezone.now())
        return Response(_closing(self.user))


def _consents(user: User) -> list[dict[str, Any]]:
    return [
        {
            "purpose": row.purpose.name,
            "version": row.purpose.version,
            "says": row.purpose.says,
            "page": row.purpose.page,
            "is_required": row.purpose.required,
            "given_version": row.given.version if row.given else None,
            "given_at": row.given.given_at if row.given else None,
        }
        for row in consents.of(user)
    ]


def _closing(user: User) -> dict[str, Any]:
    closing = services.open_closing(user)
    holds = services.holds_of(user, now=timezone.now())
    return {
        "asked_at": closing.asked_at if closing else None,
        "due_at": closing.due_at if closing else None,
        "days": services.days_of_grace(),
        "holds": [{"code": hold.code, "detail": hold.sentence, "page": hold.url} for hold in holds],
    }
