"""API of access changes: the requests, and deciding on one."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import forms, queries, services
from accounts.access.serializers import AccessChangeOut, AccessReasonIn
from accounts.api_views import StaffAPIView
from accounts.models import AccessChange
from accounts.permissions import IsStaff
from accounts.security.reauthentication import require_reauthentication
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class AccessChangePage(CursorPage):
    """Cursor pages, the newest request first."""

    ordering = ("-requested_at", "id")


class AccessAPIView(StaffAPIView):
    """An endpoint for staff who see access changes."""

    permission_classes = [IsStaff.of(*queries.ACCESS_ROLES)]
    tag = "Staff: access"
    resource = "staff_access_change"

    def get_change(self, pk: UUID) -> AccessChange:
        """The request, or 404."""
        return get_object_or_404(queries.changes_for_staff(), pk=pk)

    def change_response(self, pk: UUID) -> Response:
        """The current state of the request."""
        context = {"request": self.request}
        return Response(AccessChangeOut(self.get_change(pk), context=context).data)


class AccessChangesView(AccessAPIView, ListAPIView[AccessChange]):
    """All requests."""

    serializer_class = AccessChangeOut
    pagination_class = AccessChangePage
    operation_ids = {"get": "staff_access_changes"}

    def get_queryset(self) -> QuerySet[AccessChange]:
        """With the people on them."""
        return queries.changes_for_staff()

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Requested changes of access, newest first."""
        return super().get(request, *args, **kwargs)


class AccessChangeView(AccessAPIView):
    """One request."""

    operation_ids = {"get": "staff_access_change"}

    @extend_schema(responses=AccessChangeOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What would change, who requested it and why."""
        return self.change_response(pk)


class AccessApproveView(AccessAPIView):
    """Approving a request."""

    @extend_schema(request=None, responses=AccessChangeOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve a colleague's request; it is carried out at once.

        After re-authentication. A credential's secret is shown to its requester on the admin's
        page, not here.
        """
        now = timezone.now()
        require_reauthentication(request, now)
        services.approve_change(change=self.get_change(pk), by=self.user, at=now)
        return self.change_response(pk)


class AccessDeclineView(AccessAPIView):
    """Declining a request."""

    @extend_schema(request=AccessReasonIn, responses=AccessChangeOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Decline a colleague's request, with a reason. After re-authentication."""
        now = timezone.now()
        require_reauthentication(request, now)
        why = validated_form(forms.DeclineForm, request).cleaned_data["why"]
        services.decline_change(change=self.get_change(pk), by=self.user, at=now, why=why)
        return self.change_response(pk)


class AccessWithdrawView(AccessAPIView):
    """Withdrawing a request."""

    @extend_schema(request=None, responses=AccessChangeOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Withdraw your own request. After re-authentication."""
        now = timezone.now()
        require_reauthentication(request, now)
        services.withdraw_change(change=self.get_change(pk), by=self.user, at=now)
        return self.change_response(pk)
