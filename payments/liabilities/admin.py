"""Admin of what is paid to the government: what is due by when, and what was recorded."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from hitouch.core import money
from hitouch.core.india_time import day_of
from hitouch.core.web.admin_lists import Column
from payments.approvals.admin import ApprovalAdmin, ProposeMixin, person
from payments.evidence.admin import EvidenceColumnMixin
from payments.liabilities import queries, services
from payments.liabilities.forms import LiabilityPaymentForm
from payments.models import LiabilityPayment


@admin.register(LiabilityPayment)
class LiabilityPaymentAdmin(EvidenceColumnMixin, ProposeMixin, ApprovalAdmin):
    """TDS, GST and welfare fees: recorded by one person, confirmed by another."""

    propose_form = LiabilityPaymentForm
    proposals = "payments_liabilitypayment"
    change_list_template = "payments/liabilities/admin/payments.html"
    list_display = [
        "what", "amount", "paid_on", "bsr_code", "challan", "utr", "state", person("proposed_by"),
        person("decided_by"), "evidence",
    ]  # fmt: skip
    list_filter = ["state", "kind"]
    search_by = (Column("a UTR", "utr"),)
    list_select_related = ["proposed_by__agent", "decided_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="For")
    def what(self, row: LiabilityPayment) -> str:
        return queries.Period(row.kind, row.period_from, row.region).name

    @admin.display(description="Amount")
    def amount(self, row: LiabilityPayment) -> str:
        return money.rupees(row.amount_paise)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, below what is due."""
        today, add = day_of(timezone.now()), reverse("admin:payments_liabilitypayment_add")
        due = [
            {
                "row": row,
                "is_late": row.left_paise > 0 and row.period.due_on < today,
                "url": f"{add}?{urlencode({'period': row.period.key})}",
            }
            for row in (queries.open_periods() if self.has_role(request) else [])
        ]
        return super().changelist_view(request, {**(extra_context or {}), "due": due})

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Record the payment that was typed."""
        number = cleaned.pop("utr")
        return services.record_payment(utr_number=number, **cleaned, **by_and_at)

    def approve_row(self, row: LiabilityPayment, **by_and_at: Any) -> object:
        """Confirm and book it."""
        return services.confirm_payment(row=row, **by_and_at)

    def reject_row(self, row: LiabilityPayment, **by_and_at: Any) -> object:
        """Say that it was not paid like this."""
        return services.reject_payment(row=row, **by_and_at)
