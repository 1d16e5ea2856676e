"""Serializers of payouts and transfer instructions. Amounts are in paise."""

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from payments.models import Payout
from payments.payouts import forms


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
