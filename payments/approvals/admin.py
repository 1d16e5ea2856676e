"""Admin of what one person in finance proposes and another approves or rejects."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to


def person(column: str) -> Callable[[Any], str]:
    """A column with a colleague's name. Their rows come with `list_select_related`."""

    def show(row: Any) -> str:
        user = getattr(row, column)
        return user.name if user else "-"

    show.__name__ = column
    show.short_description = column.replace("_", " ").capitalize()  # type: ignore[attr-defined]
    return show


class ProposeMixin:
    """A page to propose something by a form and a service; a refusal keeps what was typed."""

    propose_form: type[BaseForm]
    #: The admin list on which the proposal stands afterwards.
    proposals = ""
    #: Proposes what was typed by a service, or raises its refusal.
    propose: Callable[..., object]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Finance may propose."""
        return bool(self.has_role(request))  # type: ignore[attr-defined]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form, or propose."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.propose_form(request.POST or None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            try:
                self.propose(form.cleaned_data, by=authenticated_user(request), at=timezone.now())
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                messages.success(request, "Proposed. Someone else in finance has to approve it.")
                return redirect(f"admin:{self.proposals}_changelist")
        opts = self.opts  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "opts": opts,
            "title": f"Propose {opts.verbose_name}",
            "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            "form": form,
        }
        return TemplateResponse(request, "payments/admin/propose.html", context)


class ApprovalAdmin(FinanceReadOnlyAdmin):
    """A list whose rows a second person approves or rejects. The services ask for two people."""

    actions = ["approve", "reject"]
    #: Approve and reject a row by a service.
    approve_row: Callable[..., object]
    reject_row: Callable[..., object]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Finance decides."""
        return self.has_role(request)

    @admin.action(description="Approve", permissions=["decide"])
    def approve(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Approve each selected row, or say why not."""
        self._decide(request, rows, self.approve_row, "approved")

    @admin.action(description="Reject", permissions=["decide"])
    def reject(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Reject each selected row, or say why not."""
        self._decide(request, rows, self.reject_row, "rejected")

    def _decide(self, request: HttpRequest, rows: QuerySet[Any], decide: Any, done: str) -> None:
        for row in rows:
            try:
                decide(row, by=authenticated_user(request), at=timezone.now())
            except Refusal as refusal:
                messages.error(request, f"{row}: {refusal}")
            else:
                messages.success(request, f"{row}: {done}.")
