"""Serializers of bank accounts, their reviews and payment holds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.names.matching import MatchOutcome
from onboarding.payees import queries


class NamePairOut(serializers.Serializer[Any]):
    """Two names, compared."""

    between = serializers.CharField()
    band = serializers.ChoiceField([band.value for band in MatchOutcome], source="match.band")
    score = serializers.IntegerField(source="match.score", help_text="0 to 100.")


class AccountTestOut(serializers.Serializer[AccountTest]):
    """One account to review. The account number is masked."""

    id = serializers.UUIDField()
    agent = serializers.CharField(source="account.agent.name", help_text="As on the profile.")
    holder_name = serializers.CharField(
        source="account.holder_name", help_text="As entered by the agent."
    )
    registered_name = serializers.CharField(help_text="As registered with the bank.")
    names = serializers.SerializerMethodField()
    account_number = serializers.CharField(source="account.masked", help_text="Masked.")
    ifsc = serializers.CharField(source="account.ifsc")
    state = serializers.CharField()
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()

    @extend_schema_field(NamePairOut(many=True))
    def get_names(self, test: AccountTest) -> Any:
        """Each pair of names."""
        return NamePairOut(queries.compared_names(test), many=True).data


class DecisionIn(serializers.Serializer[Any]):
    """The decision. `note` is required to reject."""

    accept = serializers.BooleanField()
    note = serializers.CharField(max_length=300, required=False)


class EndStopIn(serializers.Serializer[Any]):
    """How a payment hold ends: `keep` if the account is the agent's own."""

    keep = serializers.BooleanField()
    why = serializers.CharField(max_length=300)


class FreezeOut(serializers.Serializer[AccountFreeze]):
    """An agent whose payments are on hold."""

    id = serializers.UUIDField()
    agent = serializers.CharField(source="account.agent.name")
    account_number = serializers.CharField(source="account.masked", help_text="Masked.")
    at = serializers.DateTimeField()
    outcome = serializers.CharField()


class BankAccountIn(serializers.Serializer[Any]):
    """An Indian bank account (`ifsc`, `account_number`), or a UPI ID (`vpa`)."""

    kind = serializers.ChoiceField(BankAccount.Kind.choices, required=False)
    holder_name = serializers.CharField(max_length=120)
    ifsc = serializers.RegexField(r"^[A-Z]{4}0[A-Z0-9]{6}$", required=False)
    account_number = serializers.RegexField(
        r"^[0-9]{9,18}$", required=False, help_text="Text, with its leading zeros."
    )
    vpa = serializers.RegexField(r"^[a-z0-9][a-z0-9._-]+@[a-z][a-z0-9]{1,59}$", required=False)


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
