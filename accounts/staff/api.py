"""API of staff accounts: suspending, reactivating, requesting roles or a reset of factors."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.queries import ACCESS_ROLES
from accounts.access.serializers import AccessChangeOut, AccessReasonIn
from accounts.api_views import StaffAPIView
from accounts.mfa import access as factors_access
from accounts.models import AccessChange, User
from accounts.models.users import ADMIN_ROLE
from accounts.permissions import IsStaff
from accounts.security.reauthentication import require_reauthentication
from accounts.staff import access, forms
from accounts.staff.roles import all_roles
from hitouch.core.api.forms import validated_form


class RolesIn(serializers.Serializer[Any]):
    """All roles that a staff member is to have, or that they leave the staff."""

    roles = serializers.ListField(child=serializers.ChoiceField([*all_roles()]))
    leaves = serializers.BooleanField(default=False)
    why = serializers.CharField(max_length=300)


class AccountStatusOut(serializers.Serializer[Any]):
    """The account's status, and the request when a second person has to approve."""

    status = serializers.ChoiceField(choices=User.Status.choices)
    request = AccessChangeOut(allow_null=True)


class AccountAPIView(StaffAPIView):
    """An endpoint for staff who look after accounts."""

    permission_classes = [IsStaff.of(*ACCESS_ROLES)]
    tag = "Staff: access"
    resource = "staff_account"

    def status_response(self, user: User, change: AccessChange | None) -> Response:
        """The status after the act; 202 when it waits for a second person."""
        user.refresh_from_db(fields=["status"])
        facts = {"status": user.status, "request": change}
        context = {"request": self.request}
        return Response(AccountStatusOut(facts, context=context).data, 202 if change else 200)


class SuspendView(AccountAPIView):
    """Suspending an account."""

    @extend_schema(request=AccessReasonIn, responses={200: AccountStatusOut, 202: AccountStatusOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Suspend an account; one with admin rights only when a second person approves (202).

        After re-authentication.
        """
        now = timezone.now()
        require_reauthentication(request, now)
        user = get_object_or_404(User, pk=pk)
        why = validated_form(forms.ReasonForm, request).cleaned_data["why"]
        return self.status_response(user, access.suspend(user=user, by=self.user, at=now, why=why))


class ReactivateView(AccountAPIView):
    """Reactivating an account."""

    @extend_schema(request=AccessReasonIn, responses={200: AccountStatusOut, 202: AccountStatusOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Reactivate an account; one with admin rights only when a second person approves (202).

        After re-authentication.
        """
        now = timezone.now()
        require_reauthentication(request, now)
        user = get_object_or_404(User, pk=pk)
        why = validated_form(forms.ReasonForm, request).cleaned_data["why"]
        change = access.reactivate(user=user, by=self.user, at=now, why=why)
        return self.status_response(user, change)


class RolesView(AccountAPIView):
    """The roles of a staff member."""

    permission_classes = [IsStaff.of(ADMIN_ROLE)]
    operation_ids = {"post": "staff_account_roles"}

    @extend_schema(request=RolesIn, responses={202: AccessChangeOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Request that a staff member has exactly these roles; another admin has to approve.

        After re-authentication.
        """
        now = timezone.now()
        require_reauthentication(request, now)
        user = get_object_or_404(User, pk=pk)
        form = validated_form(forms.RolesForm, request)
        change = access.request_roles(user=user, **form.payload(), by=self.user, at=now)
        return Response(AccessChangeOut(change, context={"request": request}).data, 202)


class ResetFactorsView(AccountAPIView):
    """The second factors of a person."""

    operation_ids = {"post": "staff_account_reset_factors"}

    @extend_schema(request=AccessReasonIn, responses={202: AccessChangeOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Request that a person's second factors are removed; a colleague has to approve.

        After re-authentication. For an account that must have a second factor, the requester
        carries it out on the admin's page, which shows a token for the person once.
        """
        now = timezone.now()
        require_reauthentication(request, now)
        user = get_object_or_404(User, pk=pk)
        why = validated_form(forms.ReasonForm, request).cleaned_data["why"]
        change = factors_access.request_reset(user=user, by=self.user, at=now, why=why)
        return Response(AccessChangeOut(change, context={"request": request}).data, 202)
