"""API views of a client's money, for its members."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api_views import MemberAPIView
from hitouch.core.api.pagination import CursorPage
from payments.funding import deposits, queries
from payments.funding.serializers import ClientFundsOut, MovementOut


class MovementPage(CursorPage):
    """Pagination by the moment of the entry, newest first."""

    ordering = ("-entry__at", "-pk")


class ClientFundsView(MemberAPIView):
    """Your company's money. Amounts are in paise."""

    scope = "payments"

    @extend_schema(responses=ClientFundsOut)
    def get(self, request: Request) -> Response:
        """Get what is available, reserved, earned and refundable, and how to pay in."""
        client = self.member.client
        facts = {
            "funds": queries.funds_of(client),
            "reference": deposits.open_funding(client).reference,
            "account": queries.pay_in_account(),
        }
        return Response(ClientFundsOut(facts).data)


class MovementListView(MemberAPIView, generics.ListAPIView[Any]):
    """Movements of your company's available money, newest first."""

    scope = "payments"
    serializer_class = MovementOut
    pagination_class = MovementPage

    def get_queryset(self) -> Any:
        """The client's own movements."""
        return queries.movements_of(self.member.client)

    def get(self, request: Request) -> Response:
        """List deposits, reservations, releases and refunds."""
        page = self.paginate_queryset(self.get_queryset())
        rows = MovementOut(queries.described(page or []), many=True)
        return self.get_paginated_response(rows.data)
