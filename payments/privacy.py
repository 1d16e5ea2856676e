"""Data protection of payments: closing blockers and data export; nothing is erased."""

from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from hitouch.core import money
from hitouch.core.data_protection.privacy import Hold, OwnFile, amount, moment
from payments.models import Payment, UdyamRegistration

ERASED: frozenset[str] = frozenset()


def holds(user: User, *, now: datetime) -> list[Hold]:
    """Payments that have not arrived yet block the closing of an account."""
    owed = Payment.objects.filter(agent__user=user).outstanding()
    paise = owed.aggregate(paise=Sum("net_paise", default=0))["paise"]
    if not paise:
        return []
    sentence = f"{money.rupees(paise)} is yet to be paid to you."
    return [Hold("money_owed", sentence, reverse("payments:money"))]


def files(user: User) -> list[OwnFile]:
    """No files: payment advices are rendered from the rows."""
    return []


def export(user: User) -> dict[str, Any]:
    """Each payment with its amounts and transfers, and registrations as an enterprise."""
    payments = (
        Payment.objects.filter(agent__user=user)
        .select_related("gig__client")
        .prefetch_related("items__payout")
        .order_by("opened_at")
    )
    registrations = UdyamRegistration.objects.filter(agent__user=user).order_by("created_at")
    return {
        "payments": [_payment_data(row) for row in payments],
        "udyam_registrations": [
            {"number": row.masked, "class": row.get_size_display(),
             "registered_on": row.registered_on.isoformat(),
             "ended_on": row.ended_on.isoformat() if row.ended_on else None,
             "state": row.get_state_display(), "reason": row.reason,
             "declared_at": moment(row.created_at)}
            for row in registrations
        ],
    }  # fmt: skip


def erase(user: User, *, at: datetime) -> None:
    """Erase nothing: `hitouch/privacy/retention.yaml` says why and for how long rows are kept."""


def _payment_data(payment: Payment) -> dict[str, Any]:
    return {
        "reference": payment.reference,
        "for": payment.gig.title,
        "client": payment.gig.client.name,
        "opened_at": moment(payment.opened_at),
        "gross": amount(payment.gross_paise),
        "tax_deducted": amount(payment.tds_paise),
        "fee": amount(payment.fee_paise),
        "gst_on_the_fee": amount(payment.gst_paise),
        "net": amount(payment.net_paise),
        "state": payment.get_state_display(),
        "paid_at": moment(payment.paid_at),
        "transfers": [
            {"to": row.payout.holder_name, "ifsc": row.payout.ifsc, "number": row.payout.masked,
             "amount_of_this_payment": amount(row.amount_paise),
             "whole_transfer": amount(row.payout.amount_paise), "utr": row.payout.utr,
             "state": row.payout.get_state_display(), "settled_at": moment(row.payout.settled_at)}
            for row in sorted(payment.items.all(), key=lambda item: item.created_at)
        ],
    }  # fmt: skip
