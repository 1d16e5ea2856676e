"""Serializers of bills, credit notes and billing details. Amounts are in paise."""

from rest_framework import serializers

from payments.gst_numbers import STATE_CODES
from payments.models import Bill, BillingDetails, BillLine, CreditNote, CreditNoteLine
from payments.models.billing import TAX_PARTS

DETAILS_FIELDS = [
    "legal_name", "gstin", "address_1", "address_2", "place", "pin_code", "state_code", "is_sez",
]  # fmt: skip
STATES = f"The GST code of the state: {', '.join(map(' '.join, STATE_CODES.items()))}."
LINE_FIELDS = ["position", "description", "sac", "gst_bp", *TAX_PARTS]
DOCUMENT_FIELDS = ["id", "number", "issued_on", *TAX_PARTS]


class BillingDetailsOut(serializers.ModelSerializer[BillingDetails]):
    """To whom a client's bills are addressed."""

    state_code = serializers.CharField(help_text=STATES)

    class Meta:
        model = BillingDetails
        fields = ["version", *DETAILS_FIELDS]


class BillingDetailsBody(serializers.Serializer):
    """Billing details; empty texts where nothing applies."""

    legal_name = serializers.CharField(max_length=100)
    gstin = serializers.CharField(max_length=20, required=False)
    address_1 = serializers.CharField(max_length=100)
    address_2 = serializers.CharField(max_length=100, required=False)
    place = serializers.CharField(max_length=50)
    pin_code = serializers.CharField(max_length=10)
    state_code = serializers.CharField(max_length=2, help_text=STATES)
    is_sez = serializers.BooleanField(required=False)


class BillOut(serializers.ModelSerializer[Bill]):
    """A bill without its lines."""

    place_of_supply = serializers.CharField(help_text=STATES)
    credited_paise = serializers.IntegerField()

    class Meta:
        model = Bill
        fields = [
            *DOCUMENT_FIELDS, "legal_model", "earned_from", "earned_to", "place_of_supply",
            "credited_paise",
        ]  # fmt: skip


class BillLineOut(serializers.ModelSerializer[BillLine]):
    """One earning on a bill."""

    class Meta:
        model = BillLine
        fields = LINE_FIELDS


class BillInFullOut(BillOut):
    """A bill with its lines, and to whom it is addressed."""

    buyer = BillingDetailsOut()
    seller = serializers.DictField(child=serializers.CharField())
    lines = BillLineOut(many=True)

    class Meta(BillOut.Meta):
        fields = [*BillOut.Meta.fields, "buyer", "seller", "lines"]


class CreditNoteLineOut(serializers.ModelSerializer[CreditNoteLine]):
    """One line of a bill, taken back."""

    class Meta:
        model = CreditNoteLine
        fields = LINE_FIELDS


class CreditNoteOut(serializers.ModelSerializer[CreditNote]):
    """A credit note with its lines."""

    bill_number = serializers.CharField(source="bill.number")
    lines = CreditNoteLineOut(many=True)

    class Meta:
        model = CreditNote
        fields = [*DOCUMENT_FIELDS, "reason", "bill", "bill_number", "lines"]


class BillClientBody(serializers.Serializer):
    """Which client to bill."""

    client = serializers.UUIDField()


class IssuedBillsOut(serializers.Serializer):
    """The bills that were issued."""

    bills = BillOut(many=True)
