"""Admin of bills: finance reads them, bills a client at once, and enters billing details."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column
from hitouch.core.web.forms import add_refusal_to
from payments.billing import services
from payments.billing.forms import BillClientForm, ClientDetailsForm
from payments.models import Bill, BillingDetails, CreditNote


class AddByFormAdmin(FinanceReadOnlyAdmin):
    """A list to which finance adds by a form and a service."""

    form_to_add: type[forms.Form]
    title_to_add = ""
    button_to_add = "Save"
    #: Adds by a service, or raises its refusal; returns what to tell.
    add: Callable[..., str]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Finance may add."""
        return self.has_role(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form, or add."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.form_to_add(request.POST if request.method == "POST" else None)
        list_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if request.method == "POST" and form.is_valid():
            by_and_at: Any = {"by": authenticated_user(request), "at": timezone.now()}
            try:
                done = self.add(**form.cleaned_data, **by_and_at)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                messages.success(request, done)
                return redirect(list_url)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.title_to_add,
            "button": self.button_to_add,
            "list_url": list_url,
            "form": form,
        }
        return TemplateResponse(request, "payments/billing/admin/add.html", context)


class TaxDocumentAdmin(FinanceReadOnlyAdmin):
    """Base of bills and credit notes."""

    @admin.display(description="Taxable value")
    def taxable(self, row: Bill | CreditNote) -> str:
        return money.rupees(row.taxable_paise)

    @admin.display(description="GST")
    def gst(self, row: Bill | CreditNote) -> str:
        return money.rupees(row.gst_paise)

    @admin.display(description="Total")
    def total(self, row: Bill | CreditNote) -> str:
        return money.rupees(row.total_paise)


@admin.register(Bill)
class BillAdmin(TaxDocumentAdmin, AddByFormAdmin):
    """Bills, newest first. Adding one bills a client now, rather than in the coming night."""

    form_to_add = BillClientForm
    title_to_add = "Bill a client"
    button_to_add = "Issue bills"
    list_display = ["number", "issued_on", "client", "legal_model", "taxable", "gst", "total"]
    list_select_related = ["client"]
    search_by = (Column("a number", "number"),)
    ordering = ["-issued_at", "-id"]

    def add(self, **facts: Any) -> str:
        """Bill the client."""
        numbers = [bill.number for bill in services.bill_client(**facts)]
        return f"Issued: {', '.join(numbers)}."


@admin.register(CreditNote)
class CreditNoteAdmin(TaxDocumentAdmin):
    """Credit notes, newest first. They are issued when a billed payment is corrected."""

    list_display = ["number", "issued_on", "bill", "taxable", "gst", "total", "reason"]
    list_select_related = ["bill"]
    search_by = (Column("a number", "number"),)
    ordering = ["-issued_at", "-id"]


@admin.register(BillingDetails)
class BillingDetailsAdmin(AddByFormAdmin):
    """To whom bills go, with every earlier version."""

    form_to_add = ClientDetailsForm
    title_to_add = "Billing details of a client"
    list_display = ["client", "version", "legal_name", "gstin", "state_code", "entered_at"]
    list_select_related = ["client"]
    search_by = (Column("a GSTIN", "gstin"),)
    ordering = ["-entered_at", "-id"]

    def add(self, **facts: Any) -> str:
        """Save the details as a new version."""
        return f"Saved: {services.save_details(**facts)}."
