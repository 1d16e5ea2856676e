"""Admin of rates: finance views them, proposes new ones, and approves what others proposed."""

from typing import Any

from django.contrib import admin

from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from payments.approvals.admin import ApprovalAdmin, ProposeMixin
from payments.models import FeeRule, RateProposal, TaxRule, WelfareFeeRule
from payments.rates import services
from payments.rates.forms import FeeRuleForm, TaxRuleForm, WelfareFeeRuleForm


class RuleAdmin(ProposeMixin, FinanceReadOnlyAdmin):
    """Base admin of rates. A new one is proposed to a second person."""

    proposals = "payments_rateproposal"

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Propose the rate that was typed."""
        starts_on = cleaned.pop("starts_on")
        return services.propose_rate(rule=self.model(**cleaned), starts_on=starts_on, **by_and_at)


@admin.register(TaxRule)
class TaxRuleAdmin(RuleAdmin):
    """Rates of tax deducted at source (TDS)."""

    propose_form = TaxRuleForm
    list_display = [
        "kind", "valid", "rate_bp", "no_pan_bp", "free_up_to_paise", "yearly_free_up_to_paise",
        "source", "caution",
    ]  # fmt: skip
    ordering = ["kind", "-valid"]


@admin.register(FeeRule)
class FeeRuleAdmin(RuleAdmin):
    """Rates of the platform fee and its GST."""

    propose_form = FeeRuleForm
    list_display = ["kind", "valid", "fee_bp", "gst_bp", "source", "caution"]
    ordering = ["kind", "-valid"]


@admin.register(WelfareFeeRule)
class WelfareFeeRuleAdmin(RuleAdmin):
    """Welfare fees that states take on payments to gig workers."""

    propose_form = WelfareFeeRuleForm
    list_display = ["state", "valid", "fee_bp", "cap_paise", "source", "caution"]
    ordering = ["state", "-valid"]


@admin.register(RateProposal)
class RateProposalAdmin(ApprovalAdmin):
    """Proposed rates, with what they would have changed."""

    list_display = ["__str__", "state", "terms", "effect", "proposed_by", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["proposed_by", "decided_by"]
    ordering = ["-proposed_at"]

    @admin.display(description="Effect on the last 90 days")
    def effect(self, proposal: RateProposal) -> str:
        """How many payments would differ, and by how much."""
        difference = money.rupees(proposal.difference_paise)
        return f"{proposal.payments_affected} payments differ by {difference}"

    def approve_row(self, row: RateProposal, **by_and_at: Any) -> object:
        """Put the rate in force from its start on."""
        return services.approve_rate(proposal=row, **by_and_at)

    def reject_row(self, row: RateProposal, **by_and_at: Any) -> object:
        """Reject the rate."""
        return services.reject_rate(proposal=row, **by_and_at)
