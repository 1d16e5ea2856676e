"""API of bank account reviews and payment holds, for finance."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.audience import IsStaff
from hitouch.core.api import Page, bound
from onboarding import forms, queries, services
from onboarding.api import staff_account_shapes as shapes
from onboarding.models import AccountFreeze, AccountTest


class PayeeReviewAPIView(StaffAPIView):
    """An endpoint about accounts that money goes to, for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Staff: money"


class OldestTestFirst(Page):
    """In the order in which they were asked for."""

    ordering = ("asked_at", "id")


class OldestStopFirst(Page):
    """In the order in which they were stopped."""

    ordering = ("at", "id")


class AccountTestsView(PayeeReviewAPIView, ListAPIView[AccountTest]):
    """Bank accounts to review."""

    serializer_class = shapes.AccountTestOut
    pagination_class = OldestTestFirst
    queryset = queries.accounts_to_look_at()
    operation_ids = {"get": "staff_account_tests"}

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Bank accounts that need a review."""
        return super().get(request, *args, **kwargs)


class DecisionView(PayeeReviewAPIView):
    """The decision on a bank account."""

    resource = "staff_account"

    @extend_schema(request=shapes.DecisionIn, responses=shapes.AccountTestOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Accept the account, or reject it with a message for the agent."""
        test = get_object_or_404(AccountTest, pk=pk)
        facts = bound(forms.DecisionForm, request).cleaned_data
        by = self.user
        decided = services.decide_test(test=test, by=by, at=timezone.now(), **facts)
        return Response(shapes.AccountTestOut(decided).data)


class StopsView(PayeeReviewAPIView, ListAPIView[AccountFreeze]):
    """Payments on hold."""

    serializer_class = shapes.FreezeOut
    pagination_class = OldestStopFirst
    queryset = queries.stopped_payments()
    operation_ids = {"get": "staff_stops"}

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Agents who reported an account they did not add."""
        return super().get(request, *args, **kwargs)


class EndStopView(PayeeReviewAPIView):
    """Ending a payment hold."""

    resource = "staff_stop"

    @extend_schema(request=shapes.EndStopIn, responses=shapes.FreezeOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Resume payments, to this account or to the previous one."""
        freeze = get_object_or_404(AccountFreeze.objects.select_related("account__agent"), pk=pk)
        facts = bound(forms.EndStopForm, request).cleaned_data
        ended = services.end_stop(freeze=freeze, by=self.user, at=timezone.now(), **facts)
        return Response(shapes.FreezeOut(ended).data)
