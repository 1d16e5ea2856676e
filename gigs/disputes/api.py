"""API views for agents: disputes."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.parsers import MultiPartParser

from accounts.api_views import AgentAPIView
from gigs.disputes import api_views, queries, serializers
from gigs.disputes.forms import DisputeFilter
from gigs.disputes.subjects import Side, Subject, find_subject
from gigs.models import Dispute


class AgentDisputeView(AgentAPIView):
    """Base view of an agent's disputes."""

    side: str = Side.AGENT

    def rows(self) -> QuerySet[Dispute]:
        """The agent's disputes."""
        return queries.disputes_of(self.agent)

    def subject(self, kind: str, pk: UUID) -> Subject | None:
        """The thing to dispute, if it is the agent's."""
        return find_subject(kind, pk, agent=self.agent)


class DisputeListView(api_views.DisputeListMixin, AgentDisputeView, generics.ListAPIView[Any]):
    """Your disputes."""

    serializer_class = serializers.DisputeRowOut
    pagination_class = api_views.DisputePage
    query_form = DisputeFilter

    operation_ids = {"get": "disputes_list", "post": "disputes_open"}


class DisputeDetailView(api_views.DisputeDetailMixin, AgentDisputeView):
    """One of your disputes."""


class ContestDisputeView(api_views.ContestDisputeMixin, AgentDisputeView):
    """Answer a dispute."""

    operation_ids = {"post": "disputes_contest"}


class AcceptDisputeView(api_views.AcceptDisputeMixin, AgentDisputeView):
    """Agree to a dispute."""

    operation_ids = {"post": "disputes_accept"}


class DisputeMessagesView(api_views.DisputeMessagesMixin, AgentDisputeView):
    """Messages of a dispute."""

    operation_ids = {"post": "disputes_message"}


class DisputeBidsView(api_views.DisputeBidsMixin, AgentDisputeView):
    """Sealed amounts of a dispute."""

    operation_ids = {"post": "disputes_bid"}


class EscalateDisputeView(api_views.EscalateDisputeMixin, AgentDisputeView):
    """Pass a dispute to HitouchCX."""

    operation_ids = {"post": "disputes_escalate"}


class WithdrawDisputeView(api_views.WithdrawDisputeMixin, AgentDisputeView):
    """Withdraw a dispute."""

    operation_ids = {"post": "disputes_withdraw"}


class DisputeFilesView(api_views.DisputeFilesMixin, AgentDisputeView):
    """Files of a dispute."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "disputes_add_file"}


class DisputeFileView(api_views.DisputeFileMixin, AgentDisputeView):
    """One file of a dispute."""

    operation_ids = {"get": "disputes_file"}


class DisputeEvidenceView(api_views.DisputeEvidenceMixin, AgentDisputeView):
    """The evidence pack of a dispute."""

    operation_ids = {"get": "disputes_evidence"}


class DisputeArchiveView(api_views.DisputeArchiveMixin, AgentDisputeView):
    """The evidence pack with its files."""

    operation_ids = {"get": "disputes_evidence_zip"}


class DisputeEvidenceCheckView(api_views.DisputeEvidenceCheckMixin, AgentDisputeView):
    """Whether the evidence is what it was."""

    operation_ids = {"get": "disputes_evidence_check"}
