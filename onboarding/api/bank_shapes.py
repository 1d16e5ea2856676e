"""Request and response bodies of the bank account endpoints."""

from typing import Any

from rest_framework import serializers

from onboarding import queries
from onboarding.models import BankAccount


class BankAccountIn(serializers.Serializer[Any]):
    """An Indian bank account (`ifsc`, `account_number`), or a UPI ID (`vpa`)."""

    kind = serializers.ChoiceField(BankAccount.Kind.choices, required=False)
    holder_name = serializers.CharField(max_length=120)
    ifsc = serializers.CharField(required=False)
    account_number = serializers.CharField(required=False)
    vpa = serializers.CharField(required=False)


class InUseOut(serializers.Serializer[BankAccount]):
    """The account payments go to now."""

    id = serializers.UUIDField()
    account_number = serializers.CharField(source="masked", help_text="Masked.")
    version = serializers.IntegerField()


class BankAccountOut(serializers.Serializer[queries.AccountStatus]):
    """The latest account, its verification status, and the account in use meanwhile."""

    id = serializers.UUIDField(source="account.id")
    kind = serializers.CharField(source="account.kind")
    holder_name = serializers.CharField(source="account.holder_name")
    ifsc = serializers.CharField(source="account.ifsc")
    bank = serializers.CharField(source="account.bank_name")
    account_number = serializers.CharField(source="account.masked", help_text="Masked.")
    version = serializers.IntegerField(source="account.version")
    added_at = serializers.DateTimeField(source="account.added_at")
    usable_from = serializers.DateTimeField(source="account.usable_from", allow_null=True)
    state = serializers.CharField(help_text="DUE, SENT, UNKNOWN, LOOK, PASSED, FAILED, STOPPED.")
    sentence = serializers.CharField(help_text="The state, as shown to the agent.")
    in_use = InUseOut(allow_null=True)


class BranchOut(serializers.Serializer[Any]):
    """A bank branch."""

    ifsc = serializers.CharField()
    bank = serializers.CharField()
