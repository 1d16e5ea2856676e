"""Admin of clients' money: deposits and refunds, each by two people in finance."""

from collections.abc import Callable
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
from payments.approvals.admin import ApprovalAdmin, ProposeMixin, person
from payments.evidence.admin import EvidenceColumnMixin
from payments.funding import deposits, refunds, returns
from payments.funding.forms import (
    DepositForm,
    DepositReturnForm,
    RefundForm,
    RefundReturnForm,
    RefundUtrForm,
)
from payments.models import ClientFunding, ClientRefund, Deposit, DepositReturn


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
        "received_on", "utr", "amount", "client", "state", "narration", person("proposed_by"),
        "name_it",
    ]  # fmt: skip
    list_filter = ["state", "origin"]
    search_by = (Column("a UTR", "utr"),)
    list_select_related = ["client", "proposed_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="Amount")
    def amount(self, deposit: Deposit) -> str:
        return money.rupees(deposit.amount_paise)

    @admin.display(description="Next")
    def name_it(self, deposit: Deposit) -> str:
        """Links to the forms, for a deposit of which nobody has said whose it is."""
        if deposit.state != Deposit.State.UNMATCHED:
            return ""
        known = {
            "utr": deposit.utr,
            "amount_paise": f"{deposit.amount_paise / money.PAISE_IN_A_RUPEE:.2f}",
            "received_on": deposit.received_on.isoformat(),
            "narration": deposit.narration,
        }
        name = f"{reverse('admin:payments_deposit_add')}?{urlencode(known)}"
        give_back = f"{reverse('admin:payments_depositreturn_add')}?deposit={deposit.pk}"
        links = '<a href="{}">Name the client</a> · <a href="{}">Send back</a>'
        return format_html(links, name, give_back)

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


class TransferPageMixin:
    """A page that records the UTR of an approved transfer, or that it did not arrive.

    The class that uses it says by which services, and is the admin of a model with the states of
    a refund.
    """

    settle: Callable[..., object]
    give_back: Callable[..., object]

    @admin.display(description="Next")
    def next_step(self, row: Any) -> str:
        """A link to the page that records the transfer."""
        if row.state not in (ClientRefund.State.PROCESSING, ClientRefund.State.COMPLETED):
            return ""
        return format_html('<a href="{}">Transfer</a>', self._url("transfer", row.pk))

    def _url(self, page: str, *args: object) -> str:
        opts = self.opts  # type: ignore[attr-defined]
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)

    def get_urls(self) -> list[URLPattern]:
        """The page of the transfer comes first."""
        view = self.admin_site.admin_view(self.transfer)  # type: ignore[attr-defined]
        opts = self.opts  # type: ignore[attr-defined]
        name = f"{opts.app_label}_{opts.model_name}_transfer"
        others = super().get_urls()  # type: ignore[misc]
        return [path("<uuid:pk>/transfer/", view, name=name), *others]

    def transfer(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Record the UTR of the transfer, or that it was not made or came back."""
        if not self.has_role(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        rows = self.get_queryset(request)  # type: ignore[attr-defined]
        row = get_object_or_404(rows, pk=pk)
        returns = request.POST.get("verb") == "return"
        settle = RefundUtrForm(request.POST if request.method == "POST" and not returns else None)
        give_back = RefundReturnForm(request.POST if returns else None)
        form = give_back if returns else settle
        if request.method == "POST" and form.is_valid():
            act = self.give_back if returns else self.settle
            try:
                act(row, by=authenticated_user(request), at=timezone.now(), **form.cleaned_data)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                messages.success(request, "Recorded.")
                return redirect(self._url("changelist"))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "opts": self.opts,  # type: ignore[attr-defined]
            "title": f"Transfer: {row}",
            "list_url": self._url("changelist"),
            "row": row,
            "settle": settle,
            "give_back": give_back,
        }
        return TemplateResponse(request, "payments/funding/admin/transfer.html", context)


@admin.register(ClientRefund)
class ClientRefundAdmin(EvidenceColumnMixin, TransferPageMixin, ProposeMixin, ApprovalAdmin):
    """Available money that goes back to clients."""

    propose_form = RefundForm
    proposals = "payments_clientrefund"
    list_display = [
        "client", "amount", "deposit", "state", "reason", person("proposed_by"), "evidence",
        "next_step",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["client", "deposit", "proposed_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="Amount")
    def amount(self, refund: ClientRefund) -> str:
        return money.rupees(refund.amount_paise)

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Propose the refund that was typed."""
        return refunds.propose_refund(**cleaned, **by_and_at)

    def approve_row(self, row: ClientRefund, **by_and_at: Any) -> object:
        """Approve the refund."""
        return refunds.approve_refund(refund=row, **by_and_at)

    def reject_row(self, row: ClientRefund, **by_and_at: Any) -> object:
        """Reject the refund."""
        return refunds.reject_refund(refund=row, **by_and_at)

    def settle(self, row: ClientRefund, *, utr: str, **by_and_at: Any) -> object:
        """Record the UTR."""
        return refunds.settle_refund(refund=row, utr_number=utr, **by_and_at)

    def give_back(self, row: ClientRefund, *, reason: str, **by_and_at: Any) -> object:
        """Record that it did not arrive."""
        return refunds.return_refund(refund=row, reason=reason, **by_and_at)


@admin.register(DepositReturn)
class DepositReturnAdmin(EvidenceColumnMixin, TransferPageMixin, ProposeMixin, ApprovalAdmin):
    """Deposits that are no client's, on their way back."""

    propose_form = DepositReturnForm
    proposals = "payments_depositreturn"
    list_display = [
        "deposit", "amount", "state", "reason", person("proposed_by"), "evidence", "next_step",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["deposit", "proposed_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="Amount")
    def amount(self, row: DepositReturn) -> str:
        return money.rupees(row.amount_paise)

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Propose to send the deposit back."""
        return returns.propose_return(**cleaned, **by_and_at)

    def approve_row(self, row: DepositReturn, **by_and_at: Any) -> object:
        """Approve the return."""
        return returns.approve_return(row=row, **by_and_at)

    def reject_row(self, row: DepositReturn, **by_and_at: Any) -> object:
        """Reject the return."""
        return returns.reject_return(row=row, **by_and_at)

    def settle(self, row: DepositReturn, *, utr: str, **by_and_at: Any) -> object:
        """Record the UTR."""
        return returns.settle_return(row=row, utr_number=utr, **by_and_at)

    def give_back(self, row: DepositReturn, *, reason: str, **by_and_at: Any) -> object:
        """Record that it did not arrive."""
        return returns.record_not_arrived(row=row, reason=reason, **by_and_at)
