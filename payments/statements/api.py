"""API views of an agent's own payments, and of what a client spent."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.clients.api_views import MemberAPIView
from hitouch.core.api.pagination import CursorPage
from payments.statements import payslip, queries, spend, yearly
from payments.statements.serializers import (
    PaymentInFullOut,
    PaymentOut,
    PayslipOut,
    SpendOut,
    YearlyStatementOut,
)


class PaymentPage(CursorPage):
    """Pagination by the moment the payment was opened, newest first."""

    ordering = ("-opened_at", "id")


class PaymentListView(AgentAPIView, generics.ListAPIView):
    """Your payments, newest first. Amounts are in paise."""

    scope = "payments"
    serializer_class = PaymentOut
    pagination_class = PaymentPage

    def get_queryset(self) -> Any:
        """The agent's own payments."""
        return queries.payments_of(self.agent)


class PaymentDetailView(AgentAPIView):
    """One payment with its breakdown."""

    scope = "payments"

    @extend_schema(responses=PaymentInFullOut)
    def get(self, request: Request, payment_id: UUID) -> Response:
        """Get a payment with its breakdown, transfer and history."""
        payment = get_object_or_404(queries.payment_in_full(self.agent, payment_id))
        return Response(PaymentInFullOut(payment).data)


class PayslipView(AgentAPIView):
    """The pay slip of one payment."""

    scope = "payments"

    @extend_schema(responses=PayslipOut)
    def get(self, request: Request, payment_id: UUID) -> Response:
        """Get every step from hours to bank reference, with its rule.

        Amounts are in paise, rates in basis points. The amounts can be worked out anew from it.
        """
        payment = get_object_or_404(queries.payment_in_full(self.agent, payment_id))
        return Response(PayslipOut(payslip.payslip_of(payment)).data)


class YearlyStatementView(AgentAPIView):
    """The agent's earnings of one financial year."""

    scope = "payments"

    @extend_schema(responses=YearlyStatementOut)
    def get(self, request: Request, first_year: int) -> Response:
        """Get a financial year by months, with its tax by quarter.

        `first_year` is the year in which it begins: 2026 for April 2026 to March 2027.
        """
        year = yearly.yearly_statement(self.agent, first_year, now=timezone.now())
        if year is None:
            raise Http404
        return Response(YearlyStatementOut(year).data)


class SpendView(MemberAPIView):
    """What your company spent in a financial year."""

    scope = "payments"

    @extend_schema(responses=SpendOut)
    def get(self, request: Request, first_year: int) -> Response:
        """Get what agents earned, and the GST on top, by project and by month, in paise.

        `first_year` is the year in which it begins: 2026 for April 2026 to March 2027.
        """
        statement = spend.spend_of(self.member.client, first_year, now=timezone.now())
        if statement is None:
            raise Http404
        return Response(SpendOut(statement).data)
