"""Admin of payments, their withheld tax, corrections, and certificates for a lower rate."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from accounts import admin_search
from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.web.admin_lists import IndexedValuesFilter, KeyBeginning
from payments.approvals.admin import ApprovalAdmin, ProposeMixin, person
from payments.deductions import due_dates
from payments.earnings import adjustments, certificates
from payments.earnings.forms import AdjustmentForm, CertificateForm
from payments.models import (
    Adjustment,
    LowerDeductionCertificate,
    Payment,
    WelfareFee,
    Withholding,
    WithholdingYear,
)


@admin.register(Payment)
class PaymentAdmin(FinanceReadOnlyAdmin):
    """Payments, newest first."""

    list_display = ["reference", "agent", "kind", "state", "gross", "net", "opened_at", "paid_at"]
    list_filter = ["state", "kind"]
    search_by = (KeyBeginning("a reference"), admin_search.names("agent"))
    list_select_related = ["agent__user"]
    ordering = ["-opened_at"]
    readonly_fields = ["correct"]

    @admin.display(description="Gross")
    def gross(self, payment: Payment) -> str:
        return money.rupees(payment.gross_paise)

    @admin.display(description="Net")
    def net(self, payment: Payment) -> str:
        return money.rupees(payment.net_paise)

    @admin.display(description="Correction")
    def correct(self, payment: Payment) -> str:
        """A link to the form that proposes another amount."""
        url = reverse("admin:payments_adjustment_add")
        return format_html('<a href="{}?payment={}">Correct the amount</a>', url, payment.pk)


@admin.register(Adjustment)
class AdjustmentAdmin(ProposeMixin, ApprovalAdmin):
    """Corrections of payments: proposed by one person, approved by another."""

    propose_form = AdjustmentForm
    proposals = "payments_adjustment"
    list_display = [
        "payment", "state", "gross_now", "gross_then", "reason", person("proposed_by"),
        person("decided_by"),
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["payment__gig", "proposed_by__agent", "decided_by__agent"]
    ordering = ["-proposed_at"]

    @admin.display(description="Gross now")
    def gross_now(self, adjustment: Adjustment) -> str:
        return money.rupees(adjustment.payment.gross_paise)

    @admin.display(description="Gross then")
    def gross_then(self, adjustment: Adjustment) -> str:
        return money.rupees(adjustment.gross_paise)

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Propose the correction that was typed."""
        return adjustments.propose(**cleaned, **by_and_at)

    def approve_row(self, row: Adjustment, **by_and_at: Any) -> object:
        """Take the payment back, and pay the right amount."""
        return adjustments.approve(adjustment=row, **by_and_at)

    def reject_row(self, row: Adjustment, **by_and_at: Any) -> object:
        """Leave the payment as it is."""
        return adjustments.reject(adjustment=row, **by_and_at)


@admin.register(LowerDeductionCertificate)
class LowerDeductionCertificateAdmin(ProposeMixin, ApprovalAdmin):
    """Certificates for a lower rate of tax: entered by one person, approved by another."""

    propose_form = CertificateForm
    proposals = "payments_lowerdeductioncertificate"
    list_display = [
        "number", "agent", "kind", "valid", "rate", "limit", person("entered_by"),
        person("approved_by"), "rejected_at",
    ]  # fmt: skip
    list_select_related = ["agent__user", "entered_by__agent", "approved_by__agent"]
    ordering = ["-created_at"]

    @admin.display(description="Rate")
    def rate(self, certificate: LowerDeductionCertificate) -> str:
        return money.percent(certificate.rate_bp)

    @admin.display(description="Up to")
    def limit(self, certificate: LowerDeductionCertificate) -> str:
        return money.rupees(certificate.limit_paise)

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Enter the certificate that was typed."""
        return certificates.enter_certificate(**cleaned, **by_and_at)

    def approve_row(self, row: LowerDeductionCertificate, **by_and_at: Any) -> object:
        """Let it apply."""
        return certificates.approve_certificate(certificate=row, **by_and_at)

    def reject_row(self, row: LowerDeductionCertificate, **by_and_at: Any) -> object:
        """Reject it."""
        return certificates.reject_certificate(certificate=row, **by_and_at)


@admin.register(WithholdingYear)
class WithholdingYearAdmin(FinanceReadOnlyAdmin):
    """The sums of each financial year, by payee and rule."""

    list_display = ["year", "kind", "paid", "withheld", "owed", "merged"]
    list_filter = [("financial_year", IndexedValuesFilter), "kind"]
    ordering = ["-financial_year", "pk"]

    @admin.display(description="Financial year")
    def year(self, year: WithholdingYear) -> str:
        return due_dates.financial_year_name(year.financial_year)

    @admin.display(description="Paid")
    def paid(self, year: WithholdingYear) -> str:
        return money.rupees(year.base_paise)

    @admin.display(description="Withheld")
    def withheld(self, year: WithholdingYear) -> str:
        return money.rupees(year.withheld_paise)

    @admin.display(description="Still to be withheld")
    def owed(self, year: WithholdingYear) -> str:
        return money.rupees(year.owed_paise)

    @admin.display(description="Counted in another row", boolean=True)
    def merged(self, year: WithholdingYear) -> bool:
        return year.merged_into_id is not None


@admin.register(Withholding)
class WithholdingAdmin(FinanceReadOnlyAdmin):
    """Tax withheld, newest first."""

    list_display = ["payment", "reason", "rate", "taxed", "withheld", "has_pan", "certificate"]
    list_filter = ["reason", "has_pan"]
    list_select_related = ["payment__gig", "certificate"]
    ordering = ["-pk"]

    @admin.display(description="Rate")
    def rate(self, row: Withholding) -> str:
        return money.percent(row.rate_bp)

    @admin.display(description="Taxed")
    def taxed(self, row: Withholding) -> str:
        return money.rupees(row.taxed_paise)

    @admin.display(description="Withheld")
    def withheld(self, row: Withholding) -> str:
        return money.rupees(row.withheld_paise)


@admin.register(WelfareFee)
class WelfareFeeAdmin(FinanceReadOnlyAdmin):
    """Welfare fees that the platform owes to states, newest first."""

    list_display = ["payment", "state", "amount"]
    list_select_related = ["payment__gig", "rule"]
    ordering = ["-pk"]

    @admin.display(description="State")
    def state(self, fee: WelfareFee) -> str:
        return fee.rule.state

    @admin.display(description="Fee")
    def amount(self, fee: WelfareFee) -> str:
        return money.rupees(fee.amount_paise)
