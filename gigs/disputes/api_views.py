"""What the API views of disputes share: the same for agents and for clients."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients import api_views
from gigs.clients.api_views import filter_by_state
from gigs.disputes import bids, evidence, files, queries, serializers, services, view_helpers
from gigs.disputes.forms import (
    BidApiForm,
    DisputeApiForm,
    DisputeFileForm,
    DisputeReasonForm,
    DisputeTextForm,
)
from gigs.disputes.subjects import Subject
from gigs.models import Dispute
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.web.downloads import send_file

SAID = {201: serializers.DisputeOut}


class DisputePage(CursorPage):
    """Disputes, newest first."""

    ordering = ("-opened_at", "-id")


class DisputeSideMixin:
    """The side of the caller, and the disputes it sees; subclasses say which."""

    side: str
    scope = "gigs"
    user: Any
    kwargs: Any
    query: Any
    #: The disputes of the caller's side.
    rows: Callable[[], QuerySet[Dispute]]
    #: The thing to dispute, if it is the caller's.
    subject: Callable[[str, UUID], Subject | None]

    def found(self) -> Dispute:
        """The dispute of the address, or 404."""
        return get_object_or_404(self.rows(), pk=self.kwargs["dispute_id"])

    def who(self) -> dict[str, Any]:
        """The caller and the moment, for services."""
        return {"by": self.user, "at": timezone.now()}

    def answer(self, dispute: Dispute, status: int = 200) -> Response:
        """The dispute as it is now."""
        fresh = queries.disputes().get(pk=dispute.pk)
        return Response(serializers.dispute_data(fresh, self.side), status=status)


class DisputeListMixin(DisputeSideMixin):
    """List and open disputes."""

    def get_queryset(self) -> Any:
        """Disputes of the caller's side."""
        return filter_by_state(self.rows(), self.query)

    @extend_schema(parameters=api_views.STATE, responses=serializers.DisputeRowOut(many=True))
    def get(self: Any, request: Request) -> Response:
        """List disputes, newest first."""
        return self.list(request)

    @extend_schema(request=serializers.DisputeBody, responses=SAID)
    def post(self, request: Request) -> Response:
        """Open a dispute about an application, a gig, work (with its payment) or a shift."""
        facts = validated_form(DisputeApiForm, request).cleaned_data
        subject = self.subject(facts.pop("kind"), facts.pop("subject"))
        if subject is None:
            raise Http404
        made = services.open_dispute(subject=subject, side=self.side, **facts, **self.who())
        return self.answer(made, status=201)


class DisputeDetailMixin(DisputeSideMixin):
    """One dispute."""

    @extend_schema(responses=serializers.DisputeOut)
    def get(self, request: Request, dispute_id: UUID) -> Response:
        """Get a dispute, as your side sees it."""
        return self.answer(self.found())


class ContestDisputeMixin(DisputeSideMixin):
    """Answer a dispute."""

    @extend_schema(request=serializers.DisputeTextBody, responses=serializers.DisputeOut)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Answer that you do not agree, and why. Both sides then negotiate."""
        facts = validated_form(DisputeTextForm, request).cleaned_data
        dispute = self.found()
        services.contest(dispute=dispute, side=self.side, **facts, **self.who())
        return self.answer(dispute)


class AcceptDisputeMixin(DisputeSideMixin):
    """Agree to a dispute."""

    @extend_schema(request=None, responses=serializers.DisputeOut)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Agree to what the other side asks for. This ends the dispute."""
        dispute = self.found()
        services.accept(dispute=dispute, side=self.side, **self.who())
        return self.answer(dispute)


class DisputeMessagesMixin(DisputeSideMixin):
    """Messages of a dispute."""

    @extend_schema(request=serializers.DisputeTextBody, responses=SAID)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Send a message to the other side."""
        facts = validated_form(DisputeTextForm, request).cleaned_data
        dispute = self.found()
        services.add_message(dispute=dispute, author=self.side, **facts, **self.who())
        return self.answer(dispute, status=201)


class DisputeBidsMixin(DisputeSideMixin):
    """Sealed amounts of a dispute."""

    @extend_schema(request=serializers.BidBody, responses=SAID)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Name a sealed amount. Amounts that cross settle the dispute at the middle of both."""
        facts = validated_form(BidApiForm, request).cleaned_data
        dispute = self.found()
        bids.place_bid(dispute=dispute, side=self.side, **facts, **self.who())
        return self.answer(dispute, status=201)


class EscalateDisputeMixin(DisputeSideMixin):
    """Pass a dispute to staff."""

    @extend_schema(request=serializers.DisputeReasonBody, responses=serializers.DisputeOut)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Let HitouchCX decide, once the other side has answered."""
        facts = validated_form(DisputeReasonForm, request).cleaned_data
        dispute = self.found()
        services.escalate(dispute=dispute, side=self.side, **facts, **self.who())
        return self.answer(dispute)


class WithdrawDisputeMixin(DisputeSideMixin):
    """Withdraw a dispute."""

    @extend_schema(request=serializers.DisputeReasonBody, responses=serializers.DisputeOut)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Withdraw a dispute that your side opened. Nothing changes by it."""
        facts = validated_form(DisputeReasonForm, request).cleaned_data
        dispute = self.found()
        services.withdraw(dispute=dispute, side=self.side, **facts, **self.who())
        return self.answer(dispute)


class DisputeFilesMixin(DisputeSideMixin):
    """Files of a dispute."""

    @extend_schema(request=serializers.DisputeFileBody, responses=SAID)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """Add a file as evidence. Both sides can open it."""
        facts = validated_form(DisputeFileForm, request).cleaned_data
        dispute = self.found()
        upload, note = facts["file"], facts["note"]
        files.add_file(dispute=dispute, author=self.side, upload=upload, note=note, **self.who())
        return self.answer(dispute, status=201)


class DisputeFileMixin(DisputeSideMixin):
    """One file of a dispute."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, dispute_id: UUID, file_id: UUID) -> HttpResponseBase:
        """Download a file of a dispute; the access is recorded."""
        rows = self.found().files.select_related("file", "dispute")
        stored = files.open_file(row=get_object_or_404(rows, pk=file_id), **self.who())
        return send_file(request, stored, inline=False)


class DisputeEvidenceMixin(DisputeSideMixin):
    """The evidence pack of a dispute."""

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, dispute_id: UUID) -> HttpResponseBase:
        """Download the evidence pack: each fact with its SHA-256, and the digest of all of them."""
        return view_helpers.evidence_response(self.found(), "json", **self.who())


class DisputeArchiveMixin(DisputeSideMixin):
    """The evidence pack of a dispute with its files."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, dispute_id: UUID) -> HttpResponseBase:
        """Download the evidence pack as a ZIP with the files that it names."""
        return view_helpers.evidence_response(self.found(), "zip", **self.who())


class DisputeEvidenceCheckMixin(DisputeSideMixin):
    """Whether the evidence of a dispute is what it was."""

    @extend_schema(responses=serializers.EvidenceCheckOut(many=True))
    def get(self, request: Request, dispute_id: UUID) -> Response:
        """Check every stored pack against its digests, its chain, and the rows as they are now."""
        packs = self.found().packs.order_by("number")
        rows: Any = [{"pack": pack, "verdict": evidence.verify(pack)} for pack in packs]
        return Response(serializers.EvidenceCheckOut(rows, many=True).data)
