"""One agent's money: their data for themselves. The books stay, so nothing is erased here."""

from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from hitouch.core import money
from hitouch.core.data_protection.privacy import Hold, OwnFile, amount, moment
from payments.models import Payment

ERASED: frozenset[str] = frozenset()


def holds(user: User, *, now: datetime) -> list[Hold]:
    """Money that is owed or on its way."""
    owed = Payment.objects.filter(agent__user=user).on_the_way()
    paise = owed.aggregate(paise=Sum("net_paise", default=0))["paise"]
    if not paise:
        return []
    sentence = f"{money.rupees(paise)} is yet to be paid to you."
    return [Hold("money_owed", sentence, reverse("payments:money"))]


def files(user: User) -> list[OwnFile]:
    """None: payment advices are made from the rows."""
    return []


def export(user: User) -> dict[str, Any]:
    """Each payment, how it came about, and the transfers that carried it."""
    payments = (
        Payment.objects.filter(agent__user=user)
        .select_related("work__gig__client")
        .prefetch_related("payouts")
        .order_by("opened_at")
    )
    return {"payments": [_payment(row) for row in payments]}


def erase(user: User, *, at: datetime) -> None:
    """Nothing: `hitouch/privacy/retention.yaml` says why the books stay, and how long."""


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "reference": payment.reference,
        "for": payment.work.gig.title,
        "client": payment.work.gig.client.name,
        "opened_at": moment(payment.opened_at),
        "gross": amount(payment.gross_paise),
        "tax_deducted": amount(payment.tds_paise),
        "fee": amount(payment.fee_paise),
        "gst_on_the_fee": amount(payment.gst_paise),
        "net": amount(payment.net_paise),
        "state": payment.get_state_display(),
        "paid_at": moment(payment.paid_at),
        "transfers": [
            {"to": row.holder_name, "ifsc": row.ifsc, "number": row.masked,
             "amount": amount(row.amount_paise), "utr": row.utr,
             "state": row.get_state_display(), "settled_at": moment(row.settled_at)}
            for row in payment.payouts.all()
        ],
    }  # fmt: skip
