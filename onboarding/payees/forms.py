"""Where money goes: a bank account or a UPI address."""

from typing import Any, ClassVar

from django import forms

from onboarding.models import BankAccount
from onboarding.payees import rules

Kind = BankAccount.Kind
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class BankAccountForm(forms.Form):
    """Holder, and branch and number or a UPI address, as the kind says."""

    kind = forms.ChoiceField(
        label="Payment method",
        choices=Kind.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    holder_name = forms.CharField(
        label="Account holder", max_length=120, help_text="As in your bank records."
    )
    ifsc = forms.CharField(
        label="IFSC",
        max_length=20,
        required=False,
        help_text="11 characters. Find it on your cheque book or passbook.",
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
        label="UPI ID",
        max_length=110,
        required=False,
        help_text="For example, name@bank. Find it in your UPI app.",
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "email"}),
    )

    needed_by: ClassVar = {Kind.BANK: ["ifsc", "account_number"], Kind.UPI: ["vpa"]}
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        is_upi = self.data.get("kind") == Kind.UPI
        self._need(*self.needed_by[Kind.UPI if is_upi else Kind.BANK])

    def _need(self, *wanted: str) -> None:
        for names in self.needed_by.values():
            for name in names:
                self.fields[name].required = name in wanted

    def clean_kind(self) -> str:
        """A program that names none means a bank account."""
        return self.cleaned_data["kind"] or Kind.BANK

    def clean(self) -> dict[str, Any]:
        """Of the other kind nothing is taken."""
        facts = super().clean() or {}
        kind = facts.get("kind", Kind.BANK)
        for other, names in self.needed_by.items():
            if other != kind:
                facts |= dict.fromkeys(names, "")
        return facts


class ConfirmedBankAccountForm(BankAccountForm):
    """The same for a page: one wrong digit is somebody else's account, so it is typed twice."""

    account_number_again = forms.CharField(
        label="Confirm account number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "numeric"}),
    )
    needed_by: ClassVar = {
        Kind.BANK: ["ifsc", "account_number", "account_number_again"],
        Kind.UPI: ["vpa"],
    }
    field_order = ("kind", "holder_name", "ifsc", "account_number", "account_number_again", "vpa")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].required = True
        if not self.is_bound:
            self._need(*self._all())

    def _all(self) -> list[str]:
        return [name for names in self.needed_by.values() for name in names]

    def clean(self) -> dict[str, Any]:
        """Both numbers are the same, however they were grouped."""
        facts = super().clean()
        plain = rules.normalise_account_number
        again = facts.pop("account_number_again", None)
        if again and plain(facts.get("account_number") or again) != plain(again):
            self.add_error("account_number_again", "The two account numbers are different.")
        self._need(*self._all())  # shown again, none of them is called optional
        return facts


class DecisionForm(forms.Form):
    """A colleague's verdict on an account."""

    accept = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Message to the agent",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Required if you reject.",
    )


class ReleaseHoldForm(forms.Form):
    """How a stop of payments ends."""

    keep = forms.BooleanField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label="What you found",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who you spoke to, and how you confirmed it was the agent.",
    )
