"""Pages on which the members of a client see its bills and credit notes."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gigs.clients.permissions import MemberRequest, for_members
from gigs.models import Member
from hitouch.core.web.downloads import as_private_download
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none
from payments.billing import bill_pdf, queries, services
from payments.billing.einvoice import einvoice_of
from payments.billing.forms import BillingDetailsForm
from payments.models import Bill, CreditNote

PAGE_SIZE = 25


@require_safe
@for_members()
@query_parameters(PageNumberForm)
def bills(request: MemberRequest) -> HttpResponse:
    """The client's bills and credit notes, and to whom they are addressed."""
    client = request.member.client
    context = {
        "member": request.member,
        "may_edit": request.member.role == Member.Role.OWNER,
        "details": queries.details_of(client),
        "page": Paginator(queries.bills_of(client), PAGE_SIZE).get_page(request.GET.get("page")),
        "credit_notes": queries.credit_notes_of(client)[:PAGE_SIZE],
    }
    return render(request, "payments/billing/bills.html", context)


@form_page
@for_members(Member.Role.OWNER)
def details(request: MemberRequest) -> HttpResponse:
    """Change to whom the bills are addressed."""
    client = request.member.client
    initial = BillingDetailsForm.initial_of(queries.details_of(client))
    form = BillingDetailsForm(post_data_or_none(request), initial=initial)
    if form.is_bound and form.is_valid():
        with add_refusals_to(form):
            facts = {"by": request.member.user, "at": timezone.now(), **form.cleaned_data}
            services.save_details(client=client, **facts)
            messages.success(request, "Saved. Your next bill shows these details.")
            return redirect("payments:bills")
    return render(request, "payments/billing/details.html", {"form": form})


@require_safe
@for_members()
def bill_as_pdf(request: MemberRequest, bill_id: UUID) -> HttpResponse:
    """A bill as a PDF."""
    return _pdf_of(get_object_or_404(queries.bill_in_full(request.member.client, bill_id)))


@require_safe
@for_members()
def credit_note_as_pdf(request: MemberRequest, note_id: UUID) -> HttpResponse:
    """A credit note as a PDF."""
    return _pdf_of(get_object_or_404(queries.credit_note_in_full(request.member.client, note_id)))


def _pdf_of(document: Bill | CreditNote) -> HttpResponse:
    response = HttpResponse(bill_pdf.render_document(document), content_type="application/pdf")
    return as_private_download(response, f"{document.number.replace('/', '-')}.pdf")


@require_safe
@for_members()
def bill_as_json(request: MemberRequest, bill_id: UUID) -> HttpResponse:
    """A bill in the shape of an e-invoice, for a client that is registered for GST."""
    bill = get_object_or_404(queries.bill_in_full(request.member.client, bill_id))
    return _einvoice(bill, bill)


@require_safe
@for_members()
def credit_note_as_json(request: MemberRequest, note_id: UUID) -> HttpResponse:
    """A credit note in the shape of an e-invoice."""
    note = get_object_or_404(queries.credit_note_in_full(request.member.client, note_id))
    return _einvoice(note, note.bill)


def _einvoice(document: Bill | CreditNote, bill: Bill) -> HttpResponse:
    if not bill.buyer.gstin:
        raise Http404
    response = JsonResponse(einvoice_of(document, bill=bill), json_dumps_params={"indent": 2})
    return as_private_download(response, f"{document.number.replace('/', '-')}.json")
