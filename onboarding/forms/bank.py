"""A bank account."""

from django import forms


class BankAccountForm(forms.Form):
    """Holder, branch and number."""

    holder_name = forms.CharField(
        label="Account holder", max_length=120, help_text="As the bank writes it."
    )
    ifsc = forms.CharField(
        label="IFSC",
        max_length=20,
        help_text="11 characters, on your cheque book or passbook.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    account_number = forms.CharField(
        label="Account number",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
