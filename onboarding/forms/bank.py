"""Where money goes: a bank account or a UPI address."""

from typing import Any

from django import forms

from onboarding import payee_rules
from onboarding.models import BankAccount

Kind = BankAccount.Kind
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class BankAccountForm(forms.Form):
    """Holder, and branch and number or a UPI address, as the kind says."""

    kind = forms.ChoiceField(
        label="Where should we send it?",
        choices=Kind.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    holder_name = forms.CharField(
        label="Account holder", max_length=120, help_text="As the bank writes it."
    )
    ifsc = forms.CharField(
        label="IFSC",
        max_length=20,
        required=False,
        help_text="11 characters, on your cheque book or passbook.",
        widget=forms.TextInput(
            attrs={**_PLAIN, "autocapitalize": "characters", "data-bank-of": "bank-name"}
        ),
    )
    account_number = forms.CharField(
        label="Account number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "numeric"}),
    )
    vpa = forms.CharField(
        label="UPI address",
        max_length=110,
        required=False,
        help_text="Like name@bank, from your UPI app.",
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "email"}),
    )

    def clean_kind(self) -> str:
        """A program that names none means a bank account."""
        return self.cleaned_data["kind"] or Kind.BANK

    def clean(self) -> dict[str, Any]:
        """What the kind needs has to be there; of the other kind nothing is taken."""
        facts = super().clean() or {}
        is_upi = facts.get("kind") == Kind.UPI
        wanted, other = (
            (["vpa"], ["ifsc", "account_number"])
            if is_upi
            else (["ifsc", "account_number"], ["vpa"])
        )
        for name in wanted:
            if not facts.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError("This is needed.", code="required"))
        return {**facts, **dict.fromkeys(other, "")}


class TypedTwiceForm(BankAccountForm):
    """The same for a page: one wrong digit is somebody else's account, so it is typed twice."""

    account_number_again = forms.CharField(
        label="Account number once more",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "numeric"}),
    )
    field_order = ("kind", "holder_name", "ifsc", "account_number", "account_number_again", "vpa")

    def clean(self) -> dict[str, Any]:
        """Both numbers are the same, however they were grouped."""
        facts = super().clean()
        again = facts.pop("account_number_again", "") or ""
        plain = payee_rules.plain_number
        if facts.get("kind") != Kind.UPI and plain(facts["account_number"] or "") != plain(again):
            self.add_error("account_number_again", "The two numbers are not the same.")
        return facts
