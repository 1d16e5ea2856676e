"""API views of finance: payouts, decisions about them by two people, the sending switch."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.query import choice_filter
from payments.models import Payment, PaymentHold, Payout, PayoutDecision
from payments.payouts import decisions, queries, services, switch
from payments.payouts.forms import FailForm, PayoutDecisionForm, StopForm, UtrForm
from payments.payouts.serializers import (
    DecisionIn,
    FailIn,
    HoldPaymentIn,
    InstructionOut,
    PaymentHoldOut,
    PayoutDecisionOut,
    PayoutOut,
    SendingSwitchOut,
    StopIn,
    UtrIn,
)

Verb = PayoutDecision.Verb


def _get_payout(payout_id: UUID) -> Payout:
    return get_object_or_404(queries.payouts_for_staff(), pk=payout_id)


class PayoutAPIView(StaffAPIView):
    """An endpoint about payouts, for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Payouts"


@extend_schema_view(
    get=extend_schema(parameters=[OpenApiParameter("state", str, enum=Payout.State.values)])
)
class PayoutListView(PayoutAPIView, generics.ListAPIView):
    """Payouts, newest first. Use `?state=READY` for payouts to start."""

    serializer_class = PayoutOut
    pagination_class = CursorPage
    query_form = choice_filter("state", Payout.State)

    def get_queryset(self) -> Any:
        """All payouts, or those in the state of the query parameter."""
        payouts = queries.payouts_for_staff()
        state = self.query.get("state")
        return payouts.filter(state=state) if state else payouts


class StartPayoutView(PayoutAPIView):
    """Start a payout."""

    @extend_schema(request=None, responses=InstructionOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Start a payout. Returns the transfer details with the full account number."""
        by, now = self.user, timezone.now()
        payout = services.start_payout(payout=_get_payout(payout_id), by=by, at=now)
        instruction = services.show_transfer_instruction(payout=payout, by=by, at=now)
        return Response(InstructionOut(instruction).data)


class PayoutAccountView(PayoutAPIView):
    """Show the transfer details again."""

    @extend_schema(request=None, responses=InstructionOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Show the transfer details to the person who started it. Each view is logged."""
        instruction = services.show_transfer_instruction(
            payout=_get_payout(payout_id), by=self.user, at=timezone.now()
        )
        return Response(InstructionOut(instruction).data)


class SettlePayoutView(PayoutAPIView):
    """Record the UTR of a transfer."""

    @extend_schema(request=UtrIn, responses=PayoutOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Record the UTR. Must be someone other than the person who started the payout."""
        payout = _get_payout(payout_id)
        number = validated_form(UtrForm, request).cleaned_data["utr"]
        settled = services.settle_payout(
            payout=payout, utr_number=number, by=self.user, at=timezone.now()
        )
        return Response(PayoutOut(_get_payout(settled.pk)).data)


class FailPayoutView(PayoutAPIView):
    """Say that a payout failed."""

    @extend_schema(request=FailIn, responses=PayoutOut)
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Propose that it failed. A second person confirms; then the agent sees the reason."""
        payout = _get_payout(payout_id)
        reason = validated_form(FailForm, request).cleaned_data["reason"]
        decisions.propose_decision(
            payout=payout, verb=Verb.FAIL, reason=reason, by=self.user, at=timezone.now()
        )
        return Response(PayoutOut(_get_payout(payout_id)).data)


class ProposeDecisionView(PayoutAPIView):
    """Say what happened to a transfer."""

    @extend_schema(request=DecisionIn, responses={201: PayoutDecisionOut})
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Propose what happened. Nothing changes until a second person confirms."""
        payout = _get_payout(payout_id)
        said = validated_form(PayoutDecisionForm, request).cleaned_data
        decision = decisions.propose_decision(
            payout=payout, verb=said["what"], reason=said["reason"], utr_number=said["utr"],
            by=self.user, at=timezone.now(),
        )  # fmt: skip
        return Response(PayoutDecisionOut(decision).data, status=201)


class AcceptDecisionView(PayoutAPIView):
    """Confirm what a colleague said about a payout."""

    @extend_schema(request=None, responses=PayoutOut)
    def post(self, request: Request, decision_id: UUID) -> Response:
        """Confirm. Must be someone other than the person who proposed it."""
        decision = get_object_or_404(PayoutDecision, pk=decision_id)
        payout = decisions.accept_decision(decision=decision, by=self.user, at=timezone.now())
        return Response(PayoutOut(_get_payout(payout.pk)).data)


class DeclineDecisionView(PayoutAPIView):
    """Decline what a colleague said about a payout."""

    @extend_schema(request=None, responses=PayoutDecisionOut)
    def post(self, request: Request, decision_id: UUID) -> Response:
        """Decline. Must be someone other than the person who proposed it."""
        decision = get_object_or_404(PayoutDecision, pk=decision_id)
        declined = decisions.decline_decision(decision=decision, by=self.user, at=timezone.now())
        return Response(PayoutDecisionOut(declined).data)


class SendingSwitchView(PayoutAPIView):
    """Whether payouts are sent."""

    @extend_schema(responses=SendingSwitchOut)
    def get(self, request: Request) -> Response:
        """The sending switch."""
        return Response(SendingSwitchOut(queries.sending_switch(timezone.now())).data)


class StopSendingView(PayoutAPIView):
    """Stop all sending."""

    @extend_schema(request=StopIn, responses=SendingSwitchOut)
    def post(self, request: Request) -> Response:
        """Stop all sending at once. Any one person in finance can."""
        reason = validated_form(StopForm, request).cleaned_data["reason"]
        row = switch.stop_sending(reason=reason, by=self.user, at=timezone.now())
        return Response(SendingSwitchOut(row).data)


class StartSendingView(PayoutAPIView):
    """Start sending again."""

    @extend_schema(request=None, responses=SendingSwitchOut)
    def post(self, request: Request) -> Response:
        """Propose to start sending, or confirm what a colleague proposed."""
        row = switch.start_sending(by=self.user, at=timezone.now())
        return Response(SendingSwitchOut(row).data)


class RetryPayoutView(PayoutAPIView):
    """Retry a failed payout."""

    @extend_schema(request=None, responses={201: PayoutOut})
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Retry a failed payout. Creates a new payout to the agent's current bank account."""
        payout = services.retry_payout(
            payout=_get_payout(payout_id), by=self.user, at=timezone.now()
        )
        return Response(PayoutOut(_get_payout(payout.pk)).data, status=201)


class HoldPaymentView(PayoutAPIView):
    """Put a payment on hold."""

    @extend_schema(request=HoldPaymentIn, responses={201: PaymentHoldOut})
    def post(self, request: Request) -> Response:
        """Put a payment, or a part of it, on hold. A payout that is ready goes without it."""
        said = HoldPaymentIn(data=request.data)
        said.is_valid(raise_exception=True)
        facts = said.validated_data
        hold = services.hold_payment(
            payment=get_object_or_404(Payment, pk=facts["payment"]),
            cause=PaymentHold.Cause.CHECK,
            note=facts["note"],
            amount_paise=facts["amount_paise"],
            by=self.user,
            at=timezone.now(),
        )
        return Response(PaymentHoldOut(hold).data, status=201)


class ReleasePaymentHoldView(PayoutAPIView):
    """Release a hold."""

    @extend_schema(request=None, responses=PaymentHoldOut)
    def post(self, request: Request, hold_id: UUID) -> Response:
        """Release a hold. The agent's next payout carries the amount."""
        hold = get_object_or_404(PaymentHold.objects.select_related("payment"), pk=hold_id)
        services.release_hold(hold=hold, by=self.user, at=timezone.now())
        hold.refresh_from_db()
        return Response(PaymentHoldOut(hold).data)
