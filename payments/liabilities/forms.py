"""The form with which finance records a payment to the government."""

from datetime import date
from typing import Any

from django import forms

from hitouch.core import money
from hitouch.core.web.forms import RupeesField
from payments.forms import UtrField
from payments.liabilities import queries
from payments.liabilities.queries import Period


class LiabilityPaymentForm(forms.Form):
    """Period, amount and the numbers on the challan."""

    period = forms.TypedChoiceField(label="For")
    amount_paise = RupeesField(label="Amount (₹)")
    paid_on = forms.DateField(label="Paid on", widget=forms.DateInput(attrs={"type": "date"}))
    bsr_code = forms.CharField(
        label="BSR code", max_length=20, required=False, help_text="Of a TDS challan only."
    )
    challan = forms.CharField(
        label="Challan number",
        max_length=40,
        help_text="The challan's serial number for TDS, the CIN for GST, or the board's receipt.",
    )
    utr = UtrField(help_text="As on the bank statement.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the periods of which something is owed."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["period"]
        field.choices = [
            (row.period.key, _label(row)) for row in queries.open_periods() if row.left_paise > 0
        ]
        field.coerce = _period_of


def _period_of(key: str) -> Period:
    kind, first, region = key.split("|")
    return Period(kind, date.fromisoformat(first), region)


def _label(row: queries.Owed) -> str:
    left = money.rupees(row.left_paise)
    return f"{row.period.name}: {left} left, due by {row.period.due_on:%d %b %Y}"
