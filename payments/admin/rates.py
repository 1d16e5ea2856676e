"""Rates: read what is in force, add what comes. Nothing is edited."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from payments.forms import FeeRuleForm, TaxRuleForm
from payments.models import FeeRule, TaxRule
from payments.services import rates as services_rates


class RuleAdmin(FinanceReadOnlyAdmin):
    """What both sorts of rates share."""

    ordering = ["kind", "-valid"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Finance adds a rate for a day to come."""
        return self.has_role(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The start is asked for when adding, the whole time shown afterwards."""
        fields: list[str] = list(cast(Any, self.form).Meta.fields)
        return [name if name != "starts_on" or obj is None else "valid" for name in fields]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Adding, with a refusal shown as a message."""
        try:
            return super().add_view(request, form_url, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Back to the list."""
        messages.success(request, "Rate added. It applies to payments from that day on.")
        return redirect(f"admin:payments_{obj._meta.model_name}_changelist")


@admin.register(TaxRule)
class TaxRuleAdmin(RuleAdmin):
    """Tax deducted at source."""

    form = TaxRuleForm
    list_display = ["kind", "valid", "rate_bp", "source", "caution"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the service, like every door."""
        starts_on = form.cleaned_data["starts_on"]
        services_rates.add_tax_rule(
            rule=obj, starts_on=starts_on, by=authenticated_user(request), at=timezone.now()
        )


@admin.register(FeeRule)
class FeeRuleAdmin(RuleAdmin):
    """The platform's fee."""

    form = FeeRuleForm
    list_display = ["kind", "valid", "fee_bp", "gst_bp", "source", "caution"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the service, like every door."""
        starts_on = form.cleaned_data["starts_on"]
        services_rates.add_fee_rule(
            rule=obj, starts_on=starts_on, by=authenticated_user(request), at=timezone.now()
        )
