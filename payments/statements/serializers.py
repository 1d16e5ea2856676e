"""Serializers of an agent's payments. Amounts are in paise."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from payments.models import Payment
from payments.payouts.queries import last_failure_of, live_payout_of
from payments.statements import queries


class PaymentOut(serializers.ModelSerializer):
    """A payment in a list."""

    title = serializers.CharField(source="gig.title")
    client = serializers.CharField(source="gig.client.name")
    utr = serializers.SerializerMethodField()

    class Meta:
        model = Payment
        fields = [
            "id", "reference", "title", "client", "state", "gross_paise", "tds_paise",
            "fee_paise", "gst_paise", "net_paise", "opened_at", "paid_at", "utr",
        ]  # fmt: skip

    @extend_schema_field(serializers.CharField())
    def get_utr(self, payment: Payment) -> str:
        """The bank reference number, once the transfer is completed."""
        payout = live_payout_of(payment)
        return payout.utr if payout else ""


class LineOut(serializers.Serializer):
    """One line of the payment breakdown."""

    label = serializers.CharField()  # type: ignore[assignment]
    amount_paise = serializers.IntegerField()
    note = serializers.CharField()


class EventOut(serializers.Serializer):
    """A change of the payment's state."""

    was = serializers.CharField()
    became = serializers.CharField()
    at = serializers.DateTimeField()
    why = serializers.CharField()


class PaymentInFullOut(PaymentOut):
    """A payment with its breakdown and history."""

    work = serializers.UUIDField(source="work_id")
    tds_bp = serializers.IntegerField(help_text="In basis points of the gross amount.")
    fee_bp = serializers.IntegerField(help_text="In basis points of the gross amount.")
    gst_bp = serializers.IntegerField(help_text="In basis points of the platform fee.")
    lines = serializers.SerializerMethodField()
    events = EventOut(many=True)
    account = serializers.SerializerMethodField()
    last_failure = serializers.SerializerMethodField()

    class Meta(PaymentOut.Meta):
        fields = [
            *PaymentOut.Meta.fields, "work", "tds_bp", "fee_bp", "gst_bp", "lines", "events",
            "account", "last_failure",
        ]  # fmt: skip

    @extend_schema_field(LineOut(many=True))
    def get_lines(self, payment: Payment) -> object:
        """The breakdown from gross to net."""
        return LineOut(queries.breakdown_of(payment), many=True).data

    @extend_schema_field(serializers.CharField())
    def get_account(self, payment: Payment) -> str:
        """The bank account paid to, masked."""
        payout = live_payout_of(payment)
        return payout.masked if payout else ""

    @extend_schema_field(serializers.CharField())
    def get_last_failure(self, payment: Payment) -> str:
        """Why the last transfer failed, if no other transfer has been started."""
        return last_failure_of(payment)
