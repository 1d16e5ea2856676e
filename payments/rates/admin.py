"""Admin of rates: finance views them, proposes new ones, and approves what others proposed."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from payments.models import FeeRule, RateProposal, TaxRule, WelfareFeeRule
from payments.rates import services
from payments.rates.forms import FeeRuleForm, TaxRuleForm, WelfareFeeRuleForm


class RuleAdmin(FinanceReadOnlyAdmin):
    """Base admin of rates. Adding one proposes it to a second person."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Finance may propose rates."""
        return self.has_role(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show `starts_on` when adding, and the date range `valid` afterwards."""
        fields: list[str] = list(cast(Any, self.form).Meta.fields)
        return [name if name != "starts_on" or obj is None else "valid" for name in fields]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a refusal of the service as a message."""
        try:
            return super().add_view(request, form_url, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Propose the rate through the service, which checks its start date."""
        services.propose_rate(
            rule=obj,
            starts_on=form.cleaned_data["starts_on"],
            by=authenticated_user(request),
            at=timezone.now(),
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing was added yet; the audit log has the proposal."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Redirect to the proposals."""
        messages.success(request, "Rate proposed. Someone else in finance has to approve it.")
        return redirect("admin:payments_rateproposal_changelist")


@admin.register(TaxRule)
class TaxRuleAdmin(RuleAdmin):
    """Rates of tax deducted at source (TDS)."""

    form = TaxRuleForm
    list_display = [
        "kind", "valid", "rate_bp", "no_pan_bp", "free_up_to_paise", "yearly_free_up_to_paise",
        "source", "caution",
    ]  # fmt: skip
    ordering = ["kind", "-valid"]


@admin.register(FeeRule)
class FeeRuleAdmin(RuleAdmin):
    """Rates of the platform fee and its GST."""

    form = FeeRuleForm
    list_display = ["kind", "valid", "fee_bp", "gst_bp", "source", "caution"]
    ordering = ["kind", "-valid"]


@admin.register(WelfareFeeRule)
class WelfareFeeRuleAdmin(RuleAdmin):
    """Welfare fees that states take on payments to gig workers."""

    form = WelfareFeeRuleForm
    list_display = ["state", "valid", "fee_bp", "cap_paise", "source", "caution"]
    ordering = ["state", "-valid"]


@admin.register(RateProposal)
class RateProposalAdmin(FinanceReadOnlyAdmin):
    """Proposed rates, with what they would have changed, to be approved by a second person."""

    list_display = ["__str__", "state", "terms", "effect", "proposed_by", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["proposed_by", "decided_by"]
    ordering = ["-proposed_at"]
    actions = ["approve", "reject"]

    @admin.display(description="Effect on the last 90 days")
    def effect(self, proposal: RateProposal) -> str:
        """How many payments would differ, and by how much."""
        difference = money.rupees(proposal.difference_paise)
        return f"{proposal.payments_affected} payments differ by {difference}"

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Finance decides; the service asks for a second person."""
        return self.has_role(request)

    @admin.action(description="Approve", permissions=["decide"])
    def approve(self, request: HttpRequest, rows: QuerySet[RateProposal]) -> None:
        """Put the rates in force from their start on."""
        self._decide(request, rows, services.approve_rate)

    @admin.action(description="Reject", permissions=["decide"])
    def reject(self, request: HttpRequest, rows: QuerySet[RateProposal]) -> None:
        """Reject the rates."""
        self._decide(request, rows, services.reject_rate)

    def _decide(self, request: HttpRequest, rows: QuerySet[RateProposal], service: Any) -> None:
        for proposal in rows:
            try:
                service(proposal=proposal, by=authenticated_user(request), at=timezone.now())
            except Refusal as refusal:
                messages.error(request, f"{proposal}: {refusal}")
            else:
                messages.success(request, f"{proposal}: {proposal.get_state_display()}")
