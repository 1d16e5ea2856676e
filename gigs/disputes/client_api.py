"""API views of disputes for members of a client."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.parsers import MultiPartParser

from gigs.clients.api import ManagersWriteMixin
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsBudgetHolder, IsManager
from gigs.disputes import api_views, queries, serializers
from gigs.disputes.forms import DisputeFilter
from gigs.disputes.subjects import Side, Subject, find_subject
from gigs.models import Dispute


class ClientDisputeAPIView(MemberAPIView):
    """Base view of a client's disputes."""

    side: str = Side.CLIENT

    def rows(self) -> QuerySet[Dispute]:
        """The client's disputes."""
        return queries.disputes_for(self.member.client)

    def subject(self, kind: str, pk: UUID) -> Subject | None:
        """The thing to dispute, if it is the client's."""
        return find_subject(kind, pk, client=self.member.client)


class ClientDisputeListView(
    ManagersWriteMixin, api_views.DisputeListMixin, ClientDisputeAPIView, generics.ListAPIView[Any]
):
    """Your company's disputes."""

    serializer_class = serializers.DisputeRowOut
    pagination_class = api_views.DisputePage
    query_form = DisputeFilter

    operation_ids = {"get": "client_disputes_list", "post": "client_disputes_open"}


class ClientDisputeDetailView(api_views.DisputeDetailMixin, ClientDisputeAPIView):
    """One of your company's disputes."""


class ClientContestDisputeView(api_views.ContestDisputeMixin, ClientDisputeAPIView):
    """Answer a dispute."""

    permission_classes = [IsManager]
    operation_ids = {"post": "client_disputes_contest"}


class ClientAcceptDisputeView(api_views.AcceptDisputeMixin, ClientDisputeAPIView):
    """Agree to a dispute."""

    permission_classes = [IsBudgetHolder]
    operation_ids = {"post": "client_disputes_accept"}


class ClientDisputeMessagesView(api_views.DisputeMessagesMixin, ClientDisputeAPIView):
    """Messages of a dispute."""

    permission_classes = [IsManager]
    operation_ids = {"post": "client_disputes_message"}


class ClientDisputeBidsView(api_views.DisputeBidsMixin, ClientDisputeAPIView):
    """Sealed amounts of a dispute."""

    permission_classes = [IsBudgetHolder]
    operation_ids = {"post": "client_disputes_bid"}


class ClientEscalateDisputeView(api_views.EscalateDisputeMixin, ClientDisputeAPIView):
    """Pass a dispute to HitouchCX."""

    permission_classes = [IsManager]
    operation_ids = {"post": "client_disputes_escalate"}


class ClientWithdrawDisputeView(api_views.WithdrawDisputeMixin, ClientDisputeAPIView):
    """Withdraw a dispute."""

    permission_classes = [IsManager]
    operation_ids = {"post": "client_disputes_withdraw"}


class ClientDisputeFilesView(api_views.DisputeFilesMixin, ClientDisputeAPIView):
    """Files of a dispute."""

    permission_classes = [IsManager]
    parser_classes = [MultiPartParser]
    operation_ids = {"post": "client_disputes_add_file"}


class ClientDisputeFileView(api_views.DisputeFileMixin, ClientDisputeAPIView):
    """One file of a dispute."""

    operation_ids = {"get": "client_disputes_file"}


class ClientDisputeEvidenceView(api_views.DisputeEvidenceMixin, ClientDisputeAPIView):
    """The evidence pack of a dispute."""

    operation_ids = {"get": "client_disputes_evidence"}


class ClientDisputeArchiveView(api_views.DisputeArchiveMixin, ClientDisputeAPIView):
    """The evidence pack with its files."""

    operation_ids = {"get": "client_disputes_evidence_zip"}


class ClientDisputeEvidenceCheckView(api_views.DisputeEvidenceCheckMixin, ClientDisputeAPIView):
    """Whether the evidence is what it was."""

    operation_ids = {"get": "client_disputes_evidence_check"}
