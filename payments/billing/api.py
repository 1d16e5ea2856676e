"""API views of bills: for the members of a client, and to bill a client, for finance."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff, authenticated_user
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsMember
from gigs.models import Member
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from payments.billing import queries, services
from payments.billing.einvoice import einvoice_of
from payments.billing.forms import BillClientForm, BillingDetailsForm
from payments.billing.serializers import (
    BillClientBody,
    BillInFullOut,
    BillingDetailsBody,
    BillingDetailsOut,
    BillOut,
    CreditNoteOut,
    IssuedBillsOut,
)


class NewestIssued(CursorPage):
    """Pagination by the moment of issue, newest first."""

    ordering = ("-issued_at", "-pk")


class BillListView(MemberAPIView, generics.ListAPIView[Any]):
    """Bills of your company, newest first. Amounts are in paise."""

    scope = "payments"
    serializer_class = BillOut
    pagination_class = NewestIssued

    def get_queryset(self) -> Any:
        """The client's own bills."""
        return queries.bills_of(self.member.client)


class BillView(MemberAPIView):
    """One bill."""

    scope = "payments"

    @extend_schema(responses=BillInFullOut)
    def get(self, request: Request, bill_id: UUID) -> Response:
        """Get a bill with its lines."""
        bill = get_object_or_404(queries.bill_in_full(self.member.client, bill_id))
        return Response(BillInFullOut(bill).data)


class BillEinvoiceView(MemberAPIView):
    """A bill as an e-invoice."""

    scope = "payments"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, bill_id: UUID) -> Response:
        """Get a bill in the shape of the e-invoice schema INV-01, without IRN and QR code.

        Amounts are in rupees, as the schema asks. Only bills to a GSTIN have one.
        """
        bill = get_object_or_404(queries.bill_in_full(self.member.client, bill_id))
        if not bill.buyer.gstin:
            raise Http404
        return Response(einvoice_of(bill, bill=bill))


class CreditNoteListView(MemberAPIView, generics.ListAPIView[Any]):
    """Credit notes of your company, newest first. Amounts are in paise."""

    scope = "payments"
    serializer_class = CreditNoteOut
    pagination_class = NewestIssued

    def get_queryset(self) -> Any:
        """The client's own credit notes."""
        return queries.credit_notes_of(self.member.client).prefetch_related("lines")


class BillingDetailsView(MemberAPIView):
    """To whom the bills of your company are addressed."""

    scope = "payments"

    def get_permissions(self) -> list[Any]:
        """Every member reads, the owner changes."""
        is_read = self.request.method == "GET"
        return [IsMember() if is_read else IsMember.of(Member.Role.OWNER)()]

    @extend_schema(responses=BillingDetailsOut)
    def get(self, request: Request) -> Response:
        """Get the billing details; 404 while there are none."""
        details = queries.details_of(self.member.client)
        if details is None:
            raise Http404
        return Response(BillingDetailsOut(details).data)

    @extend_schema(request=BillingDetailsBody, responses=BillingDetailsOut)
    def put(self, request: Request) -> Response:
        """Change the billing details. Bills that were issued keep theirs."""
        form = validated_form(BillingDetailsForm, request)
        facts: Any = {"by": self.member.user, "at": timezone.now(), **form.cleaned_data}
        details = services.save_details(client=self.member.client, **facts)
        return Response(BillingDetailsOut(details).data)


class BillClientView(StaffAPIView):
    """Bill a client now, for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Bills"

    @extend_schema(request=BillClientBody, responses={201: IssuedBillsOut})
    def post(self, request: Request) -> Response:
        """Issue the bills of all ended months that the client has no bill for."""
        form = validated_form(BillClientForm, request)
        by_and_at: Any = {"by": authenticated_user(request), "at": timezone.now()}
        bills = services.bill_client(client=form.cleaned_data["client"], **by_and_at)
        return Response(IssuedBillsOut({"bills": bills}).data, status=201)
