"""An agent's payment pages: summary, one payment, and its pay slip."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.web.downloads import as_private_download
from onboarding.payees import queries as payees_queries
from payments.payouts import queries as payouts_queries
from payments.statements import payslip, payslip_pdf, queries

PAGE_SIZE = 25


@require_safe
@for_agents
def earnings(request: AgentRequest) -> HttpResponse:
    """Earnings and the list of payments."""
    payments = Paginator(queries.payments_of(request.agent), PAGE_SIZE)
    waiting_paise = payouts_queries.amount_awaiting_account(request.agent, now := timezone.now())
    context = {
        "earnings": queries.earnings_of(request.agent),
        "waiting_paise": waiting_paise,
        "account_status": payees_queries.account_status_of(request.agent, now)
        if waiting_paise
        else None,
        "page": payments.get_page(request.GET.get("page")),
    }
    return render(request, "payments/statements/summary.html", context)


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
    context = {
        "payment": payment,
        "lines": queries.breakdown_of(payment),
        "worked_time": queries.worked_time_of(payment),
        "payout": payouts_queries.live_payout_of(payment),
        "failure": payouts_queries.last_failure_of(payment),
    }
    return render(request, template, context)
