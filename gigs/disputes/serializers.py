"""Serializers of disputes. Amounts are whole paise."""

from rest_framework import serializers

from gigs.disputes import forms, queries
from gigs.models import Dispute, DisputeEvent, DisputeFile, DisputeMessage, SettlementBid
from hitouch.core.api.form_serializers import form_serializer


class DisputeMessageOut(serializers.ModelSerializer[DisputeMessage]):
    """A message in a dispute."""

    class Meta:
        model = DisputeMessage
        fields = ["number", "author", "text", "at"]


class DisputeFileOut(serializers.ModelSerializer[DisputeFile]):
    """A file in a dispute."""

    name = serializers.CharField(source="file.name")
    sha256 = serializers.CharField(source="file.sha256")

    class Meta:
        model = DisputeFile
        fields = ["id", "author", "name", "sha256", "note", "at"]


class DisputeEventOut(serializers.ModelSerializer[DisputeEvent]):
    """A change of a dispute's state."""

    class Meta:
        model = DisputeEvent
        fields = ["was", "became", "at", "why"]


class OwnBidOut(serializers.ModelSerializer[SettlementBid]):
    """An amount that your side named. The other side's is never shown."""

    amount_paise = serializers.IntegerField()
    nonce = serializers.CharField()

    class Meta:
        model = SettlementBid
        fields = ["round", "amount_paise", "nonce", "commitment", "at"]


class DisputeRowOut(serializers.ModelSerializer[Dispute]):
    """A dispute in a list."""

    reference = serializers.CharField()
    agent_name = serializers.CharField(source="agent.name")
    client_name = serializers.CharField(source="client.name")

    class Meta:
        model = Dispute
        fields = [
            "id", "reference", "kind", "application", "gig", "work", "claim", "part", "title",
            "agent_name", "client_name", "side", "is_by_staff", "state", "asked_paise",
            "opened_at", "due_at", "closed_at",
        ]  # fmt: skip


class DisputeViewOut(serializers.Serializer[queries.DisputeView]):
    """What your side sees and can do."""

    messages = DisputeMessageOut(many=True)
    files = DisputeFileOut(many=True)
    events = DisputeEventOut(many=True)
    own_bids = OwnBidOut(many=True)
    bid_round = serializers.IntegerField(help_text="0 if no amounts are named now.")
    has_named = serializers.BooleanField()
    other_has_named = serializers.BooleanField()
    result = serializers.CharField(help_text="What happens by the end; empty until then.")
    reason = serializers.CharField()
    can_answer = serializers.BooleanField()
    can_accept = serializers.BooleanField()
    can_write = serializers.BooleanField()
    can_bid = serializers.BooleanField()
    can_escalate = serializers.BooleanField()
    can_withdraw = serializers.BooleanField()


class DisputeOut(serializers.Serializer[dict[str, object]]):
    """A dispute, as one side sees it."""

    dispute = DisputeRowOut()
    statement = serializers.CharField()
    view = DisputeViewOut()


class EvidenceCheckOut(serializers.Serializer[dict[str, object]]):
    """Whether a stored evidence pack, and the rows behind it, are what they were."""

    number = serializers.IntegerField(source="pack.number")
    at = serializers.DateTimeField(source="pack.at")
    manifest_sha256 = serializers.CharField(source="pack.manifest")
    is_intact = serializers.BooleanField(source="verdict.is_intact")
    tampered = serializers.ListField(child=serializers.CharField(), source="verdict.tampered")
    moved_on = serializers.ListField(child=serializers.CharField(), source="verdict.moved_on")


DisputeBody = form_serializer(forms.DisputeApiForm, "DisputeBody")
DisputeTextBody = form_serializer(forms.DisputeTextForm, "DisputeTextBody")
DisputeReasonBody = form_serializer(forms.DisputeReasonForm, "DisputeReasonBody")
BidBody = form_serializer(forms.BidApiForm, "BidBody")
DisputeFileBody = form_serializer(forms.DisputeFileForm, "DisputeFileBody")


def dispute_data(dispute: Dispute, side: str) -> dict[str, object]:
    """A dispute as this side sees it."""
    facts = {
        "dispute": dispute,
        "statement": dispute.statement,
        "view": queries.view_of(dispute, side),
    }
    return dict(DisputeOut(facts).data)
