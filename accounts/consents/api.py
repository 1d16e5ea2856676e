"""API of consents: list, give, withdraw."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView
from accounts.consents import registry, services
from accounts.consents.forms import PurposeForm
from accounts.models import Consent, User
from accounts.security import origin
from hitouch.core.api.forms import validated_form


class PurposeIn(serializers.Serializer[Any]):
    """One purpose of a consent."""

    purpose = serializers.CharField(help_text="Such as `news`.")


class ConsentOut(serializers.Serializer[Any]):
    """A purpose, and whether the user has agreed to it."""

    purpose = serializers.CharField()
    version = serializers.CharField(help_text="The current version.")
    says = serializers.CharField()
    page = serializers.CharField(help_text="The URL of the text.")
    is_required = serializers.BooleanField()
    given_version = serializers.CharField(allow_null=True)
    given_at = serializers.DateTimeField(allow_null=True)


class ConsentListView(OwnAccountAPIView):
    """Consents."""

    operation_ids = {"post": "give_consent"}

    @extend_schema(request=None, responses=ConsentOut(many=True))
    def get(self, request: Request) -> Response:
        """All purposes, and whether you have agreed to each."""
        return Response(_consents(self.user))

    @extend_schema(request=PurposeIn, responses=ConsentOut(many=True))
    def post(self, request: Request) -> Response:
        """Agree to the current version of a purpose."""
        services.give_consent(
            user=self.user,
            purpose=validated_form(PurposeForm, request).cleaned_data["purpose"],
            at=timezone.now(),
            where=Consent.Where.API,
            network=origin.origin_of(request).network,
        )
        return Response(_consents(self.user))


class WithdrawConsentView(OwnAccountAPIView):
    """Withdrawing a consent."""

    operation_ids = {"post": "withdraw_consent"}

    @extend_schema(request=PurposeIn, responses=ConsentOut(many=True))
    def post(self, request: Request) -> Response:
        """Withdraw an optional consent."""
        purpose = validated_form(PurposeForm, request).cleaned_data["purpose"]
        services.withdraw_consent(user=self.user, purpose=purpose, at=timezone.now())
        return Response(_consents(self.user))


def _consents(user: User) -> list[dict[str, Any]]:
    return [
        {
            "purpose": row.purpose.name,
            "version": row.purpose.version,
            "says": row.purpose.says,
            "page": row.purpose.page,
            "is_required": row.purpose.required,
            "given_version": row.consent.version if row.consent else None,
            "given_at": row.consent.given_at if row.consent else None,
        }
        for row in registry.consents_of(user)
    ]
