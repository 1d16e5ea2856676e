"""Admin of bank account reviews and payment holds, for finance."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from accounts import admin_search
from accounts.permissions import authenticated_user
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.payees import decisions, forms, queries, verification


def _ifsc(text: str) -> str:
    return text.strip().upper()


class DecisionAdmin(ReadOnlyAdmin):
    """A change page with one decision instead of the admin's own form."""

    allowed_roles = ("finance",)
    page = ""

    def get_urls(self) -> list[URLPattern]:
        """Replace the admin's change page."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        change = path(
            "<uuid:pk>/change/", self.admin_site.admin_view(self.decision_page), name=name
        )
        return [change, *super().get_urls()]

    def decision_page(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Show the row, and save the decision."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        form = self.form_for(request)
        if request.method == "POST" and form.is_valid():
            try:
                self.decide(row, request, form.cleaned_data)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "form": form,
            **self.extra_context(row),
        }
        return render(request, self.page, context)

    def form_for(self, request: HttpRequest) -> django_forms.Form:
        """The form of the decision, bound on POST."""
        raise LookupError

    def decide(self, row: Any, request: HttpRequest, facts: dict[str, Any]) -> None:
        """Save the decision."""
        raise LookupError

    def extra_context(self, row: Any) -> dict[str, Any]:
        """Further template context."""
        return {}


@admin.register(AccountTest)
class AccountTestAdmin(DecisionAdmin):
    """Bank accounts to review: names side by side, numbers masked."""

    page = "onboarding/payees/admin/verification.html"
    list_display = ("account", "agent", "state", "reason", "asked_at", "decided_by")
    list_filter = ("state", "reason")
    search_by = (admin_search.names("account__agent"), Column("a whole UTR", "utr"))

    @admin.display
    def agent(self, test: AccountTest) -> str:
        """Whose account it is."""
        return test.account.agent.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountTest]:
        """Undecided tests first, oldest first."""
        rows = AccountTest.objects.with_people().select_related("decided_by__agent")
        return rows.undecided_first()

    def form_for(self, request: HttpRequest) -> django_forms.Form:
        return forms.DecisionForm(request.POST if request.method == "POST" else None)

    def decide(self, row: AccountTest, request: HttpRequest, facts: dict[str, Any]) -> None:
        by = authenticated_user(request)
        decisions.decide_test(test=row, by=by, at=timezone.now(), **facts)

    def extra_context(self, row: AccountTest) -> dict[str, Any]:
        return {
            "pairs": queries.compared_names(row),
            "others": verification.count_shared(row.account),
            "events": row.events.select_related("by__agent").order_by("at"),
        }


@admin.register(AccountFreeze)
class AccountFreezeAdmin(DecisionAdmin):
    """Payment holds after an agent reported an unknown account."""

    page = "onboarding/payees/admin/hold.html"
    list_display = ("account", "agent", "at", "outcome", "ended_by")
    list_filter = ("outcome",)
    search_by = (admin_search.names("account__agent"),)

    @admin.display
    def agent(self, freeze: AccountFreeze) -> str:
        """Whose payments are on hold."""
        return freeze.account.agent.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountFreeze]:
        """Open ones first."""
        rows = AccountFreeze.objects.select_related("account__agent__user", "ended_by__agent")
        return rows.order_by("outcome", "at", "id")

    def form_for(self, request: HttpRequest) -> django_forms.Form:
        return forms.ReleaseHoldForm(request.POST if request.method == "POST" else None)

    def decide(self, row: AccountFreeze, request: HttpRequest, facts: dict[str, Any]) -> None:
        by = authenticated_user(request)
        decisions.release_hold(freeze=row, by=by, at=timezone.now(), **facts)


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Accounts and UPI addresses, masked."""

    allowed_roles = ("finance",)
    list_display = ("agent", "kind", "ifsc", "masked", "version", "added_at", "usable_from")
    search_by = (
        admin_search.names("agent"),
        Column("the beginning of an IFSC", "ifsc__startswith", _ifsc),
    )
    search_note = admin_search.SEALED_NOTE
    list_select_related = ("agent",)
    ordering = ("-added_at",)
    fields = (
        "agent", "kind", "holder_name", "ifsc", "masked", "version", "added_at", "usable_from",
    )  # fmt: skip
