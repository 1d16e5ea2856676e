"""Serializers of a client's money. Amounts are in paise."""

from rest_framework import serializers


class PayInAccountOut(serializers.Serializer):
    """The bank account that clients transfer to."""

    holder_name = serializers.CharField()
    number = serializers.CharField()
    ifsc = serializers.CharField()


class ClientFundsOut(serializers.Serializer):
    """A client's money, and how to pay in."""

    available_paise = serializers.IntegerField(source="funds.available_paise")
    reserved_paise = serializers.IntegerField(source="funds.reserved_paise")
    earned_paise = serializers.IntegerField(source="funds.earned_paise")
    refundable_paise = serializers.IntegerField(source="funds.refundable_paise")
    reference = serializers.CharField(help_text="To be written into each transfer.")
    account = PayInAccountOut(allow_null=True)


class MovementOut(serializers.Serializer):
    """A change of what the client has available; money out is negative."""

    at = serializers.DateTimeField()
    label = serializers.CharField()  # type: ignore[assignment]
    about = serializers.CharField()
    amount_paise = serializers.IntegerField()
