"""What is to be billed, and what a client's members see of its bills."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from gigs.models import Client, Project
from hitouch.core.india_time import month_of
from hitouch.core.web.queues import WorkQueue
from payments.gst_numbers import normalise_gstin
from payments.models import Bill, BillingDetails, CreditNote, Payment, TaxRule

LegalModel = Project.LegalModel
#: An operator bills its fee, of which there may be none.
_OPERATOR = Q(tax_rule__kind=TaxRule.Kind.PARTICIPANT)


@dataclass(frozen=True)
class BillablePeriod:
    """The earnings of one month and legal model that are not on a bill yet."""

    first: date
    legal_model: str

    @property
    def last(self) -> date:
        """The last day of the month."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def seller() -> dict[str, str] | None:
    """Who bills clients, if it is registered for GST."""
    facts: dict[str, str] = dict(settings.HITOUCH_SELLER)
    number = normalise_gstin(facts["gstin"])
    return facts | {"gstin": number, "state_code": number[:2]} if number else None


def legal_model_of(payment: Payment) -> str:
    """Whether we sold the service, or only brought both sides together; as when it was earned."""
    is_operator = payment.tax_rule.kind == TaxRule.Kind.PARTICIPANT
    return LegalModel.OPERATOR if is_operator else LegalModel.PRINCIPAL


def unbilled_payments(*, now: datetime) -> QuerySet[Payment]:
    """Earnings of ended months on no bill. One taken back before that is never billed."""
    return Payment.objects.filter(
        ~_OPERATOR | Q(fee_paise__gt=0),
        corrects=None,
        correction=None,
        bill_line=None,
        opened_at__lt=month_of(now).starts_at,
    )


def periods_to_bill(client: Client, *, now: datetime) -> list[BillablePeriod]:
    """Months and legal models for which the client has no bill yet, oldest first."""
    rows = unbilled_payments(now=now).filter(gig__client=client).select_related("tax_rule")
    found = {
        BillablePeriod(month_of(row.opened_at).first, legal_model_of(row))
        for row in rows.only("opened_at", "tax_rule__kind").iterator()
    }
    return sorted(found, key=lambda period: (period.first, period.legal_model))


def clients_to_bill(now: datetime) -> QuerySet[Client]:
    """Clients with billing details and earnings to bill; none while we have no GSTIN."""
    if seller() is None:
        return Client.objects.none()
    unbilled = unbilled_payments(now=now).filter(gig__client=OuterRef("pk"))
    details = BillingDetails.objects.filter(client=OuterRef("pk"))
    return Client.objects.filter(Exists(unbilled), Exists(details))


def uncredited_corrections() -> QuerySet[Payment]:
    """Corrections of payments that are on a bill, without a credit note."""
    return Payment.objects.filter(corrects__bill_line__isnull=False, credit_line=None)


def details_of(client: Client) -> BillingDetails | None:
    """The client's billing details as they are now."""
    return BillingDetails.objects.filter(client=client).order_by("-version").first()


def bills_of(client: Client) -> QuerySet[Bill]:
    """The client's bills, newest first."""
    bills = Bill.objects.filter(client=client).select_related("buyer")
    return bills.prefetch_related("credit_notes").order_by("-issued_at", "-pk")


def credit_notes_of(client: Client) -> QuerySet[CreditNote]:
    """The client's credit notes, newest first."""
    notes = CreditNote.objects.filter(bill__client=client)
    return notes.select_related("bill__buyer").order_by("-issued_at", "-pk")


def bill_in_full(client: Client, bill_id: UUID) -> QuerySet[Bill]:
    """One bill of the client with its lines."""
    return bills_of(client).filter(pk=bill_id).prefetch_related("lines")


def credit_note_in_full(client: Client, note_id: UUID) -> QuerySet[CreditNote]:
    """One credit note of the client with its lines."""
    return credit_notes_of(client).filter(pk=note_id).prefetch_related("lines")


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Clients that cannot be billed, because nobody entered their details."""
    details = BillingDetails.objects.filter(client=OuterRef("gig__client"))
    waiting = unbilled_payments(now=now).filter(~Exists(details))
    return [
        WorkQueue(
            label="Clients to bill without billing details",
            count=waiting.values("gig__client").distinct().count(),
            oldest_at=waiting.aggregate(at=Min("opened_at"))["at"],
            url=reverse("admin:payments_billingdetails_changelist"),
            group="Payments",
        )
    ]
