"""Admin of rates: finance views them, proposes new ones, and approves what others proposed."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html_join

from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from payments.approvals.admin import ApprovalAdmin, ProposeMixin, person
from payments.models import ClientGstRule, FeeRule, RateProposal, TaxRule, WelfareFeeRule
from payments.rates import descriptions, services
from payments.rates.forms import (
    ClientGstRuleForm,
    FeeRuleForm,
    TaxRuleForm,
    WelfareFeeRuleForm,
)


def up_to(paise: int) -> str:
    """A threshold or cap for people."""
    return money.rupees(paise) if paise else "No limit"


class RuleAdmin(ProposeMixin, FinanceReadOnlyAdmin):
    """Base admin of rates. A new one is proposed to a second person."""

    proposals = "payments_rateproposal"

    @admin.display(description="In force", ordering="-valid")
    def in_force(self, rule: services.AnyRule) -> str:
        """The first and the last day."""
        first, end = rule.starts_on, rule.valid.upper
        last = f"to {end - timedelta(days=1):%d %b %Y}" if end else "on"
        return f"from {first:%d %b %Y} {last}"

    def propose(self, cleaned: dict[str, Any], **by_and_at: Any) -> object:
        """Propose the rate that was typed."""
        starts_on = cleaned.pop("starts_on")
        return services.propose_rate(rule=self.model(**cleaned), starts_on=starts_on, **by_and_at)


@admin.register(TaxRule)
class TaxRuleAdmin(RuleAdmin):
    """Rates of tax deducted at source (TDS)."""

    propose_form = TaxRuleForm
    list_display = [
        "kind", "in_force", "rate", "without_pan", "single", "yearly", "source", "caution",
    ]  # fmt: skip
    ordering = ["kind", "-valid"]

    @admin.display(description="Rate")
    def rate(self, rule: TaxRule) -> str:
        return money.percent(rule.rate_bp)

    @admin.display(description="Without PAN")
    def without_pan(self, rule: TaxRule) -> str:
        return money.percent(max(rule.no_pan_bp, rule.rate_bp))

    @admin.display(description="No TDS at once up to")
    def single(self, rule: TaxRule) -> str:
        return up_to(rule.free_up_to_paise)

    @admin.display(description="No TDS in a year up to")
    def yearly(self, rule: TaxRule) -> str:
        return up_to(rule.yearly_free_up_to_paise)


@admin.register(FeeRule)
class FeeRuleAdmin(RuleAdmin):
    """Rates of the platform fee and its GST."""

    propose_form = FeeRuleForm
    list_display = ["kind", "in_force", "fee", "gst", "source", "caution"]
    ordering = ["kind", "-valid"]

    @admin.display(description="Fee")
    def fee(self, rule: FeeRule) -> str:
        return money.percent(rule.fee_bp)

    @admin.display(description="GST on the fee")
    def gst(self, rule: FeeRule) -> str:
        return money.percent(rule.gst_bp)


@admin.register(WelfareFeeRule)
class WelfareFeeRuleAdmin(RuleAdmin):
    """Welfare fees that states take on payments to gig workers."""

    propose_form = WelfareFeeRuleForm
    list_display = ["state", "in_force", "fee", "cap", "source", "caution"]
    ordering = ["state", "-valid"]

    @admin.display(description="Fee")
    def fee(self, rule: WelfareFeeRule) -> str:
        return money.percent(rule.fee_bp)

    @admin.display(description="At most")
    def cap(self, rule: WelfareFeeRule) -> str:
        return up_to(rule.cap_paise)


@admin.register(ClientGstRule)
class ClientGstRuleAdmin(RuleAdmin):
    """Rates of the GST that clients pay on top of what agents earn."""

    propose_form = ClientGstRuleForm
    list_display = ["legal_model", "in_force", "gst", "sac", "source", "caution"]
    ordering = ["legal_model", "-valid"]

    @admin.display(description="GST on top")
    def gst(self, rule: ClientGstRule) -> str:
        return money.percent(rule.gst_bp)


@admin.register(RateProposal)
class RateProposalAdmin(ApprovalAdmin):
    """Proposed rates, with what they would have changed."""

    list_display = [
        "__str__", "state", "in_words", "effect", person("proposed_by"), person("decided_by"),
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["proposed_by__agent", "decided_by__agent"]
    ordering = ["-proposed_at"]

    @admin.display(description="Effect on the last 90 days")
    def effect(self, proposal: RateProposal) -> str:
        """How many payments would differ, and by how much."""
        return descriptions.effect_of(proposal)

    @admin.display(description="New rate")
    def in_words(self, proposal: RateProposal) -> str:
        """The terms, beside those in force now."""
        lines = descriptions.terms_of(proposal)
        return format_html_join("", "{}: {}<br>", [(line.label, line.value) for line in lines])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One proposal: what changes, what it would have changed, and the decision."""
        if not self.has_role(request):
            raise PermissionDenied
        rows = RateProposal.objects.select_related(*self.list_select_related)
        proposal = get_object_or_404(rows, pk=object_id)
        if request.method == "POST":
            decide = self.reject if request.POST.get("verb") == "reject" else self.approve
            decide(request, rows.filter(pk=proposal.pk))
            return redirect("admin:payments_rateproposal_change", proposal.pk)
        is_open = proposal.state == RateProposal.State.PROPOSED
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(proposal),
            "proposal": proposal,
            "terms": descriptions.compared_terms_of(proposal),
            "effect": descriptions.effect_in_full(proposal),
            "is_open": is_open,
            "may_approve": is_open and proposal.proposed_by_id != request.user.pk,
        }
        return TemplateResponse(request, "payments/rates/admin/proposal.html", context)

    def approve_row(self, row: RateProposal, **by_and_at: Any) -> object:
        """Put the rate in force from its start on."""
        return services.approve_rate(proposal=row, **by_and_at)

    def reject_row(self, row: RateProposal, **by_and_at: Any) -> object:
        """Reject the rate."""
        return services.reject_rate(proposal=row, **by_and_at)
