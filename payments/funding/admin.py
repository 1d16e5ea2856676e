"""Admin of clients' money: deposits and refunds, each by two people in finance."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column
from hitouch.core.web.forms import add_refusal_to
from payments.approvals.admin import ApprovalAdmin, ProposeMixin
from payments.funding import deposits, refunds
from payments.funding.forms import DepositForm, RefundForm, RefundReturnForm, RefundUtrForm
from payments.models import ClientFunding, ClientRefund, Deposit


@admin.register(ClientFunding)
class ClientFundingAdmin(FinanceReadOnlyAdmin):
    """The references with which clients pay in."""

    list_display = ["reference", "client", "warned_at"]
    search_by = (Column("a reference", "reference"),)
    list_select_related = ["client"]
    ordering = ["reference"]


@admin.register(Deposit)
class DepositAdmin(ProposeMixin, ApprovalAdmin):
    """Money that came in. Without a reference one person names the client, another confirms."""

    propose_form = DepositForm
    proposals = "payments_deposit"
    list_display = [
        "received_on", "utr", "amount", "client", "state", "narration", "proposed_by", "name_it",
    ]  # fmt: skip
    list_filter = ["state", "origin"]
    search_by = (Column("a UTR", "utr"),)
    list_select_related = ["client", "proposed_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="Amount")
    def amount(self, deposit: Deposit) -> str:
        return money.rupees(deposit.amount_paise)

    @admin.display(description="")
    def name_it(self, deposit: Deposit) -> str:
        """A link to the form, for a deposit of which nobody has said whose it is."""
        if deposit.state != Deposit.State.UNMATCHED:
            return ""
        known = {
            "utr": deposit.utr,
            "amount_paise": f"{deposit.amount_paise / money.PAISE_IN_A_RUPEE:.2f}",
            "received_on": deposit.received_on.isoformat(),
            "narration": deposit.narration,
        }
        url = f"{reverse('admin:payments_deposit_add')}?{urlencode(known)}"
        return format_html('<a href="{}">Name the client</a>', url)

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Record the line, or name the client of the one that is there."""
        utr_number = cleaned.pop("utr")
        return deposits.enter_deposit(utr_number=utr_number, **cleaned, **by_and_at)

    def approve_row(self, row: Deposit, **by_and_at: Any) -> object:
        """Confirm the client."""
        return deposits.confirm_client(deposit=row, **by_and_at)

    def reject_row(self, row: Deposit, **by_and_at: Any) -> object:
        """Say that it is another client's."""
        return deposits.reject_client(deposit=row, **by_and_at)


@admin.register(ClientRefund)
class ClientRefundAdmin(ProposeMixin, ApprovalAdmin):
    """Available money that goes back to clients."""

    propose_form = RefundForm
    proposals = "payments_clientrefund"
    list_display = ["client", "amount", "deposit", "state", "reason", "proposed_by", "next_step"]
    list_filter = ["state"]
    list_select_related = ["client", "deposit", "proposed_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="Amount")
    def amount(self, refund: ClientRefund) -> str:
        return money.rupees(refund.amount_paise)

    @admin.display(description="")
    def next_step(self, refund: ClientRefund) -> str:
        """A link to the page that records the transfer."""
        if refund.state not in (ClientRefund.State.PROCESSING, ClientRefund.State.COMPLETED):
            return ""
        url = reverse("admin:payments_clientrefund_transfer", args=[refund.pk])
        return format_html('<a href="{}">Transfer</a>', url)

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Propose the refund that was typed."""
        return refunds.propose_refund(**cleaned, **by_and_at)

    def approve_row(self, row: ClientRefund, **by_and_at: Any) -> object:
        """Approve the refund."""
        return refunds.approve_refund(refund=row, **by_and_at)

    def reject_row(self, row: ClientRefund, **by_and_at: Any) -> object:
        """Reject the refund."""
        return refunds.reject_refund(refund=row, **by_and_at)

    def get_urls(self) -> list[URLPattern]:
        """The page of the transfer comes first."""
        view = self.admin_site.admin_view(self.transfer)
        name = "payments_clientrefund_transfer"
        return [path("<uuid:pk>/transfer/", view, name=name), *super().get_urls()]

    def transfer(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Record the UTR of the transfer, or that it was not made or came back."""
        if not self.has_role(request):
            raise PermissionDenied
        refund = get_object_or_404(ClientRefund.objects.select_related("client"), pk=pk)
        returns = request.POST.get("verb") == "return"
        settle = RefundUtrForm(request.POST if request.method == "POST" and not returns else None)
        give_back = RefundReturnForm(request.POST if returns else None)
        form = give_back if returns else settle
        if request.method == "POST" and form.is_valid():
            by_and_at: Any = {"by": authenticated_user(request), "at": timezone.now()}
            try:
                if returns:
                    refunds.return_refund(refund=refund, **form.cleaned_data, **by_and_at)
                else:
                    number = form.cleaned_data["utr"]
                    refunds.settle_refund(refund=refund, utr_number=number, **by_and_at)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                messages.success(request, "Recorded.")
                return redirect("admin:payments_clientrefund_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Transfer: {refund}",
            "list_url": reverse("admin:payments_clientrefund_changelist"),
            "refund": refund,
            "settle": settle,
            "give_back": give_back,
        }
        return TemplateResponse(request, "payments/funding/admin/transfer.html", context)
