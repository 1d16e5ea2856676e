"""API views of finance: batches of payouts."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from payments.models import Payout, PayoutBatch
from payments.payouts import bank_files, batches
from payments.payouts.api import PayoutAPIView
from payments.payouts.forms import CreateBatchForm, RejectBatchForm, UtrListForm
from payments.payouts.serializers import (
    ApproveBatchIn,
    BankFileOut,
    CreateBatchIn,
    PayoutBatchOut,
    RejectBatchIn,
    UtrListIn,
    UtrListOut,
)


def _get_batch(batch_id: UUID) -> PayoutBatch:
    return get_object_or_404(PayoutBatch, pk=batch_id)


class BatchListView(PayoutAPIView, generics.ListAPIView):
    """Batches of payouts, newest first."""

    serializer_class = PayoutBatchOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """All batches."""
        return PayoutBatch.objects.all()

    @extend_schema(request=CreateBatchIn, responses={201: PayoutBatchOut})
    def post(self, request: Request) -> Response:
        """Put all payouts that are ready into a new draft, by default for the payout provider."""
        rail = validated_form(CreateBatchForm, request).cleaned_data["rail"]
        batch = batches.create_batch(rail=rail, by=self.user, at=timezone.now())
        return Response(PayoutBatchOut(batch).data, status=201)


class BatchView(PayoutAPIView):
    """One batch."""

    @extend_schema(responses=PayoutBatchOut)
    def get(self, request: Request, batch_id: UUID) -> Response:
        """Get a batch of payouts."""
        return Response(PayoutBatchOut(_get_batch(batch_id)).data)


class SubmitBatchView(PayoutAPIView):
    """Submit a batch."""

    @extend_schema(request=None, responses=PayoutBatchOut)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Freeze count and total, and ask for approval."""
        batch = batches.submit_batch(batch=_get_batch(batch_id), by=self.user, at=timezone.now())
        return Response(PayoutBatchOut(batch).data)


class ApproveBatchView(PayoutAPIView):
    """Approve a batch."""

    @extend_schema(request=ApproveBatchIn, responses=PayoutBatchOut)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Approve. Must be someone other than the maker, who states count and total."""
        stated = ApproveBatchIn(data=request.data)
        stated.is_valid(raise_exception=True)
        batch = batches.approve_batch(
            batch=_get_batch(batch_id), by=self.user, at=timezone.now(), **stated.validated_data
        )
        return Response(PayoutBatchOut(batch).data)


class RejectBatchView(PayoutAPIView):
    """Reject a batch."""

    @extend_schema(request=RejectBatchIn, responses=PayoutBatchOut)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Reject. Its payments are carried by new payouts."""
        batch = _get_batch(batch_id)
        reason = validated_form(RejectBatchForm, request).cleaned_data["reason"]
        rejected = batches.reject_batch(batch=batch, reason=reason, by=self.user, at=timezone.now())
        return Response(PayoutBatchOut(rejected).data)


class RemovePayoutView(PayoutAPIView):
    """Take a payout out of a draft."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Take a payout out of a draft. The agent's next payout carries its payments."""
        payout = get_object_or_404(Payout.objects.select_related("batch"), pk=payout_id)
        batches.remove_payout(payout=payout, by=self.user, at=timezone.now())
        return Response(status=204)


class BankFileView(PayoutAPIView):
    """Make the NEFT file of a batch."""

    @extend_schema(request=None, responses=BankFileOut)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Make the file, or get it again. Its payouts count as sent from then on."""
        batch = _get_batch(batch_id)
        content = bank_files.make_bank_file(batch=batch, by=self.user, at=timezone.now())
        return Response({"content": content})


class BatchUtrsView(PayoutAPIView):
    """Enter the UTRs of a NEFT file."""

    @extend_schema(request=UtrListIn, responses=UtrListOut)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Enter UTRs. A second person confirms them."""
        batch = _get_batch(batch_id)
        text = validated_form(UtrListForm, request).cleaned_data["lines"]
        refused = bank_files.propose_utrs(batch=batch, text=text, by=self.user, at=timezone.now())
        return Response({"refused": refused})


class ConfirmUtrsView(PayoutAPIView):
    """Confirm the UTRs of a NEFT file."""

    @extend_schema(request=None, responses=UtrListOut)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Confirm all UTRs that colleagues entered. Must be someone else."""
        batch = _get_batch(batch_id)
        refused = bank_files.confirm_utrs(batch=batch, by=self.user, at=timezone.now())
        return Response({"refused": refused})
