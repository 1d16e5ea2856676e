"""Serializers of an agent's payments. Amounts are in paise."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from payments.models import Payment
from payments.payouts.queries import last_failure_of, live_payout_of
from payments.statements import history, queries


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


class PaymentTurnOut(serializers.Serializer):
    """One thing that happened to a payment, in words for its agent."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    by = serializers.CharField(help_text="Who decided it. Staff are not named.")
    text = serializers.CharField()


class PaymentInFullOut(PaymentOut):
    """A payment with its breakdown and history."""

    work = serializers.UUIDField(source="work_id")
    tds_bp = serializers.IntegerField(help_text="In basis points of the gross amount.")
    fee_bp = serializers.IntegerField(help_text="In basis points of the gross amount.")
    gst_bp = serializers.IntegerField(help_text="In basis points of the platform fee.")
    lines = serializers.SerializerMethodField()
    events = EventOut(many=True)
    history = serializers.SerializerMethodField()
    account = serializers.SerializerMethodField()
    last_failure = serializers.SerializerMethodField()

    class Meta(PaymentOut.Meta):
        fields = [
            *PaymentOut.Meta.fields, "work", "tds_bp", "fee_bp", "gst_bp", "lines", "events",
            "history", "account", "last_failure",
        ]  # fmt: skip

    @extend_schema_field(LineOut(many=True))
    def get_lines(self, payment: Payment) -> object:
        """The breakdown from gross to net."""
        return LineOut(queries.breakdown_of(payment), many=True).data

    @extend_schema_field(PaymentTurnOut(many=True))
    def get_history(self, payment: Payment) -> object:
        """What happened, oldest first, with holds, transfers and who decided."""
        return PaymentTurnOut(history.turns_of(payment), many=True).data

    @extend_schema_field(serializers.CharField())
    def get_account(self, payment: Payment) -> str:
        """The bank account paid to, masked."""
        payout = live_payout_of(payment)
        return payout.masked if payout else ""

    @extend_schema_field(serializers.CharField())
    def get_last_failure(self, payment: Payment) -> str:
        """Why the last transfer failed, if no other transfer has been started."""
        return last_failure_of(payment)


class TotalsOut(serializers.Serializer):
    """Sums of the parts of payments, in paise."""

    gross_paise = serializers.IntegerField()
    tds_paise = serializers.IntegerField()
    fee_paise = serializers.IntegerField()
    gst_paise = serializers.IntegerField()
    net_paise = serializers.IntegerField()


class MonthEarnedOut(TotalsOut):
    """What was approved in one month."""

    month = serializers.DateField(source="first", help_text="Its first day.")

    def to_representation(self, instance: Any) -> Any:
        """The sums stand beside the month."""
        return {
            "month": f"{instance.first:%Y-%m-%d}",
            **TotalsOut(instance.totals).data,
        }


class QuarterTaxedOut(serializers.Serializer):
    """The tax withheld in one quarter of the financial year."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    gross_paise = serializers.IntegerField()
    tds_paise = serializers.IntegerField()
    deposit_due_on = serializers.DateField()


class YearlyStatementOut(serializers.Serializer):
    """A financial year by the day of approval: months, tax by quarter, and totals."""

    financial_year = serializers.CharField(source="name")
    months = MonthEarnedOut(many=True)
    quarters = QuarterTaxedOut(many=True)
    totals = TotalsOut()
    paid_paise = serializers.IntegerField(help_text="Of the net amounts, what was sent so far.")


class PayslipSessionOut(serializers.Serializer):
    """A session of work. Only its part within the slot's hours is paid."""

    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    slot_starts_at = serializers.DateTimeField()
    slot_ends_at = serializers.DateTimeField()


class PayslipWorkOut(serializers.Serializer):
    """What makes the gross amount: sessions at a rate, or an amount."""

    amount_paise = serializers.IntegerField(required=False)
    rate_paise_an_hour = serializers.IntegerField(
        required=False, help_text="Whole seconds are paid; the sum is rounded down."
    )
    sessions = PayslipSessionOut(many=True, required=False)


class PayslipRuleOut(serializers.Serializer):
    """A dated rate, and the law or price list that it is from."""

    id = serializers.UUIDField()
    in_force_from = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]


class PayslipTaxRuleOut(PayslipRuleOut):
    """The terms of the tax rule. A threshold of 0 stands for none."""

    kind = serializers.CharField()
    rate_bp = serializers.IntegerField()
    rate_without_pan_bp = serializers.IntegerField()
    free_up_to_paise = serializers.IntegerField(help_text="For one payment.")
    free_up_to_in_year_paise = serializers.IntegerField(help_text="For the financial year.")
    catches_up = serializers.BooleanField(
        help_text="Above the year's threshold, its earlier payments are taxed too."
    )
    thresholds_need_pan = serializers.BooleanField()
    rounding = serializers.CharField(help_text="PAISA or RUPEE; half is rounded up.")


class PayslipYearOut(serializers.Serializer):
    """The financial year's sums before this payment."""

    paid_paise = serializers.IntegerField()
    taxed_paise = serializers.IntegerField()
    withheld_paise = serializers.IntegerField()
    owed_paise = serializers.IntegerField(help_text="Tax that could not be taken yet.")


class PayslipCertificateOut(serializers.Serializer):
    """A certificate for a lower rate, and the part of the sum that it applies to."""

    number = serializers.CharField()
    rate_bp = serializers.IntegerField()
    certified_paise = serializers.IntegerField()


class PayslipTaxOut(serializers.Serializer):
    """Tax deducted at source (TDS), and what it was worked out from."""

    rule = PayslipTaxRuleOut()
    year_before = PayslipYearOut()
    has_pan = serializers.BooleanField()
    certificate = PayslipCertificateOut(allow_null=True)
    reason = serializers.CharField()
    taxed_paise = serializers.IntegerField()
    due_paise = serializers.IntegerField(help_text="With what was owed before.")
    withheld_paise = serializers.IntegerField()
    deposit_due_on = serializers.DateField()


class PayslipFeeOut(serializers.Serializer):
    """The platform fee and its GST. They never take more than the tax leaves."""

    rule = PayslipRuleOut()
    fee_bp = serializers.IntegerField()
    fee_paise = serializers.IntegerField()
    gst_bp = serializers.IntegerField()
    gst_paise = serializers.IntegerField()


class PayslipTransferOut(serializers.Serializer):
    """The bank transfer."""

    utr = serializers.CharField()
    to = serializers.CharField(help_text="The account, masked.")
    ifsc = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)


class PayslipOut(serializers.Serializer):
    """Every step of a payment, from hours to bank reference."""

    format = serializers.CharField()
    reference = serializers.CharField()
    payment = serializers.UUIDField()
    paid_to = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    client = serializers.CharField()
    approved_at = serializers.DateTimeField()
    financial_year = serializers.CharField()
    corrects = serializers.CharField(
        allow_null=True, help_text="The payment that this one takes back."
    )
    work = PayslipWorkOut()
    gross_paise = serializers.IntegerField()
    tax = PayslipTaxOut()
    fee = PayslipFeeOut()
    net_paise = serializers.IntegerField()
    state = serializers.CharField()
    paid_at = serializers.DateTimeField(allow_null=True)
    transfer = PayslipTransferOut(allow_null=True)


class SpentOnOut(serializers.Serializer):
    """What was spent on a project, or in a month."""

    name = serializers.CharField()
    earned_paise = serializers.IntegerField(source="spent.earned_paise")
    gst_paise = serializers.IntegerField(source="spent.gst_paise")
    total_paise = serializers.IntegerField(source="spent.total_paise")


class SpendOut(serializers.Serializer):
    """A financial year of a client."""

    name = serializers.CharField()
    projects = SpentOnOut(many=True)
    months = SpentOnOut(many=True)
    earned_paise = serializers.IntegerField(source="total.earned_paise")
    gst_paise = serializers.IntegerField(source="total.gst_paise")
    total_paise = serializers.IntegerField(source="total.total_paise")
