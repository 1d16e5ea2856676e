"""Forms to add a bank account or UPI ID, to decide about one, and to release a payment hold."""

from typing import Any, ClassVar

from django import forms

from hitouch.core.printing.printed_text import HOLDER_SIGNS
from hitouch.core.web.forms import PersonNameField
from onboarding.models import BankAccount
from onboarding.payees import rules, services

Kind = BankAccount.Kind
_NO_AUTOCORRECT = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class BankAccountForm(forms.Form):
    """A bank account (IFSC and number) or a UPI ID, depending on the kind."""

    kind = forms.ChoiceField(
        label="Payment method",
        choices=Kind.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    holder_name = PersonNameField(
        label="Account holder",
        max_length=120,
        signs=HOLDER_SIGNS,
        help_text="As in your bank records.",
    )
    ifsc = forms.CharField(
        label="IFSC",
        max_length=20,
        required=False,
        help_text="11 characters. Find it on your cheque book or passbook.",
        widget=forms.TextInput(
            attrs={**_NO_AUTOCORRECT, "autocapitalize": "characters", "data-bank-of": "bank-name"}
        ),
    )
    account_number = forms.CharField(
        label="Account number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_NO_AUTOCORRECT, "inputmode": "numeric"}),
    )
    vpa = forms.CharField(
        label="UPI ID",
        max_length=110,
        required=False,
        help_text="For example, name@bank. Find it in your UPI app.",
        widget=forms.TextInput(attrs={**_NO_AUTOCORRECT, "inputmode": "email"}),
    )

    required_by_kind: ClassVar = {Kind.BANK: ["ifsc", "account_number"], Kind.UPI: ["vpa"]}
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        is_upi = self.data.get("kind") == Kind.UPI
        self._require(*self.required_by_kind[Kind.UPI if is_upi else Kind.BANK])

    def _require(self, *required: str) -> None:
        for names in self.required_by_kind.values():
            for name in names:
                self.fields[name].required = name in required

    def clean_kind(self) -> str:
        """Default to a bank account, for API clients that send no kind."""
        return self.cleaned_data["kind"] or Kind.BANK

    def clean(self) -> dict[str, Any]:
        """Clear the fields of the other kind."""
        facts = super().clean() or {}
        kind = facts.get("kind", Kind.BANK)
        for other, names in self.required_by_kind.items():
            if other != kind:
                facts |= dict.fromkeys(names, "")
        return facts


class ConfirmedBankAccountForm(BankAccountForm):
    """The form of the page, where the account number has to be entered twice."""

    account_number_again = forms.CharField(
        label="Confirm account number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_NO_AUTOCORRECT, "inputmode": "numeric"}),
    )
    required_by_kind: ClassVar = {
        Kind.BANK: ["ifsc", "account_number", "account_number_again"],
        Kind.UPI: ["vpa"],
    }
    field_order = ("kind", "holder_name", "ifsc", "account_number", "account_number_again", "vpa")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].required = True
        if not self.is_bound:
            self._require(*self._kind_fields())

    def _compare(self, number: str, again: str) -> None:
        """Compare two account numbers; that the first is one is checked when it is saved."""
        first, second = map(rules.normalise_account_number, (number, again))
        if not again or first is None:
            return
        if second is None:
            self.add_error("account_number_again", services.InvalidAccountNumber.message)
        elif first != second:
            self.add_error("account_number_again", "The two account numbers are different.")

    def _kind_fields(self) -> list[str]:
        return [name for names in self.required_by_kind.values() for name in names]

    def clean(self) -> dict[str, Any]:
        """Both numbers must be equal, ignoring spaces and dashes."""
        facts = super().clean()
        self._compare(facts.get("account_number", ""), facts.pop("account_number_again", ""))
        self._require(
            *self._kind_fields()
        )  # so that no field is labelled optional when the form is shown again
        return facts


class DecisionForm(forms.Form):
    """Decision of finance on an account."""

    accept = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Message to the agent",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Required if you reject.",
    )


class ReleaseHoldForm(forms.Form):
    """Release of a payment hold."""

    keep = forms.BooleanField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label="What you found",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who you spoke to, and how you confirmed it was the agent.",
    )
