"""API of bank accounts for agents, and of reviews and payment holds for finance."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView, StaffAPIView
from accounts.models import Agent
from accounts.permissions import IsStaff
from accounts.security.reauthentication import require_reauthentication
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from onboarding.models import AccountFreeze, AccountTest
from onboarding.payees import decisions, forms, queries, rules, serializers, services

IFSC = OpenApiParameter("ifsc", str, OpenApiParameter.PATH, pattern="^[A-Za-z]{4}0[A-Za-z0-9]{6}$")


def _status_response(agent: Agent) -> Response:
    status = queries.account_status_of(agent, timezone.now())
    if status is None:
        raise Http404
    return Response(serializers.BankAccountOut(status).data)


class BankAccountView(AgentAPIView):
    """The account an agent is paid to."""

    @extend_schema(responses=serializers.BankAccountOut)
    def get(self, request: Request) -> Response:
        """The account, masked. 404 if there is none."""
        return _status_response(self.agent)

    @extend_schema(request=serializers.BankAccountIn, responses=serializers.BankAccountOut)
    def put(self, request: Request) -> Response:
        """Add or replace the account and start its verification. Needs recent re-authentication."""
        now = timezone.now()
        require_reauthentication(request, now)
        agent = self.agent
        facts = validated_form(forms.BankAccountForm, request).cleaned_data
        services.save_bank_account(agent=agent, by=self.user, at=now, **facts)
        return _status_response(agent)


class ReportUnknownChangeView(AgentAPIView):
    """Reporting an account the agent didn't add."""

    @extend_schema(request=None, responses=serializers.BankAccountOut)
    def post(self, request: Request) -> Response:
        """Put all payments on hold until our team has spoken to the agent."""
        agent, by = self.agent, self.user
        decisions.hold_own_payments(agent=agent, by=by, at=timezone.now())
        return _status_response(agent)


class BranchView(AgentAPIView):
    """The bank of an IFSC."""

    operation_ids = {"get": "bank_branch"}

    @extend_schema(responses=serializers.BranchOut, parameters=[IFSC])
    def get(self, request: Request, ifsc: str) -> Response:
        """The bank's name. 404 if no branch has this IFSC, 422 if its bank merged into another."""
        code = rules.normalise_ifsc(ifsc)
        if code is None:
            raise Http404
        try:
            bank = services.bank_of_branch(code)
        except services.UnknownBranch as refusal:
            raise Http404 from refusal
        return Response(serializers.BranchOut({"ifsc": code, "bank": bank}).data)


class PayeeReviewAPIView(StaffAPIView):
    """Base of the endpoints for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Staff: money"


class OldestTestFirst(CursorPage):
    """Oldest test first."""

    ordering = ("asked_at", "id")


class OldestHoldFirst(CursorPage):
    """Oldest hold first."""

    ordering = ("at", "id")


class AccountTestsView(PayeeReviewAPIView, ListAPIView[AccountTest]):
    """Bank accounts to review."""

    serializer_class = serializers.AccountTestOut
    pagination_class = OldestTestFirst
    queryset = queries.accounts_to_decide()
    operation_ids = {"get": "staff_account_tests"}

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Bank accounts that need a review."""
        return super().get(request, *args, **kwargs)


class DecideVerificationView(PayeeReviewAPIView):
    """The decision on a bank account."""

    resource = "staff_account"

    @extend_schema(request=serializers.DecisionIn, responses=serializers.AccountTestOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Accept the account, or reject it with a message for the agent."""
        test = get_object_or_404(AccountTest, pk=pk)
        facts = validated_form(forms.DecisionForm, request).cleaned_data
        by = self.user
        decided = decisions.decide_test(test=test, by=by, at=timezone.now(), **facts)
        return Response(serializers.AccountTestOut(decided).data)


class PaymentHoldsView(PayeeReviewAPIView, ListAPIView[AccountFreeze]):
    """Payments on hold."""

    serializer_class = serializers.FreezeOut
    pagination_class = OldestHoldFirst
    queryset = queries.payment_holds()
    operation_ids = {"get": "staff_stops"}

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Agents who reported an account they did not add."""
        return super().get(request, *args, **kwargs)


class ReleaseHoldView(PayeeReviewAPIView):
    """Ending a payment hold."""

    resource = "staff_stop"

    @extend_schema(request=serializers.EndStopIn, responses=serializers.FreezeOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Resume payments, to this account or to the previous one."""
        freeze = get_object_or_404(AccountFreeze.objects.select_related("account__agent"), pk=pk)
        facts = validated_form(forms.ReleaseHoldForm, request).cleaned_data
        ended = decisions.release_hold(freeze=freeze, by=self.user, at=timezone.now(), **facts)
        return Response(serializers.FreezeOut(ended).data)
