"""Serializers of payouts, decisions and transfer instructions. Amounts are in paise."""

from datetime import date
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from payments.models import (
    PaymentHold,
    Payout,
    PayoutBatch,
    PayoutDecision,
    PayoutItem,
    SendingSwitch,
)
from payments.payouts import forms, queries


class PayoutItemOut(serializers.ModelSerializer):
    """A payment, or a part of it, that a payout carries."""

    payment = serializers.UUIDField(source="payment_id")

    class Meta:
        model = PayoutItem
        fields = ["payment", "amount_paise", "released_at"]


class PayoutDecisionOut(serializers.ModelSerializer):
    """What a colleague says about a payout; a second person confirms or declines it."""

    payout = serializers.UUIDField(source="payout_id")
    proposed_by = serializers.UUIDField(source="proposed_by_id")
    decided_by = serializers.UUIDField(source="decided_by_id", allow_null=True)

    class Meta:
        model = PayoutDecision
        fields = [
            "id", "payout", "verb", "reason", "utr", "proposed_by", "proposed_at", "decided_by",
            "decided_at", "outcome",
        ]  # fmt: skip


class PayoutOut(serializers.ModelSerializer):
    """A payout, with the account number masked."""

    payment = serializers.SerializerMethodField()
    items = PayoutItemOut(many=True)
    agent = serializers.CharField(source="agent.name")
    account = serializers.CharField(source="masked")
    batch = serializers.UUIDField(source="batch_id", allow_null=True)
    started_by = serializers.UUIDField(source="started_by_id", allow_null=True)
    settled_by = serializers.UUIDField(source="settled_by_id", allow_null=True)
    open_decision = serializers.SerializerMethodField()
    pay_by = serializers.SerializerMethodField()

    class Meta:
        model = Payout
        fields = [
            "id", "payment", "items", "agent", "state", "rail", "batch", "amount_paise",
            "holder_name", "ifsc", "account", "started_by", "started_at", "settled_by",
            "settled_at", "utr", "failure", "attention", "open_decision", "pay_by", "created_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.UUIDField())
    def get_payment(self, payout: Payout) -> UUID:
        """The first payment that it carries."""
        return payout.items.all()[0].payment_id

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_pay_by(self, payout: Payout) -> date | None:
        """The last day for an agent who is a registered micro or small enterprise."""
        return queries.pay_by(payout)

    @extend_schema_field(PayoutDecisionOut(allow_null=True))
    def get_open_decision(self, payout: Payout) -> object:
        """What a colleague proposed about it, waiting for a second person."""
        decision = queries.open_decision_of(payout)
        return PayoutDecisionOut(decision).data if decision else None


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


class PayoutBatchOut(serializers.ModelSerializer):
    """A batch of payouts. Count and total are those that were submitted."""

    maker = serializers.UUIDField(
        source="maker_id", allow_null=True, help_text="Empty for the weekly batch."
    )
    checker = serializers.UUIDField(source="checker_id", allow_null=True)
    second_checker = serializers.UUIDField(source="second_checker_id", allow_null=True)

    class Meta:
        model = PayoutBatch
        fields = [
            "id", "reference", "state", "rail", "maker", "checker", "second_checker", "count",
            "total_paise", "needs_second_check", "submitted_at", "approved_at", "created_at",
        ]  # fmt: skip


class ApproveBatchIn(serializers.Serializer):
    """What the approver counted, which has to be what was submitted."""

    count = serializers.IntegerField(min_value=1)
    total_paise = serializers.IntegerField(min_value=1)


class SendingSwitchOut(serializers.ModelSerializer):
    """Whether payouts are sent."""

    changed_by = serializers.UUIDField(source="changed_by_id", allow_null=True)
    start_proposed_by = serializers.UUIDField(source="start_proposed_by_id", allow_null=True)

    class Meta:
        model = SendingSwitch
        fields = ["is_on", "reason", "changed_by", "changed_at", "start_proposed_by"]


UtrIn = form_serializer(forms.UtrForm, "UtrIn")
FailIn = form_serializer(forms.FailForm, "FailIn")
DecisionIn = form_serializer(forms.PayoutDecisionForm, "PayoutDecisionIn")
StopIn = form_serializer(forms.StopForm, "StopSendingIn")
RejectBatchIn = form_serializer(forms.RejectBatchForm, "RejectBatchIn")
CreateBatchIn = form_serializer(forms.CreateBatchForm, "CreateBatchIn")
UtrListIn = form_serializer(forms.UtrListForm, "UtrListIn")


class BankFileOut(serializers.Serializer):
    """The file for the bank's portal."""

    content = serializers.CharField(help_text="CSV, with full account numbers.")


class UtrListOut(serializers.Serializer):
    """What was wrong with the UTRs, a sentence for each."""

    refused = serializers.ListField(child=serializers.CharField())


class HoldPaymentIn(serializers.Serializer):
    """A payment, or a part of it, to put on hold."""

    payment = serializers.UUIDField()
    amount_paise = serializers.IntegerField(
        min_value=1, allow_null=True, default=None, help_text="Leave it out for all of it."
    )
    note = serializers.CharField(max_length=300)


class PaymentHoldOut(serializers.ModelSerializer):
    """A payment, or a part of it, on hold. Without an amount: all of it."""

    payment = serializers.UUIDField(source="payment_id")

    class Meta:
        model = PaymentHold
        fields = ["id", "payment", "amount_paise", "note", "placed_at", "released_at"]
