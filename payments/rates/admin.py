"""Admin of tax and fee rates: finance views them and adds new ones; none is edited."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from payments.models import FeeRule, TaxRule
from payments.rates import services
from payments.rates.forms import FeeRuleForm, TaxRuleForm


class RuleAdmin(FinanceReadOnlyAdmin):
    """Base admin of tax and fee rates."""

    ordering = ["kind", "-valid"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Finance may add rates."""
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

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Redirect to the list."""
        messages.success(request, "Rate added. It applies to payments from that day on.")
        return redirect(f"admin:payments_{obj._meta.model_name}_changelist")


@admin.register(TaxRule)
class TaxRuleAdmin(RuleAdmin):
    """Rates of tax deducted at source (TDS)."""

    form = TaxRuleForm
    list_display = ["kind", "valid", "rate_bp", "source", "caution"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add the rate through the service, which checks its start date."""
        starts_on = form.cleaned_data["starts_on"]
        services.add_tax_rule(
            rule=obj, starts_on=starts_on, by=authenticated_user(request), at=timezone.now()
        )


@admin.register(FeeRule)
class FeeRuleAdmin(RuleAdmin):
    """Rates of the platform fee and its GST."""

    form = FeeRuleForm
    list_display = ["kind", "valid", "fee_bp", "gst_bp", "source", "caution"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add the rate through the service, which checks its start date."""
        starts_on = form.cleaned_data["starts_on"]
        services.add_fee_rule(
            rule=obj, starts_on=starts_on, by=authenticated_user(request), at=timezone.now()
        )
