"""Serializers of payments, payouts and transfer instructions. Amounts are in paise."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from payments.models import Payment, Payout
from payments.payouts import forms
from payments.statements import queries


class PaymentOut(serializers.ModelSerializer):
    """A payment in a list."""

    title = serializers.CharField(source="work.gig.title")
    client = serializers.CharField(source="work.gig.client.name")
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
        payout = queries.live_payout_of(payment)
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
        payout = queries.live_payout_of(payment)
        return payout.masked if payout else ""

    @extend_schema_field(serializers.CharField())
    def get_last_failure(self, payment: Payment) -> str:
        """Why the last transfer failed, if no other transfer has been started."""
        return queries.last_failure_of(payment)


class PayoutOut(serializers.ModelSerializer):
    """A payout, with the account number masked."""

    payment = serializers.UUIDField(source="payment_id")
    agent = serializers.CharField(source="payment.agent.name")
    account = serializers.CharField(source="masked")
    started_by = serializers.UUIDField(source="started_by_id", allow_null=True)
    settled_by = serializers.UUIDField(source="settled_by_id", allow_null=True)

    class Meta:
        model = Payout
        fields = [
            "id", "payment", "agent", "state", "amount_paise", "holder_name", "ifsc", "account",
            "started_by", "started_at", "settled_by", "settled_at", "utr", "failure", "created_at",
        ]  # fmt: skip


class InstructionOut(serializers.Serializer):
    """Transfer details, for the person who started the payout."""

    key = serializers.UUIDField(source="order.key")
    amount_paise = serializers.IntegerField(source="order.amount_paise")
    holder_name = serializers.CharField(source="order.target.holder_name")
    ifsc = serializers.CharField(source="order.target.ifsc")
    account_number = serializers.CharField(source="order.target.account_number")
    vpa = serializers.CharField(
        source="order.target.vpa", help_text="UPI ID, used instead of IFSC and account number."
    )
    sentence = serializers.CharField()


UtrIn = form_serializer(forms.UtrForm, "UtrIn")
FailIn = form_serializer(forms.FailForm, "FailIn")
