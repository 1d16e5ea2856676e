"""Count what is owed to the government, and record what was paid.

One person records a payment with its challan, another confirms it.
"""

import re
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core import identifiers
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments import utr
from payments.ledger import services as ledger
from payments.liabilities import queries
from payments.liabilities.queries import ACCOUNTS, Period
from payments.models import (
    AccountKind,
    Entry,
    EntryKind,
    LedgerAccount,
    LiabilityAccrual,
    LiabilityPayment,
)
from payments.models.liabilities import LiabilityKind as Kind

State = LiabilityPayment.State
#: Entries are booked on the day they are made, so that older periods do not change.
RECENT = timedelta(days=100)
BSR_CODE = re.compile(r"\d{7}")
#: The serial number on a tax challan; the CIN of GST, which is its 14-digit CPIN and the bank's
#: code; of a welfare board whatever it gives.
CHALLANS = {
    Kind.TDS: re.compile(r"\d{5}"),
    Kind.GST: re.compile(r"\d{14}[A-Z0-9]{3,4}"),
    Kind.WELFARE_FEE: re.compile(r"[A-Z0-9/-]{4,30}"),
}


class LiabilityTooHigh(Refusal):
    """More than is owed for the period."""

    code = "more_than_owed"
    message = "This is more than is owed for this period, counting what colleagues have recorded."
    field = "amount_paise"


class LiabilityNotPositive(Refusal):
    """The amount is not above zero."""

    code = "amount_not_positive"
    message = "Enter an amount above zero."
    field = "amount_paise"


class WrongPaymentDay(Refusal):
    """Paid in the future, or before the period began."""

    code = "wrong_day"
    message = "Enter the day on the challan: not in the future, nor before the period began."
    field = "paid_on"


class BsrCodeInvalid(Refusal):
    """The BSR code of a tax challan has seven digits; others have none."""

    code = "bad_bsr_code"
    message = "Enter the bank branch's BSR code of a TDS challan: 7 digits. Leave it empty if none."
    field = "bsr_code"


class ChallanInvalid(Refusal):
    """The challan number has another shape."""

    code = "bad_challan"
    message = (
        "Enter the number as on the challan: 5 digits for TDS; for GST the CIN of 14 digits and "
        "the bank's code; for a welfare fee the board's receipt number."
    )
    field = "challan"


class ChallanUsed(Refusal):
    """The challan or the UTR was recorded before."""

    code = "challan_used"
    message = "This challan or UTR has already been recorded."
    field = "challan"


class LiabilityUtrInvalid(Refusal):
    """The UTR has another shape."""

    code = "bad_utr"
    message = "Enter the UTR of the debit as on the bank statement: 12 to 22 letters and digits."
    field = "utr"


class OwnLiabilityPayment(Refusal):
    """The person who recorded a payment cannot confirm it (four eyes)."""

    code = "own_proposal"
    message = "You recorded this, so someone else in finance must confirm it."


@transaction.atomic
def record_payment(
    *, period: Period, amount_paise: int, paid_on: date, challan: str, utr_number: str, by: User,
    at: datetime, bsr_code: str = "",
) -> LiabilityPayment:  # fmt: skip
    """Record a deposit with the government; nothing is booked before another person confirms."""
    _lock_account(Kind(period.kind))
    if amount_paise <= 0:
        raise LiabilityNotPositive
    if not period.first <= paid_on <= day_of(at):
        raise WrongPaymentDay
    _require_left(period, amount_paise)
    facts = _numbers_of(Kind(period.kind), bsr_code, challan, utr_number)
    try:
        with transaction.atomic():
            row = LiabilityPayment.objects.create(
                kind=period.kind,
                period_from=period.first,
                region=period.region,
                amount_paise=amount_paise,
                paid_on=paid_on,
                proposed_by=by,
                **facts,
            )
    except IntegrityError as fault:
        raise ChallanUsed from fault
    new = {"period": period.key, "amount_paise": amount_paise, **facts}
    audit.record_event(by=by, action="liability.recorded", on=row, at=at, new=new)
    return row


def _numbers_of(kind: Kind, bsr_code: str, challan: str, utr_number: str) -> dict[str, str]:
    """The numbers as they are stored, or the refusal of the first that is wrong."""
    branch = identifiers.fold(bsr_code).replace(" ", "")
    if not BSR_CODE.fullmatch(branch) if kind == Kind.TDS else branch:
        raise BsrCodeInvalid
    number = identifiers.fold(challan).replace(" ", "").upper()
    if not CHALLANS[kind].fullmatch(number):
        raise ChallanInvalid
    debit = utr.normalise_utr(utr_number)
    if debit is None:
        raise LiabilityUtrInvalid
    return {"bsr_code": branch, "challan": number, "utr": debit}


@transaction.atomic
def confirm_payment(*, row: LiabilityPayment, by: User, at: datetime) -> LiabilityPayment:
    """Confirm what a colleague recorded, and book it."""
    _lock_account(Kind(row.kind))
    row = LiabilityPayment.objects.select_for_update().get(pk=row.pk)
    if row.proposed_by_id == by.pk:
        raise OwnLiabilityPayment
    transition(row, to=State.APPROVED, by=by, at=at, decided_by_id=by.pk, decided_at=at)
    # A correction may have left less to pay since it was recorded.
    _require_left(Period(row.kind, row.period_from, row.region), 0)
    amounts = [
        (ledger.shared(ACCOUNTS[Kind(row.kind)]), row.amount_paise),
        (ledger.shared(AccountKind.CASH), -row.amount_paise),
    ]
    ledger.post_entry(kind=EntryKind.LIABILITY_PAID, source=row, at=at, amounts=amounts)
    audit.record_event(by=by, action="liability.confirmed", on=row, at=at)
    return row


@transaction.atomic
def reject_payment(*, row: LiabilityPayment, by: User, at: datetime) -> LiabilityPayment:
    """Reject what a colleague recorded, or withdraw one's own."""
    row = LiabilityPayment.objects.select_for_update().get(pk=row.pk)
    transition(row, to=State.REJECTED, by=by, at=at, decided_by_id=by.pk, decided_at=at)
    audit.record_event(by=by, action="liability.rejected", on=row, at=at)
    return row


def _lock_account(kind: Kind) -> None:
    """One payment of a kind at a time, while earnings go on being booked."""
    rows = LedgerAccount.objects.select_for_update(no_key=True).filter(kind=ACCOUNTS[kind])
    list(rows.values_list("pk"))


def _require_left(period: Period, more_paise: int) -> None:
    if queries.left_of(period) < more_paise:
        raise LiabilityTooHigh


def count_accruals(*, at: datetime) -> int:
    """Count what came to be owed, of all periods at first, of the newest ones later.

    Returns how many sums changed.
    """
    today, changed = day_of(at), 0
    first = today - RECENT
    if not LiabilityAccrual.objects.exists():
        oldest = Entry.objects.order_by("at").values_list("at", flat=True).first()
        first = day_of(oldest) if oldest else first
    known = {
        Period(row.kind, row.period_from, row.region): row for row in LiabilityAccrual.objects.all()
    }
    for period in queries.periods_between(first, today):
        for each, paise in queries.accrued_in(period).items():
            row = known.get(each)
            if (row.amount_paise if row else 0) != paise:
                changed += 1
                LiabilityAccrual.objects.update_or_create(
                    kind=each.kind, period_from=each.first, region=each.region,
                    defaults={"amount_paise": paise},
                )  # fmt: skip
    return changed
