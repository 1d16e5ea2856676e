"""Bill clients for what was earned, and credit what was corrected after it was billed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from accounts.security import audit
from gigs.models import Client
from hitouch.core import sweeps
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of, midnight, month_of
from hitouch.core.printing import printed_text
from payments.billing import queries
from payments.deductions import due_dates
from payments.deductions.client_gst import split_gst
from payments.gst_numbers import STATE_CODES, document_number, normalise_gstin
from payments.models import (
    Bill,
    BillingDetails,
    BillLine,
    BillSeries,
    CreditNote,
    CreditNoteLine,
    Payment,
)
from payments.models.billing import TAX_PARTS
from payments.rates import queries as rates_queries

#: The most lines that the invoice registration portal takes.
MOST_LINES = 1_000
Series = BillSeries.Prefix
DETAILS = (
    "legal_name", "gstin", "address_1", "address_2", "place", "pin_code", "state_code", "is_sez",
)  # fmt: skip


class GstinInvalid(Refusal):
    """Not a GSTIN, or its check character is wrong."""

    code = "gstin_invalid"
    status = 422
    message = "Enter the GSTIN as on the registration certificate: 15 characters."
    field = "gstin"


class GstinOfAnotherState(Refusal):
    """The first two digits of a GSTIN are the state of the address."""

    code = "gstin_of_another_state"
    status = 422
    field = "gstin"

    def __init__(self, gstin: str) -> None:
        super().__init__(
            f"This GSTIN is of {STATE_CODES[gstin[:2]]}. Enter the address that is registered "
            "with it, or the GSTIN of the state of the address."
        )


class GstinIsOurs(Refusal):
    """Nobody bills themselves."""

    code = "gstin_is_ours"
    status = 422
    message = "This is the GSTIN of HitouchCX. Enter that of your company."
    field = "gstin"


class SezNeedsGstin(Refusal):
    """A unit in a special economic zone is registered."""

    code = "sez_needs_gstin"
    status = 422
    message = "A unit in a special economic zone has a GSTIN. Enter it."
    field = "gstin"


class SellerNotSet(Refusal):
    """Operations have not entered our own GSTIN."""

    code = "seller_not_set"
    message = "Our own GSTIN is not set, so no bill can be issued. Operations have to enter it."


class BillingDetailsMissing(Refusal):
    """Nobody entered to whom the bills go."""

    code = "billing_details_missing"
    message = "This client has no billing details yet. Enter them first."


class NothingToBill(Refusal):
    """Nothing was earned, or all of it is billed."""

    code = "nothing_to_bill"
    message = "There is nothing to bill: no earnings of months that have ended are unbilled."


@transaction.atomic
def save_details(*, client: Client, by: User, at: datetime, **facts: Any) -> BillingDetails:
    """Save a client's billing details as a new version; bills that were issued keep theirs."""
    values = _checked(facts)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    current = queries.details_of(client)
    if current and all(getattr(current, name) == value for name, value in values.items()):
        return current
    details = BillingDetails.objects.create(
        client=client,
        version=current.version + 1 if current else 1,
        entered_by=by,
        entered_at=at,
        **values,
    )
    audit.record_event(by=by, action="billing_details.saved", on=details, at=at, new=values)
    return details


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    texts = set(DETAILS) - {"is_sez", "gstin"}
    values = {name: printed_text.clean_line(facts.get(name, ""), field=name) for name in texts}
    typed = facts.get("gstin", "").strip()
    gstin = normalise_gstin(typed) if typed else ""
    if gstin is None:
        raise GstinInvalid
    if gstin and gstin[:2] != values["state_code"]:
        raise GstinOfAnotherState(gstin)
    ours = queries.seller()
    if gstin and ours and gstin == ours["gstin"]:
        raise GstinIsOurs
    is_sez = bool(facts.get("is_sez"))
    if is_sez and not gstin:
        raise SezNeedsGstin
    return values | {"gstin": gstin, "is_sez": is_sez}


@transaction.atomic
def bill_client(*, client: Client, at: datetime, by: User | None = None) -> list[Bill]:
    """Issue the bills of all ended months that are not billed yet."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    ours, details = queries.seller(), queries.details_of(client)
    if ours is None:
        raise SellerNotSet
    if details is None:
        raise BillingDetailsMissing
    bills = []
    for period in queries.periods_to_bill(client, now=at):
        payments = _lock_payments(client, period, at)
        for start in range(0, len(payments), MOST_LINES):
            some = payments[start : start + MOST_LINES]
            bills.append(_issue_bill(details, ours, period, some, by=by, at=at))
    if not bills:
        raise NothingToBill
    return bills


def _lock_payments(client: Client, period: queries.BillablePeriod, at: datetime) -> list[Payment]:
    """The earnings of a period, which nobody can correct until the transaction ends.

    They are read again after they were locked: one may have been corrected until then.
    """
    rows = queries.unbilled_payments(now=at).filter(
        gig__client=client,
        opened_at__gte=midnight(period.first),
        opened_at__lt=month_of(midnight(period.first)).ends_at,
    )
    keys = list(rows.values_list("pk", flat=True))
    # This lock keeps out corrections, but not payouts, which change only states.
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM payments_payment WHERE id = ANY(%s) FOR KEY SHARE", [keys])
    found = rows.filter(pk__in=keys).select_related("gig", "tax_rule", "client_gst_rule")
    return [
        row
        for row in found.order_by("opened_at", "pk")
        if queries.legal_model_of(row) == period.legal_model
    ]


def _issue_bill(
    details: BillingDetails,
    ours: dict[str, str],
    period: queries.BillablePeriod,
    payments: Sequence[Payment],
    *,
    by: User | None,
    at: datetime,
) -> Bill:
    day = day_of(at)
    within_state = details.state_code == ours["state_code"] and not details.is_sez
    rule = rates_queries.client_gst_rule_on(day, period.legal_model)
    default_sac = rule.sac if rule else ""
    lines = [
        _line_of(payment, position, within_state=within_state, default_sac=default_sac)
        for position, payment in enumerate(payments, start=1)
    ]
    bill = Bill.objects.create(
        **_numbered(Series.BILL, lines, at=at, by=by),
        client_id=details.client_id,
        legal_model=period.legal_model,
        buyer=details,
        seller=ours,
        place_of_supply=details.state_code,
        earned_from=period.first,
        earned_to=period.last,
    )
    for line in lines:
        line.bill = bill
    BillLine.objects.bulk_create(lines)
    _record(bill, "bill.issued", by=by, at=at)
    return bill


def _line_of(payment: Payment, position: int, *, within_state: bool, default_sac: str) -> BillLine:
    """The line of an earning: the whole service with its GST, or our fee with its GST."""
    approved = f"{day_of(payment.opened_at):%d %b %Y}".lstrip("0")
    about = f"{payment.gig.title}, {payment.get_kind_display().lower()}, {approved}"
    if queries.legal_model_of(payment) == queries.LegalModel.OPERATOR:
        taxable, gst, rate = payment.fee_paise, payment.gst_paise, payment.gst_bp
        about = f"Platform fee: {about}"
    else:
        taxable, gst, rate = payment.gross_paise, payment.client_gst_paise, payment.client_gst_bp
    rule = payment.client_gst_rule
    return BillLine(
        payment=payment,
        position=position,
        description=about[:300],
        sac=rule.sac if rule else default_sac,
        gst_bp=rate,
        taxable_paise=taxable,
        total_paise=taxable + gst,
        **split_gst(gst, within_state=within_state)._asdict(),
    )


@transaction.atomic
def issue_credit_note(
    *, correction: Payment, at: datetime, by: User | None = None
) -> CreditNote | None:
    """Credit the bill line of a payment that was taken back; None if it was never billed."""
    Payment.objects.select_for_update(no_key=True).get(correction=correction)
    lines = BillLine.objects.filter(payment=correction.corrects_id).select_related("bill")
    line = lines.first()
    if line is None or CreditNoteLine.objects.filter(payment=correction).exists():
        return None
    credited = CreditNoteLine(
        bill_line=line,
        payment=correction,
        position=1,
        description=line.description,
        sac=line.sac,
        gst_bp=line.gst_bp,
        **{name: getattr(line, name) for name in TAX_PARTS},
    )
    note = CreditNote.objects.create(
        **_numbered(Series.CREDIT_NOTE, [credited], at=at, by=by),
        bill=line.bill,
        reason="Correction of an approved amount",
    )
    credited.note = note
    credited.save()
    _record(note, "credit_note.issued", by=by, at=at)
    return note


def _numbered(
    prefix: str, lines: Sequence[BillLine | CreditNoteLine], *, at: datetime, by: User | None
) -> dict[str, Any]:
    """The next number of the day's financial year, and the sums of the lines.

    The series stays locked until the transaction ends, so that its numbers have no gap.
    """
    day = day_of(at)
    key = {"prefix": prefix, "financial_year": due_dates.financial_year(day)}
    BillSeries.objects.bulk_create([BillSeries(**key)], ignore_conflicts=True)
    series = BillSeries.objects.select_for_update().get(**key)
    series.last_number += 1
    series.save(update_fields=["last_number", "updated_at"])
    return {
        "series": series,
        "sequence": series.last_number,
        "number": document_number(prefix, series.financial_year, series.last_number),
        "issued_on": day,
        "issued_at": at,
        "issued_by": by,
        "line_count": len(lines),
        **{name: sum(getattr(line, name) for line in lines) for name in TAX_PARTS},
    }


def _record(row: Bill | CreditNote, action: str, *, by: User | None, at: datetime) -> None:
    new = {"number": row.number, "total_paise": row.total_paise}
    audit.record_event(by=by, action=action, on=row, at=at, new=new)


def _bill_due_client(client: Client, now: datetime) -> object:
    try:
        return bill_client(client=client, at=now)
    except NothingToBill:
        return False


def _credit_due_correction(correction: Payment, now: datetime) -> object:
    return issue_credit_note(correction=correction, at=now) is not None


CLIENTS_TO_BILL = sweeps.Sweep(
    name="payments.clients_to_bill", due=queries.clients_to_bill, act=_bill_due_client
)
UNCREDITED_CORRECTIONS = sweeps.Sweep(
    name="payments.uncredited_corrections",
    due=lambda now: queries.uncredited_corrections(),
    act=_credit_due_correction,
)


def issue_due(*, now: datetime) -> None:
    """Bill the months that have ended, and credit what was corrected since it was billed."""
    sweeps.run(CLIENTS_TO_BILL, now=now)
    sweeps.run(UNCREDITED_CORRECTIONS, now=now)
