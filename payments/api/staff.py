"""What a program of finance may do with payouts."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.audience import IsStaff
from hitouch.core.api import Page, bound
from payments import queries, services
from payments.api.shapes import FailIn, InstructionOut, PayoutOut, UtrIn
from payments.forms import FailForm, UtrForm
from payments.models import Payout


def _payout(payout_id: UUID) -> Payout:
    return get_object_or_404(queries.payouts_for_staff(), pk=payout_id)


class PayoutAPIView(StaffAPIView):
    """An endpoint about payouts, for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Finance"


@extend_schema_view(
    get=extend_schema(parameters=[OpenApiParameter("state", str, enum=Payout.State.values)])
)
class PayoutListView(PayoutAPIView, generics.ListAPIView):
    """Payouts, newest first; `?state=READY` for those that wait."""

    serializer_class = PayoutOut
    pagination_class = Page

    def get_queryset(self) -> Any:
        """All of them, or those in one state."""
        payouts = queries.payouts_for_staff()
        state = self.request.query_params.get("state")
        return payouts.filter(state=state) if state else payouts


class StartPayoutView(PayoutAPIView):
    """Take a payout in hand."""

    @extend_schema(request=None, responses=InstructionOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Answers with the transfer to make at the bank, account number and all."""
        by, now = self.user, timezone.now()
        payout = services.start_payout(payout=_payout(payout_id), by=by, at=now)
        shown = services.instruction_for(payout=payout, by=by, at=now)
        return Response(InstructionOut(shown).data)


class PayoutAccountView(PayoutAPIView):
    """Show the transfer again."""

    @extend_schema(request=None, responses=InstructionOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Only for who started it; each look is recorded."""
        shown = services.instruction_for(payout=_payout(payout_id), by=self.user, at=timezone.now())
        return Response(InstructionOut(shown).data)


class SettlePayoutView(PayoutAPIView):
    """Record the UTR of a transfer."""

    @extend_schema(request=UtrIn, responses=PayoutOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """By somebody else than who started it."""
        payout = _payout(payout_id)
        number = bound(UtrForm, request).cleaned_data["utr"]
        settled = services.settle_payout(
            payout=payout, utr_number=number, by=self.user, at=timezone.now()
        )
        return Response(PayoutOut(settled).data)


class FailPayoutView(PayoutAPIView):
    """Record that a transfer did not arrive."""

    @extend_schema(request=FailIn, responses=PayoutOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """The agent reads the reason."""
        payout = _payout(payout_id)
        reason = bound(FailForm, request).cleaned_data["reason"]
        failed = services.fail_payout(payout=payout, reason=reason, by=self.user, at=timezone.now())
        return Response(PayoutOut(failed).data)


class RetryPayoutView(PayoutAPIView):
    """Send a failed payout's money again."""

    @extend_schema(request=None, responses={201: PayoutOut})
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Makes a new payout, to the account the agent has now."""
        again = services.retry_payout(payout=_payout(payout_id), by=self.user, at=timezone.now())
        return Response(PayoutOut(again).data, status=201)
