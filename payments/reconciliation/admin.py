"""Admin of reconciliation: bank statements, comparisons, and the differences they found."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column
from hitouch.core.web.forms import add_refusal_to
from payments.approvals.admin import person
from payments.models import BankStatement, Difference, ReconciliationRun, StatementLine
from payments.reconciliation import services, statements
from payments.reconciliation.forms import ExplanationForm, StatementForm


@admin.register(BankStatement)
class BankStatementAdmin(FinanceReadOnlyAdmin):
    """Imported statements, newest first."""

    list_display = ["__str__", "file_name", person("imported_by"), "imported_at"]
    list_select_related = ["imported_by__agent"]
    ordering = ["-imported_at"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Finance imports statements."""
        return self.has_role(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Import a statement; the comparison with our books follows in the background."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StatementForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and self._import(request, form):
            return redirect("admin:payments_bankstatement_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Import a bank statement",
            "form": form,
        }
        return TemplateResponse(request, "payments/reconciliation/admin/import.html", context)

    def _import(self, request: HttpRequest, form: StatementForm) -> bool:
        facts = dict(form.cleaned_data)
        upload = facts.pop("file")
        try:
            statement = statements.import_statement(
                name=upload.name,
                content=upload.read(),
                by=authenticated_user(request),
                at=timezone.now(),
                **facts,
            )
        except Refusal as refusal:
            add_refusal_to(form, refusal)
            return False
        messages.success(request, f"{statement}: {statement.lines.count()} new lines.")
        return True


@admin.register(StatementLine)
class StatementLineAdmin(FinanceReadOnlyAdmin):
    """Movements on our account, newest first."""

    list_display = ["day", "amount", "narration", "reference"]
    list_filter = [("day", admin.DateFieldListFilter)]
    search_by = (Column("a whole reference", "reference"),)
    ordering = ["-day", "pk"]

    @admin.display(description="Amount")
    def amount(self, line: StatementLine) -> str:
        return money.rupees(line.amount_paise)


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(FinanceReadOnlyAdmin):
    """Comparisons, newest first."""

    list_display = [
        "started_at", "ours", "matched_bank", "bank_until", "matched_provider", "found",
    ]  # fmt: skip
    ordering = ["-started_at"]


@admin.register(Difference)
class DifferenceAdmin(FinanceReadOnlyAdmin):
    """Differences, oldest first, each with its owner; one explains, another confirms."""

    list_display = [
        "__str__", "state", "in_our_books", "in_theirs", person("owner"), person("explained_by"),
        "opened_at",
    ]  # fmt: skip
    list_filter = ["state", "side", "kind"]
    search_by = (Column("a whole UTR", "utr"),)
    list_select_related = ["owner__agent", "explained_by__agent"]
    ordering = ["opened_at"]

    @admin.display(description="In our books")
    def in_our_books(self, difference: Difference) -> str:
        return money.rupees(difference.ours_paise) if difference.ours else "Nothing"

    @admin.display(description="In theirs")
    def in_theirs(self, difference: Difference) -> str:
        return money.rupees(difference.theirs_paise) if difference.theirs else "Nothing"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One difference, with what can be done about it."""
        if not self.has_role(request):
            raise PermissionDenied
        rows = Difference.objects.select_related(
            "owner__agent", "explained_by__agent", "confirmed_by__agent"
        )
        difference = get_object_or_404(rows, pk=object_id)
        form = ExplanationForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._act(request, difference, form):
            return redirect("admin:payments_difference_change", difference.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(difference),
            "difference": difference,
            "ours": self.in_our_books(difference),
            "theirs": self.in_theirs(difference),
            "line": StatementLine.objects.filter(pk=difference.theirs).first()
            if difference.side == Difference.Side.BANK and difference.theirs
            else None,
            "is_open": difference.state == Difference.State.OPEN,
            "may_confirm": difference.explained_by_id not in (None, request.user.pk),
            "form": form,
            "events": difference.events.select_related("by__agent").order_by("at", "pk"),
        }
        return TemplateResponse(request, "payments/reconciliation/admin/difference.html", context)

    def _act(self, request: HttpRequest, difference: Difference, form: ExplanationForm) -> bool:
        facts: Any = {"difference": difference, "by": authenticated_user(request)}
        facts["at"] = timezone.now()
        try:
            match request.POST.get("verb"):
                case "take":
                    services.take_difference(**facts)
                case "confirm":
                    services.confirm_explanation(**facts)
                case _:
                    text = form.cleaned_data["explanation"]
                    services.explain_difference(explanation=text, **facts)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
            return False
        messages.success(request, "Saved.")
        return True
