"""An agent's payment pages, with statements and pay slips; what a client spent, for its members."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs.clients.permissions import MemberRequest, for_members
from hitouch.core import money
from hitouch.core.india_time import day_of
from hitouch.core.web.csv_files import csv_response, rupees_cell
from hitouch.core.web.downloads import as_private_download
from hitouch.core.web.query import PageNumberForm, query_parameters
from onboarding.payees import queries as payees_queries
from payments.deductions.due_dates import financial_year, financial_year_name
from payments.models import Payment
from payments.payouts import queries as payouts_queries
from payments.payouts import weekly
from payments.statements import (
    history,
    payslip,
    payslip_pdf,
    queries,
    spend,
    spend_pdf,
    yearly,
    yearly_pdf,
)

PAGE_SIZE = 25


@require_safe
@for_agents
@query_parameters(PageNumberForm)
def earnings(request: AgentRequest) -> HttpResponse:
    """Earnings and the list of payments."""
    payments = Paginator(queries.payments_of(request.agent), PAGE_SIZE)
    page = payments.get_page(request.GET.get("page"))
    waiting_paise = payouts_queries.amount_awaiting_account(request.agent, now := timezone.now())
    year = _year_or_404(request, financial_year(day_of(now)))
    context = {
        "year": year,
        "bars": yearly.bars_of(year.months, money.rupees),
        "earnings": queries.earnings_of(request.agent),
        "waiting_paise": waiting_paise,
        "account_status": payees_queries.account_status_of(request.agent, now)
        if waiting_paise
        else None,
        "page": page,
        "rows": [(row, history.status_of(row, has_account=not waiting_paise)) for row in page],
    }
    return render(request, "payments/statements/summary.html", context)


@require_safe
@for_agents
def statement(request: AgentRequest, first_year: int) -> HttpResponse:
    """One financial year: months, tax by quarter, and totals."""
    year = _year_or_404(request, first_year)
    names = [(number, financial_year_name(number)) for number in year.other_years]
    context = {"year": year, "bars": yearly.bars_of(year.months, money.rupees), "years": names}
    return render(request, "payments/statements/year.html", context)


@require_safe
@for_agents
def statement_as_csv(request: AgentRequest, first_year: int) -> HttpResponse:
    """The payments of one financial year, for a spreadsheet."""
    year = _year_or_404(request, first_year)
    payments = yearly.payments_in_year(request.agent, first_year).prefetch_related("payouts")
    header = [
        "Approved on", "Reference", "Kind", "For", "Client", "Gross (INR)", "TDS (INR)",
        "Platform fee (INR)", "GST on the fee (INR)", "Net (INR)", "Status", "Paid on", "UTR",
    ]  # fmt: skip
    return csv_response(f"earnings-{year.name}.csv", header, map(_csv_row, payments))


def _csv_row(payment: Payment) -> list[object]:
    payout = payouts_queries.live_payout_of(payment)
    return [
        day_of(payment.opened_at), payment.reference, payment.get_kind_display(),
        payment.gig.title, payment.gig.client.name,
        *(rupees_cell(getattr(payment, name)) for name in yearly.PARTS),
        payment.get_state_display(), day_of(payment.paid_at) if payment.paid_at else "",
        payout.utr if payout else "",
    ]  # fmt: skip


@require_safe
@for_agents
def statement_as_pdf(request: AgentRequest, first_year: int) -> HttpResponse:
    """The statement of one financial year, for a bank or a tax adviser."""
    now = timezone.now()
    year = _year_or_404(request, first_year)
    pdf = yearly_pdf.render_statement(request.agent, year, at=now)
    response = HttpResponse(pdf, content_type="application/pdf")
    return as_private_download(response, f"statement-{year.name}.pdf")


def _year_or_404(request: AgentRequest, first_year: int) -> yearly.YearlyStatement:
    """The statement of a year in which the agent could have earned."""
    year = yearly.yearly_statement(request.agent, first_year, now=timezone.now())
    if year is None:
        raise Http404
    return year


@require_safe
@for_agents
def payment(request: AgentRequest, payment_id: UUID) -> HttpResponse:
    """One payment with its breakdown and transfer."""
    return _render_payment(request, payment_id, "payments/statements/payment.html")


@require_safe
@for_agents
def advice(request: AgentRequest, payment_id: UUID) -> HttpResponse:
    """The payment advice, for printing."""
    return _render_payment(request, payment_id, "payments/statements/advice.html")


@require_safe
@for_agents
def payslip_as_pdf(request: AgentRequest, payment_id: UUID) -> HttpResponse:
    """The pay slip as a PDF."""
    payment = get_object_or_404(queries.payment_in_full(request.agent, payment_id))
    pdf = payslip_pdf.render_payslip(payment, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    return as_private_download(response, f"payslip-{payment.reference}.pdf")


@require_safe
@for_agents
def payslip_as_json(request: AgentRequest, payment_id: UUID) -> HttpResponse:
    """The pay slip as JSON, from which its amounts can be worked out anew."""
    payment = get_object_or_404(queries.payment_in_full(request.agent, payment_id))
    response = JsonResponse(payslip.payslip_of(payment), json_dumps_params={"indent": 2})
    return as_private_download(response, f"payslip-{payment.reference}.json")


def _render_payment(request: AgentRequest, payment_id: UUID, template: str) -> HttpResponse:
    payment = get_object_or_404(queries.payment_in_full(request.agent, payment_id))
    now = timezone.now()
    has_account = payees_queries.account_in_use(request.agent, now) is not None
    context = {
        "payment": payment,
        "lines": queries.breakdown_of(payment),
        "worked_time": queries.worked_time_of(payment),
        "payout": payouts_queries.live_payout_of(payment),
        "status": history.status_of(
            payment, has_account=has_account, next_run_at=weekly.next_due(now)
        ),
        "turns": history.turns_of(payment),
    }
    return render(request, template, context)


@require_safe
@for_members()
def spend_this_year(request: MemberRequest) -> HttpResponse:
    """The statement of the current financial year."""
    return _spend_page(request, financial_year(day_of(timezone.now())))


@require_safe
@for_members()
def spend_year(request: MemberRequest, first_year: int) -> HttpResponse:
    """The statement of one financial year: by project and by month."""
    return _spend_page(request, first_year)


def _spend_page(request: MemberRequest, first_year: int) -> HttpResponse:
    context = {"year": _spend_or_404(request, first_year)}
    return render(request, "payments/statements/spend.html", context)


@require_safe
@for_members()
def spend_as_csv(request: MemberRequest, first_year: int) -> HttpResponse:
    """Each earning of one financial year, for a spreadsheet."""
    statement = _spend_or_404(request, first_year)
    header = [
        "Approved on", "Reference", "Project", "Opportunity", "Kind", "Earned by agents (INR)",
        "GST on top (INR)", "Total (INR)", "Bill or credit note",
    ]  # fmt: skip
    earnings = spend.earnings_in_year(request.member.client, first_year).select_related(
        "bill_line__bill", "credit_line__note"
    )
    return csv_response(f"spend-{statement.name}.csv", header, map(_spend_row, earnings))


def _spend_row(payment: Payment) -> list[object]:
    opportunity = payment.gig.opportunity
    total = payment.gross_paise + payment.client_gst_paise
    return [
        day_of(payment.opened_at), payment.reference, opportunity.project.title, opportunity.title,
        payment.get_kind_display(),
        *map(rupees_cell, (payment.gross_paise, payment.client_gst_paise, total)),
        _document_number_of(payment),
    ]  # fmt: skip


def _document_number_of(payment: Payment) -> str:
    if hasattr(payment, "bill_line"):
        return payment.bill_line.bill.number
    return payment.credit_line.note.number if hasattr(payment, "credit_line") else ""


@require_safe
@for_members()
def spend_as_pdf(request: MemberRequest, first_year: int) -> HttpResponse:
    """The statement of one financial year, for the client's accounts."""
    statement = _spend_or_404(request, first_year)
    pdf = spend_pdf.render_spend(request.member.client, statement, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    return as_private_download(response, f"spend-{statement.name}.pdf")


def _spend_or_404(request: MemberRequest, first_year: int) -> spend.SpendStatement:
    """The statement of a year in which the client could have spent."""
    found = spend.spend_of(request.member.client, first_year, now=timezone.now())
    if found is None:
        raise Http404
    return found
