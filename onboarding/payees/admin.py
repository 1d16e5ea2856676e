"""Accounts to compare and payments that were stopped: finance decides on one small page."""

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

from accounts.permissions import authenticated_user
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.payees import decisions, forms, queries, verification


class DecisionAdmin(ReadOnlyAdmin):
    """A row on a page of its own, with one decision."""

    allowed_roles = ("finance",)
    page = ""

    def get_urls(self) -> list[URLPattern]:
        """The page in place of the admin's own form."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        own = path("<uuid:pk>/change/", self.admin_site.admin_view(self.desk), name=name)
        return [own, *super().get_urls()]

    def desk(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Look, and decide by the form."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        form = self.form_for(request)
        if request.method == "POST" and form.is_valid():
            try:
                self.act(row, request, form.cleaned_data)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "form": form,
            **self.facts(row),
        }
        return render(request, self.page, context)

    def form_for(self, request: HttpRequest) -> django_forms.Form:
        """The decision's form, filled when it was sent."""
        raise LookupError

    def act(self, row: Any, request: HttpRequest, facts: dict[str, Any]) -> None:
        """Decide."""
        raise LookupError

    def facts(self, row: Any) -> dict[str, Any]:
        """What else the page shows."""
        return {}


@admin.register(AccountTest)
class AccountTestAdmin(DecisionAdmin):
    """Names side by side; the whole number is never shown here."""

    page = "onboarding/payees/admin/verification.html"
    list_display = ("account", "agent", "state", "reason", "asked_at", "decided_by")
    list_filter = ("state", "reason")
    search_fields = ("account__agent__given_name", "account__agent__family_name", "utr")

    @admin.display(ordering="account__agent__given_name")
    def agent(self, test: AccountTest) -> str:
        """Whose account it is."""
        return test.account.agent.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountTest]:
        """What waits for a decision comes first, the oldest of it on top."""
        rows = AccountTest.objects.with_people().select_related("decided_by__agent")
        return rows.undecided_first()

    def form_for(self, request: HttpRequest) -> django_forms.Form:
        return forms.DecisionForm(request.POST if request.method == "POST" else None)

    def act(self, row: AccountTest, request: HttpRequest, facts: dict[str, Any]) -> None:
        by = authenticated_user(request)
        decisions.decide_test(test=row, by=by, at=timezone.now(), **facts)

    def facts(self, row: AccountTest) -> dict[str, Any]:
        return {
            "pairs": queries.compared_names(row),
            "others": verification.count_shared(row.account),
            "events": row.events.select_related("by__agent").order_by("at"),
        }


@admin.register(AccountFreeze)
class AccountFreezeAdmin(DecisionAdmin):
    """“This was not me”: what was stopped, and how it ended."""

    page = "onboarding/payees/admin/hold.html"
    list_display = ("account", "agent", "at", "outcome", "ended_by")
    list_filter = ("outcome",)

    @admin.display(ordering="account__agent__given_name")
    def agent(self, freeze: AccountFreeze) -> str:
        """Whose payments are stopped."""
        return freeze.account.agent.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountFreeze]:
        """Open ones first."""
        rows = AccountFreeze.objects.select_related("account__agent__user", "ended_by__agent")
        return rows.order_by("outcome", "at")

    def form_for(self, request: HttpRequest) -> django_forms.Form:
        return forms.ReleaseHoldForm(request.POST if request.method == "POST" else None)

    def act(self, row: AccountFreeze, request: HttpRequest, facts: dict[str, Any]) -> None:
        by = authenticated_user(request)
        decisions.release_hold(freeze=row, by=by, at=timezone.now(), **facts)


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Accounts and UPI addresses, masked."""

    allowed_roles = ("finance",)
    list_display = ("agent", "kind", "ifsc", "masked", "version", "added_at", "usable_from")
    search_fields = ("agent__given_name", "agent__family_name", "ifsc")
    list_select_related = ("agent",)
    ordering = ("-added_at",)
    fields = (
        "agent", "kind", "holder_name", "ifsc", "masked", "version", "added_at", "usable_from",
    )  # fmt: skip
